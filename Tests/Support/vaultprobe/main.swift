// One call to the Secret Service per process, for tests: GLib keeps one bus per process.
//
//     vaultprobe [--call=MILLISECONDS] [--prompt=MILLISECONDS] [--no-prompt] [--lock=PATH] COMMAND ARGS…
//
// store PROFILE KEYID, load PROFILE, remove PROFILE, entries, availability; and for items of the
// session schema put/get/drop/search NAME=VALUE…. Secrets come on standard input. An error is
// printed as its case and ends with status 1.
import Glibc
import Model
import System
import Vault

var arguments = Array(CommandLine.arguments.dropFirst())
var call = Duration.seconds(5)
var prompt = Duration.seconds(120)
var prompting = SecretServiceStore.Prompting.allowed(lock: nil)
while let option = arguments.first, option.hasPrefix("--") {
    arguments.removeFirst()
    if option == "--no-prompt" { prompting = .forbidden }
    if option.hasPrefix("--lock=") { prompting = .allowed(lock: String(option.dropFirst(7))) }
    if option.hasPrefix("--call="), let limit = Int(option.dropFirst(7)) {
        call = .milliseconds(limit)
    }
    if option.hasPrefix("--prompt="), let limit = Int(option.dropFirst(9)) {
        prompt = .milliseconds(limit)
    }
}
let patience = VaultPatience(call: call, prompt: prompt)
let vault = SecretServiceVault(patience: patience, prompting: prompting)
let sessions = SecretServiceStore(
    schema: SecretServiceStore.sessionSchema, patience: patience, prompting: prompting)

func input() throws -> Secret { try CurrentProcess.readInput(limit: 100_000) }

func text(_ secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

@MainActor func attributes() -> [String: String] {
    var attributes: [String: String] = [:]
    for argument in arguments.dropFirst() {
        let parts = argument.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { attributes[String(parts[0])] = String(parts[1]) }
    }
    return attributes
}

@MainActor func run() throws {
    let profile = arguments.count > 1 ? arguments[1] : ""
    switch arguments.first {
    case "store":
        guard arguments.count > 2, let id = AccessKeyID(arguments[2]) else { exit(2) }
        try vault.store(AccessKey(id: id, secret: try input()), profile: profile)
    case "load":
        let key = try vault.load(profile: profile)
        print(key.id, text(key.secret))
    case "remove":
        print(try vault.remove(profile: profile))
    case "entries":
        for entry in try vault.entries() { print(entry.profile, entry.accessKeyID) }
    case "availability":
        print(SecretServiceVault.answers(within: call))
    case "put":
        try sessions.store(try input(), attributes: attributes(), label: "session")
    case "get":
        guard let found = try sessions.load(attributes()) else { return print("nothing") }
        print(text(found.secret))
    case "drop":
        print(try sessions.remove(attributes()))
    case "search":
        for item in try sessions.search(attributes()) {
            print(item.attributes.sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: " "))
        }
    default:
        exit(2)
    }
}

do {
    try run()
} catch {
    print("error:", error)
    exit(1)
}
