// Why the guard rails of a profile let nothing through.
public import Profiles

/// What a person is asked before credentials are handed over; where that is asked for.
public enum GuardQuestion: Equatable, Sendable {
    /// A reason: `credtool_reason`.
    case reason(Origin)
    /// A yes: `credtool_confirm = true`.
    case yes(Origin)
    /// To type this: `credtool_confirm` with a phrase.
    case phrase(String, Origin)
}

/// A use that a profile's guard rails do not allow.
public enum GuardRailError: Error, Equatable {
    /// The profile is for other commands.
    case otherCommands(HandOver, profile: String, Setting<[String]>)
    /// A person has to answer, and nobody can be asked here.
    case needsPerson(GuardQuestion, profile: String)
    /// The person gave no answer, or another one.
    case unanswered(GuardQuestion, profile: String)
    /// `--reason` has nothing that could be passed on.
    case emptyReason
    /// The session is to be limited to reading, and only that of a role or a federated user can be.
    case readOnlyWithoutRole(Origin)
    /// The session is to be limited to reading, and another policy would allow more.
    case readOnlyBesidePolicy(Origin, policy: Origin)
    /// The session is to be limited to reading, and one of a root user cannot be.
    case readOnlyRoot(Origin)
    /// A longer session is asked for than may be.
    case tooLong(Setting<Duration>, maximum: Setting<Duration>)
    /// `--no-session` asks for the key itself, which has no end.
    case endless(maximum: Setting<Duration>)
    /// The credentials live longer than they may, and it is not for us to say how long; nil for those
    /// that have no end.
    case livesTooLong(Duration?, maximum: Setting<Duration>, profile: String)
}
