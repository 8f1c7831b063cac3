// What the guard rails of a profile want of a use: decided before anybody is asked anything.
internal import Model
public import Profiles

/// Who is about to get credentials.
public struct HandOver: Equatable, Sendable {
    /// The command of credtool.
    public let command: String
    /// The program that it runs, as it was typed; nil where it hands them over otherwise.
    public let program: String?

    /// Joins the two.
    public init(command: String, program: String?) {
        self.command = command
        self.program = program
    }

    /// What is allowed or not: the program, else the command of credtool.
    public var name: String { program ?? command }

    /// Whether a pattern is of it: of the whole path where it has a slash, else of the name alone.
    func fits(_ pattern: String) -> Bool {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return NamePattern(pattern, isWhole: true)
            .matches(pattern.contains("/") ? name : last)
    }
}

extension GuardRails {
    /// What a person has to be asked before credentials are handed over.
    /// - Parameters:
    ///   - hasReason: Whether a reason was given with the command.
    ///   - hasPerson: Whether there is a person to ask; it is looked for only where one is needed.
    /// - Throws: `GuardRailError` where it is not allowed, or nobody can be asked.
    public func questions(
        for use: HandOver, hasReason: Bool, hasPerson: () -> Bool
    ) throws(GuardRailError) -> [GuardQuestion] {
        for allowed in allowedCommands where !allowed.value.contains(where: use.fits) {
            throw .otherCommands(use, allowed)
        }
        var questions: [GuardQuestion] = []
        if let reason, !hasReason { questions.append(.reason(reason)) }
        questions += confirmations.map { .confirmation($0) }
        if let first = questions.first, !hasPerson() { throw .needsPerson(first) }
        return questions
    }

    /// Whether credentials of `profile` may be handed over that end so long from now; nil for those
    /// that do not end.
    /// - Throws: `GuardRailError.livesTooLong`.
    public func check(lifetime: Duration?, of profile: String) throws(GuardRailError) {
        guard let maximumDuration else { return }
        // AWS counts from its own clock.
        guard let lifetime, lifetime <= maximumDuration.value + .seconds(60) else {
            throw .livesTooLong(lifetime, maximum: maximumDuration, profile: profile)
        }
    }

    /// A duration that is not longer than it may be: what a flag asks for is not cut in silence.
    /// - Throws: `GuardRailError.tooLong`.
    public func limited(_ duration: Setting<Duration>) throws(GuardRailError) -> Setting<Duration> {
        guard let maximumDuration, duration.value > maximumDuration.value else { return duration }
        if case .flag = duration.origin { throw .tooLong(duration, maximum: maximumDuration) }
        return Setting(maximumDuration.value, from: maximumDuration.origin)
    }
}

/// What a person gives as the reason for a use, in the forms that AWS takes.
public enum UseReason {
    /// The key of the session tag.
    public static let tag = "Reason"

    /// As a source identity: what stands in for other characters is `-`.
    static func sourceIdentity(_ reason: String) -> String? {
        valid(reason, as: .sourceIdentity, limit: 64)
    }

    /// As the value of a session tag.
    static func tagValue(_ reason: String) -> String? {
        var text = String.UnicodeScalarView()
        for scalar in reason.trimmed.unicodeScalars.prefix(256) {
            let isTaken = SettingForm.sessionTags.accepts("x=a\(scalar)a")
            text.append(isTaken && scalar != "," ? scalar : "-")
        }
        return text.isEmpty ? nil : String(text)
    }

    /// The reason with `-` for each run of characters that the form does not take; nil where nothing
    /// is left of it.
    private static func valid(_ reason: String, as form: SettingForm, limit: Int) -> String? {
        var text = String.UnicodeScalarView()
        for scalar in reason.trimmed.unicodeScalars {
            let isTaken = form.accepts("\(scalar)\(scalar)")
            if !isTaken, text.last == "-" { continue }
            text.append(isTaken ? scalar : "-")
            if text.count == limit { break }
        }
        let words = String(text)
        return form.accepts(words) && words.contains { $0 != "-" } ? words : nil
    }
}

extension Planner {
    /// Puts the reason for the use into the settings of a call: as its source identity or, where it
    /// has one already, as a tag. Of those with a token or a SAML response, AWS has both from whoever
    /// issued that.
    mutating func apply(
        reason: String?, to settings: inout RoleSettings, of operation: RoleSetting.Operation
    ) throws {
        guard let reason else { return }
        guard RoleSetting.sourceIdentity.isTaken(by: operation) else {
            reasons.append("only the log has the reason: \(operation.rawValue) takes none")
            return
        }
        let origin = Origin.flag("--reason")
        guard settings[.sourceIdentity] != nil else {
            guard let text = UseReason.sourceIdentity(reason) else {
                throw GuardRailError.emptyReason
            }
            settings[.sourceIdentity] = Setting(.text(text), from: origin)
            return
        }
        guard let text = UseReason.tagValue(reason) else { throw GuardRailError.emptyReason }
        var tags: [SessionTag] = []
        if case .tags(let own)? = settings[.tags]?.value {
            tags = own.filter { $0.key != UseReason.tag }
        }
        settings[.tags] = Setting(.tags(tags + [SessionTag(UseReason.tag, text)]), from: origin)
    }
}
