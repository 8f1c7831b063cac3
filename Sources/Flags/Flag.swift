// The flags, and what the table says of each.
internal import Model

/// A flag of some command; the raw value is its long name without the dashes.
public enum Flag: String, CaseIterable, Sendable {
    case role, duration, region
    case mfaSerial = "mfa-serial"
    case mfaToken = "mfa-token"
    case mfaPrompt = "mfa-prompt"
    case externalID = "external-id"
    case sessionName = "session-name"
    case sourceIdentity = "source-identity"
    case sessionTags = "session-tags"
    case transitiveTags = "transitive-tags"
    case policy
    case policyARNs = "policy-arns"
    case readOnly = "read-only"
    case reason
    case federationToken = "federation-token"
    case rootOf = "root-of"
    case taskPolicy = "task-policy"
    case noSession = "no-session"
    case minTTL = "min-ttl"
    case fresh, format, unset
    case showSecrets = "show-secrets"
    case server, listen, container, imds, install
    case sso, account, session, console, device, remote
    case noBrowser = "no-browser"
    case samlFile = "saml-file"
    case samlProcess = "saml-process"
    case samlProvider = "saml-provider"
    case samlRole = "saml-role"
    case timeout, all, undo
    case print, browser, portal
    case switchRole = "switch-role"
    case prefix, template, prune
    case dryRun = "dry-run"
    case env, stdin
    case fromFile = "from-file"
    case from, csv, remove
    case vault, certificate
    case privateKey = "private-key"
    case certificateChain = "chain"
    case endpointURL = "endpoint-url"
    case noConfig = "no-config"
    case noVerify = "no-verify"
    case allowRoot = "allow-root"
    case service, header, data, presign, expires, curl, send
    case force, json, fix
    case profiles, tag, regions, jobs
    case follow, profile
    case failFast = "fail-fast"
    case keepOrder = "keep-order"
    case olderThan = "older-than"
    case verbose, help, version

    /// As it is typed: `--role`.
    public var spelling: String { "--\(rawValue)" }

    /// Whether it may stand several times.
    var isRepeatable: Bool { self == .header }

    /// The flag of that long name. `init(rawValue:)` would make a table of all of them first.
    static func named(_ name: String) -> Flag? {
        for flag in allCases where flag.rawValue == name { return flag }
        return nil
    }

    /// The flags of every command, that may also stand before it.
    static let global: [Flag] = [.verbose, .help, .version]
}

/// Everything that is known of a flag of one command: an entry of the table.
struct FlagDefinition: Sendable {
    /// The short form without the dash.
    var short: Character?
    /// What its value is called and must be; nil for a switch.
    var value: FlagValue?
    /// What it does, for one line: lower case, no full stop.
    let line: String
    /// What it does, in paragraphs (see `Prose`).
    let text: String
    /// The flags that can't stand beside it; each pair is named once.
    var excludes: [Flag] = []
}

/// The value of a flag.
struct FlagValue: Sendable {
    /// What stands for it in help: `DURATION`.
    let name: String
    let kind: ValueKind
    /// Whether it may be the path of a file.
    var mayBeFile = false

    /// What the shells offer for it.
    var completion: Completion { mayBeFile ? .files : kind.completion }
}

/// What a value must be.
public enum ValueKind: Sendable, Equatable {
    /// Any text but none.
    case text(Names?)
    /// `45m`, `1h30m` or seconds: what `Duration(argument:)` reads.
    case duration
    /// `90d`, or a duration: what `Duration(age:)` reads.
    case age
    /// The six digits that an MFA device shows.
    case code
    /// A whole number within these bounds.
    case number(ClosedRange<Int>)
    /// One of these.
    case choice([Choice])

    /// Whether `text` is such a value.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .text: !text.isEmpty
        case .duration: Duration(argument: text) != nil
        case .age: Duration(age: text) != nil
        case .code: text.utf8.count == 6 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        case .number(let bounds):
            text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && Int(text).map(bounds.contains) == true
        case .choice(let choices): choices.contains { $0.name == text }
        }
    }

    /// What the shells offer for it.
    var completion: Completion {
        switch self {
        case .text(let names?): .names(names)
        case .text(nil), .code, .number: .nothing
        case .duration: .choices(Self.usualDurations)
        case .age: .choices(Self.usualAges)
        case .choice(let choices): .choices(choices)
        }
    }

    private static let usualAges = [
        Choice("30d", "30 days"), Choice("90d", "90 days"), Choice("365d", "a year"),
    ]
    private static let usualDurations = [
        Choice("15m", "15 minutes"), Choice("1h", "an hour"), Choice("12h", "12 hours"),
    ]
}

/// One of the values that a flag can have.
public struct Choice: Sendable, Equatable {
    /// As it is typed.
    public let name: String
    /// What it means, for one line.
    public let line: String

    init(_ name: String, _ line: String) {
        self.name = name
        self.line = line
    }
}

/// The methods of HTTP that AWS's services know.
enum HTTPMethods {
    /// All, with blanks between.
    static let names = "GET HEAD POST PUT PATCH DELETE"
}

/// What `credtool sso` can do.
public enum SSOAction: String, CaseIterable, Sendable {
    /// Lists the accounts that the person may enter.
    case accounts
    /// Lists the roles that the person has, in one account or all.
    case roles
    /// Writes a profile for each role.
    case sync

    /// The words of all, with blanks between.
    static var names: String { allCases.map(\.rawValue).joined(separator: " ") }
}

/// The names that credtool knows: `credtool __complete KIND` prints them, one a line.
public enum Names: String, CaseIterable, Sendable {
    /// Profiles of the AWS config files and of the vault index.
    case profiles
    /// Profiles with a stored key.
    case keys
    /// What `--role` takes: profiles with a role, and role names known from the config.
    case roles
    /// The regions of AWS.
    case regions
}

/// What a shell offers for a value.
enum Completion: Sendable, Equatable {
    case nothing
    case files
    case names(Names)
    case choices([Choice])
}
