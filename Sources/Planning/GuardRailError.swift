// Why the guard rails of a profile let nothing through.
public import Profiles

/// What a person is asked before credentials are handed over, by the rail that asks for it.
public enum GuardQuestion: Equatable, Sendable {
    /// A reason: `credtool_reason`.
    case reason(GuardRail<Bool>)
    /// A yes, or to type a phrase: `credtool_confirm`.
    case confirmation(GuardRail<GuardRails.Confirmation>)
}

/// A use that a profile's guard rails do not allow.
public enum GuardRailError: Error, Equatable {
    /// The profile is for other commands.
    case otherCommands(HandOver, GuardRail<[String]>)
    /// A person has to answer, and nobody can be asked here.
    case needsPerson(GuardQuestion)
    /// The person gave no answer, or another one.
    case unanswered(GuardQuestion)
    /// `--reason` has nothing that could be passed on.
    case emptyReason
    /// The session is to be limited to reading, and only that of a role or a federated user can be.
    case readOnlyWithoutRole(GuardRail<Bool>)
    /// The session is to be limited to reading, and another policy would allow more.
    case readOnlyBesidePolicy(GuardRail<Bool>, policy: Origin)
    /// The session is to be limited to reading, and one of a root user cannot be.
    case readOnlyRoot(GuardRail<Bool>)
    /// A longer session is asked for than may be.
    case tooLong(Setting<Duration>, maximum: GuardRail<Duration>)
    /// Sessions must outlive more than they may live.
    case minimumTTLTooLong(Setting<Duration>, maximum: GuardRail<Duration>)
    /// `--no-session` asks for the key itself, which has no end.
    case endless(maximum: GuardRail<Duration>)
    /// The credentials of `profile` live longer than they may, and it is not for us to say how long;
    /// nil for those that have no end.
    case livesTooLong(Duration?, maximum: GuardRail<Duration>, profile: String)
}
