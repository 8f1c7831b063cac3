// What is watched: a session or a sign-in, by what it is found by. Nothing of it is secret.
public import Model
public import Profiles

/// A session that may have to be forgotten, or the end of something that a person is to be told of.
public struct WatchEntry: Equatable, Sendable {
    /// What ends.
    public enum Kind: String, Sendable {
        case session
        case signIn = "sign-in"
    }

    /// What it is.
    public let kind: Kind
    /// The name of its record.
    public let name: String
    /// The profile that was asked for.
    public let profile: String
    /// What the session is, such as a role's ARN; where somebody is signed in.
    public let subject: String
    /// The key at the session's beginning, where there is one.
    public let accessKeyID: AccessKeyID?
    /// The profile at the session's beginning.
    public let sourceProfile: String
    /// When it is over.
    public let end: Timestamp
    /// What it is forgotten on.
    public let forgetOn: Set<Occasion>
    /// When a person is told of its end; nil for never.
    public var notice: Timestamp?
    /// The login session that it was made in, as logind names it; empty where that is not known.
    public let login: String

    /// Joins the parts.
    public init(
        _ kind: Kind, name: String, profile: String, subject: String,
        accessKeyID: AccessKeyID? = nil, sourceProfile: String = "", end: Timestamp,
        forgetOn: Set<Occasion> = [], notice: Timestamp? = nil, login: String = ""
    ) {
        self.kind = kind
        self.name = name
        self.profile = profile
        self.subject = subject
        self.accessKeyID = accessKeyID
        self.sourceProfile = sourceProfile
        self.end = end
        self.forgetOn = forgetOn
        self.notice = notice
        self.login = login
    }

    /// Whether nothing is left to be done about it.
    func isDone(at now: Timestamp) -> Bool {
        end <= now || forgetOn.isEmpty && notice == nil
    }

    // MARK: As a line

    /// The line, with its end.
    var line: String {
        String(json: .compact) { writer in
            writer.member("kind", .string(kind.rawValue))
            writer.member("name", .string(name))
            writer.member("profile", .string(profile))
            writer.member("subject", .string(subject))
            writer.member("key", accessKeyID.map { .string($0.description) })
            writer.member("source", .string(sourceProfile))
            writer.member("end", .integer(end.secondsSinceEpoch))
            writer.member("forgetOn", .string(forgetOn.text))
            writer.member("notice", notice.map { .integer($0.secondsSinceEpoch) })
            writer.member("login", .string(login))
        } + "\n"
    }

    /// Reads a line; nil for what is none.
    init?(line: Substring) {
        guard let document = try? JSONDocument(Secret(String(line))),
            let kind = document.string(["kind"]).flatMap(Kind.init),
            let name = document.string(["name"]), let profile = document.string(["profile"]),
            let subject = document.string(["subject"]), let end = document.integer(["end"])
        else { return nil }
        self.init(
            kind, name: name, profile: profile, subject: subject,
            accessKeyID: document.string(["key"]).flatMap(AccessKeyID.init),
            sourceProfile: document.string(["source"]) ?? "",
            end: Timestamp(secondsSinceEpoch: end),
            forgetOn: document.string(["forgetOn"]).flatMap(Occasion.set) ?? [],
            notice: document.integer(["notice"]).map { Timestamp(secondsSinceEpoch: $0) },
            login: document.string(["login"]) ?? "")
    }
}
