// Asking AWS whose a key is, and what its answer means for storing the key.
internal import AWS
internal import Model
internal import Profiles

/// What an answer says against one half of a key.
enum KeyFault {
    /// The ID is not known, or not yet: a new key takes some seconds to be known everywhere.
    case unknownID
    /// The ID is known, and the secret is another one.
    case wrongSecret
}

extension AWSError {
    /// What the answer says against the key; nil where it is about something else, such as the clock.
    ///
    /// Source: botocore's and MinIO's error codes for access keys and signatures.
    var keyFault: KeyFault? {
        guard case .service(let error) = self, error.clockSkew == nil else { return nil }
        return switch error.code {
        case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId":
            .unknownID
        case "SignatureDoesNotMatch", "InvalidSignatureException": .wrongSecret
        default: nil
        }
    }
}

/// Asks whose a key is.
struct KeyCheck {
    let machine: Machine
    let profile: String
    /// The region of the flag; nil for the profile's.
    let region: String?
    /// The endpoint of the flag; nil for the configured one.
    let endpointURL: String?
    /// Whether the profile's endpoint is not one of AWS's: such may not know the question.
    let isOfOtherMaker: Bool

    /// What came of it.
    enum Answer {
        case known(ARN)
        /// Whose it is remains open; the key is stored all the same.
        case open(any Error)
        case refused(AWSError)
    }

    /// How long a new key is given until AWS knows it.
    static let patience: Duration = .seconds(30)
    private static let pause: Duration = .seconds(2)

    /// Whose key it is.
    /// - Parameter isPatient: Whether the key may be so new that AWS does not know it yet.
    func answer(
        _ key: borrowing AccessKey, from origin: KeyOrigin, isPatient: Bool
    ) throws -> Answer {
        do {
            // Only IAM's keys take their time to be known.
            return .known(try isPatient && !isOfOtherMaker ? awaitedCaller(key) : caller(key))
        } catch let error as AWSError {
            return Self.refuses(error, origin, isOfOtherMaker: isOfOtherMaker)
                ? .refused(error) : .open(error)
        } catch  where origin == .pipe {
            return .open(error)
        }
    }

    /// Whether a key is not to be stored after this answer. One that came through a pipe may exist
    /// nowhere else, so only a secret that is surely wrong is refused there.
    static func refuses(_ error: AWSError, _ origin: KeyOrigin, isOfOtherMaker: Bool) -> Bool {
        switch origin {
        case .pipe: error.keyFault == .wrongSecret
        case .terminal, .environment, .file:
            isOfOtherMaker ? error.keyFault != nil : error.isRefusal
        }
    }

    private func caller(_ key: borrowing AccessKey) throws -> ARN {
        try machine.identity(
            of: Credentials(key), region: region, endpointURL: endpointURL, profile: profile,
            limits: .quick
        ).arn
    }

    /// The same, asked again until AWS knows the key or the patience is over.
    private func awaitedCaller(_ key: borrowing AccessKey) throws -> ARN {
        let start = MonotonicTime.now
        var passed = Duration.zero
        var hasWaited = false
        var answer = try unlessUnknown(key)
        while answer == nil, passed < Self.patience {
            machine.console.progress(
                "AWS does not know key \(key.id.masked) yet, as happens with new ones; waiting up"
                    + " to \(spoken(Self.patience))",
                passed: passed, isFirst: !hasWaited)
            hasWaited = true
            CallEffects.system.sleep(Self.pause)
            answer = try unlessUnknown(key)
            passed = MonotonicTime.now - start
        }
        if hasWaited { machine.console.endProgress() }
        if let answer { return answer }
        return try caller(key)
    }

    /// Nil where AWS does not know the key.
    private func unlessUnknown(_ key: borrowing AccessKey) throws -> ARN? {
        do { return try caller(key) } catch let error as AWSError where error.keyFault == .unknownID
        { return nil }
    }
}
