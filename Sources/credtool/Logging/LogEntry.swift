// A line of the log: what was done with a profile, as JSON and in words. It has no room for secrets.
internal import Model

/// What was done, by whom and when.
struct LogEntry: Equatable {
    enum Event: String, CaseIterable {
        /// Credentials were handed to a command.
        case used
        /// AWS, or another source, gave a session.
        case session
        /// No credentials were handed over.
        case refused
        case signedIn = "signed-in"
        case signedOut = "signed-out"
        /// Keys were stored, moved, removed, copied, locked or unlocked.
        case keys
        /// Sessions were forgotten, as `credtool_forget_on` says.
        case forgotten
    }

    var event: Event
    /// RFC 3339, in UTC.
    var time = ""
    var user = ""
    /// The command of credtool.
    var command = ""
    var profile: String?
    /// The role's ARN, or its name where it is known by that alone.
    var role: String?
    var accountID: String?
    /// The program that the credentials are for, as it was typed.
    var program: String?
    /// Its arguments, where they are to be logged.
    var arguments: [String]?
    /// Whether the session was in the cache.
    var isCached: Bool?
    /// When the credentials, or the sign-in, end.
    var until: String?
    /// What the session is, where somebody signed in, or what was done with keys.
    var subject: String?
    /// What a person gave as the reason.
    var reason: String?
    /// Why it was refused.
    var error: String?

    init(_ event: Event) { self.event = event }

    /// The line, with its end.
    var line: String {
        String(json: .compact) { writer in
            func text(_ name: String, _ text: String?, _ writer: inout JSONWriter) {
                if let text { writer.member(name, .string(text)) }
            }
            text("time", time, &writer)
            text("event", event.rawValue, &writer)
            text("user", user, &writer)
            text("command", command, &writer)
            text("profile", profile, &writer)
            text("role", role, &writer)
            text("account", accountID, &writer)
            text("program", program, &writer)
            if let arguments {
                writer.member("arguments", .array(arguments.map { .string($0) }))
            }
            if let isCached { writer.member("cached", .boolean(isCached)) }
            text("until", until, &writer)
            text("subject", subject, &writer)
            text("reason", reason, &writer)
            text("error", error, &writer)
        } + "\n"
    }

    /// Reads a line. Where a disk was full, one may begin in the middle of another.
    init?(line: [UInt8]) {
        if let entry = LogEntry(whole: line) {
            self = entry
            return
        }
        let start = Array("{\"time\":\"".utf8)
        guard line.count > start.count else { return nil }
        for index in (1..<(line.count - start.count)).reversed()
        where line[index...].starts(with: start) {
            guard let entry = LogEntry(whole: Array(line[index...])) else { return nil }
            self = entry
            return
        }
        return nil
    }

    private init?(whole line: [UInt8]) {
        let bytes = Secret(String(decoding: line, as: UTF8.self))
        guard let document = try? JSONDocument(bytes),
            let event = document.string(["event"]).flatMap(Event.init),
            let time = document.string(["time"])
        else { return nil }
        self.init(event)
        self.time = time
        user = document.string(["user"]) ?? ""
        command = document.string(["command"]) ?? ""
        profile = document.string(["profile"])
        role = document.string(["role"])
        accountID = document.string(["account"])
        program = document.string(["program"])
        if let list = document.element(["arguments"]) {
            arguments = document.children(of: list).compactMap { document.string([], in: $0) }
        }
        if let cached = document.element(["cached"]),
            case .boolean(let value) = document.kind(cached)
        {
            isCached = value
        }
        until = document.string(["until"])
        subject = document.string(["subject"])
        reason = document.string(["reason"])
        error = document.string(["error"])
    }

    // MARK: In words

    /// What was done, without who and when.
    var text: String {
        let what = ([command] + [program].compactMap { $0 } + (arguments ?? [])).joined(
            separator: " ")
        let whose = profile.map { "\($0): " } ?? ""
        switch event {
        case .used:
            let role = role.map { " as \($0)" } ?? ""
            return "\(whose)\(what)\(role)" + (isCached == true ? ", cached" : "")
                + (reason.map { ", because: \($0)" } ?? "")
        case .session:
            return "\(whose)\(what) got \(subject ?? "a session"), until \(until ?? "it is over")"
        case .refused: return "\(whose)\(what) got nothing: \(error ?? "")"
        case .signedIn: return "\(whose)\(what) signed in at \(subject ?? "")"
        case .signedOut: return "\(whose)\(what) signed out at \(subject ?? "")"
        case .keys: return "\(what): \(subject ?? "")"
        case .forgotten:
            let end = "forgotten on \(reason ?? "demand")"
            guard let error else { return "\(whose)\(subject ?? "a session") \(end)" }
            return "\(whose)\(subject ?? "a session") could not be \(end): \(error)"
        }
    }

    /// The same with who and when.
    var shown: String { "\(time) \(user) \(text)".visible }

    /// For systemd's journal.
    ///
    /// Source: systemd.journal-fields(7), syslog(3).
    var fields: [(name: String, value: String)] {
        let fields: [(String, String?)] = [
            ("MESSAGE", text.visible), ("PRIORITY", error != nil ? "5" : "6"),
            ("SYSLOG_IDENTIFIER", "credtool"), ("CREDTOOL_EVENT", event.rawValue),
            ("CREDTOOL_COMMAND", command), ("CREDTOOL_PROFILE", profile),
            ("CREDTOOL_ROLE", role), ("CREDTOOL_PROGRAM", program),
        ]
        return fields.compactMap { name, value in value.map { (name, $0.visible) } }
    }
}
