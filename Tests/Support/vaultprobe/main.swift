// One call to the Secret Service per process, for tests: GLib keeps one bus per process.
//
//     vaultprobe [--call=MILLISECONDS] [--prompt=MILLISECONDS] [--no-prompt] [--lock=PATH] COMMAND ARGS…
//
// store PROFILE KEYID, load PROFILE, remove PROFILE, entries, availability; and for items of the
// session schema put/get/drop/search NAME=VALUE…; durable records by keep NAME NOTE [END], recall NAME,
// forget NAME and records; traces PROFILE. Secrets come on standard input. An error is
// printed as its case and ends with status 1.
import Glibc
import Model
import Store
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
let items = SecretServiceStore(patience: patience, prompting: prompting)
let vault = KeyVault(items)
let durable = DurableRecords(items)

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
        print(SecretServiceStore.availability(within: call))
    case "traces":
        // How often a secret stands in memory after it was stored, loaded and removed.
        let secret = MemoryScan.marker()
        guard let id = AccessKeyID("AKIAEXAMPLEEXAMPLE01") else { exit(2) }
        try vault.store(AccessKey(id: id, secret: secret.copy()), profile: profile)
        let isSame = try vault.load(profile: profile).secret.equals(secret)
        try durable.store(
            SecretRecord(name: profile, expiration: nil, note: "", bytes: secret.copy()))
        let isKept = try durable.load(name: profile)?.takeBytes().equals(secret) ?? false
        print(isSame, isKept, MemoryScan.count(of: secret))
    case "keep":
        guard arguments.count > 2 else { exit(2) }
        let end = arguments.count > 3 ? Int(arguments[3]) : nil
        try durable.store(
            SecretRecord(
                name: profile, expiration: end.map { Timestamp(secondsSinceEpoch: $0) },
                note: arguments[2], bytes: try input()))
    case "recall":
        guard let found = try durable.load(name: profile) else { return print("nothing") }
        print("\(text(found.bytes)) (\(found.note))")
    case "forget":
        print(try durable.remove(name: profile))
    case "records":
        for record in try durable.summaries() {
            print(record.name, record.expiration.map { "\($0.secondsSinceEpoch)" } ?? "-")
        }
    case "put":
        var replaced = attributes()
        replaced["profile"] = nil
        try items.store(
            try input(), schema: .session, attributes: attributes(), replacing: replaced,
            label: "session")
    case "get":
        guard let found = try items.load(.session, attributes(), where: { _ in true }) else {
            return print("nothing")
        }
        print(text(found.secret))
    case "drop":
        print(try items.remove(.session, attributes()))
    case "search":
        for item in try items.search(.session, attributes()) {
            // Two of them are another one each time.
            let told = item.attributes.filter {
                !["credtool:stored", "credtool:token"].contains($0.key)
            }
            print(told.sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: " "))
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
