// Who is signed in at the console, as `login_session` names them.
internal import Model

/// An identity that signs in at the console: an IAM user, the root user, or the session of a role
/// that somebody entered the console with.
public struct ConsoleSession: Hashable, Sendable {
    /// `login_session`: its ARN.
    public let name: String

    /// The identity of that ARN; white space around it is none of it.
    public init(_ name: String) { self.name = name.trimmed }

    /// How it is called in messages.
    public var displayName: String { "the console as \(name)" }

    /// The account, where the name is an ARN of one.
    var accountID: String? {
        guard let arn = ARN(name), arn.hasAccountID else { return nil }
        return arn.accountID
    }

    /// What its token is found by.
    public var recordName: String {
        "sign-in:\(FNV1a.hexadecimal("console\n\(name)".utf8))"
    }
}
