// With which credentials a rotation asks IAM: the key itself, or a session of it made with MFA.
internal import AWS
internal import Engine
internal import Model
internal import System

/// Signs for one profile. The session that a policy wanted is held for the calls that follow.
final class RotationSigning {
    /// How long AWS is given to know a new key. It takes 15 seconds as a rule.
    static let patience: Duration = .seconds(60)
    private static let pause: Duration = .seconds(2)

    /// The keys that may be so new that AWS knows them here and not yet there.
    var newKeys: Set<AccessKeyID> = []
    private let profile: String
    private let console: Console
    /// Makes a session with MFA of the key that is stored; nil where the profile names no device.
    private let makeSession: (AccessKeyID) throws -> Credentials?
    private var session: Credentials?
    private var sessionKey: AccessKeyID?

    init(
        profile: String, console: Console,
        makeSession: @escaping (AccessKeyID) throws -> Credentials?
    ) {
        self.profile = profile
        self.console = console
        self.makeSession = makeSession
    }

    /// A call to IAM, signed with a key or, where a policy denies that, with its session.
    /// - Throws: `AWSError`, `RotationFailure.denied`, or what keeps the session from being made.
    func call<Result>(
        _ key: borrowing AccessKey, _ call: (borrowing Credentials) throws(AWSError) -> Result
    ) throws -> Result {
        if sessionKey != key.id {
            do { return try patiently(key, call) } catch {
                guard let denial = error as? AWSError, denial.isDenial else { throw error }
                let made = try patient(for: key.id, since: MonotonicTime.now) {
                    try makeSession(key.id)
                }
                guard let made else {
                    throw RotationFailure.denied(denial, profile: profile, withMFA: false)
                }
                session = consume made
                sessionKey = key.id
            }
        }
        guard let held = session.take() else { return try patiently(key, call) }
        do {
            let result = try patient(for: key.id, since: MonotonicTime.now) { try call(held) }
            session = consume held
            return result
        } catch {
            session = consume held
            guard let denial = error as? AWSError, denial.isDenial else { throw error }
            throw RotationFailure.denied(denial, profile: profile, withMFA: true)
        }
    }

    /// A call with the key itself, made again for a while where AWS may not know the key yet.
    /// - Throws: `AWSError`.
    func patiently<Result>(
        _ key: borrowing AccessKey, _ call: (borrowing Credentials) throws(AWSError) -> Result
    ) throws -> Result {
        let credentials = Credentials(key)
        return try patient(for: key.id, since: MonotonicTime.now) { try call(credentials) }
    }

    private func patient<Result: ~Copyable>(
        for id: AccessKeyID, since start: MonotonicTime, _ call: () throws -> Result
    ) throws -> Result {
        var hasWaited = false
        defer { if hasWaited { console.endProgress() } }
        while true {
            do { return try call() } catch {
                let passed = MonotonicTime.now - start
                guard newKeys.contains(id), Self.isOfUnknownKey(error), passed < Self.patience
                else { throw error }
                console.progress(
                    "AWS does not know key \(id.masked) everywhere yet; waiting up to"
                        + " \(spoken(Self.patience))",
                    passed: passed, isFirst: !hasWaited)
                hasWaited = true
                CallEffects.system.sleep(Self.pause)
            }
        }
    }

    private static func isOfUnknownKey(_ error: any Error) -> Bool {
        switch error {
        case let error as AWSError: error.keyFault == .unknownID
        case EngineError.call(let error, _): error.keyFault == .unknownID
        default: false
        }
    }
}

extension AWSError {
    /// Whether a policy forbids it.
    fileprivate var isDenial: Bool {
        guard case .service(let error) = self else { return false }
        return error.code == "AccessDenied" || error.code == "AccessDeniedException"
    }
}
