// From where a key comes to a key that is to be stored: read, checked, and mended where a person can.
internal import AWS
internal import Flags
internal import Model
internal import Profiles

/// A key, and whose it is where AWS told.
struct CheckedKey: ~Copyable {
    let key: AccessKey
    let caller: ARN?
}

/// Takes a key in, in the way that the flags name.
struct KeyIntake {
    let origin: KeyOrigin
    /// Whether the profile's endpoint is not one of AWS's.
    let isOfOtherMaker: Bool
    private let profile: String
    private let takesRoot: Bool
    private let input: KeyInput
    /// What the halves of the key must look like.
    let form: KeyForm
    /// Nil where AWS is not to be asked.
    private let check: KeyCheck?
    private let console: Console
    /// Whom a key belongs to, in front of what is said of it; empty where there is only one.
    var notePrefix = ""

    /// - Parameters:
    ///   - origin: Where the key comes from; nil for what the flags name.
    ///   - known: What the AWS files say of the profile.
    init(
        invocation: Invocation, machine: Machine, profile: String, known: Profile?,
        origin: KeyOrigin? = nil
    ) {
        self.origin = origin ?? KeyOrigin(invocation)
        isOfOtherMaker =
            (invocation.value(.endpointURL) ?? known?.endpointURL?.value)
            .map { !Endpoint.isOfAWS(url: $0) } ?? false
        self.profile = profile
        // Stand-ins for AWS call everybody root.
        takesRoot = isOfOtherMaker || invocation.isSet(.allowRoot)
        console = machine.console
        form = isOfOtherMaker || invocation.isSet(.noVerify) ? .ofAnyMaker : .ofAWS
        input = KeyInput(profile: profile, form: form, machine: machine)
        check =
            invocation.isSet(.noVerify)
            ? nil
            : KeyCheck(
                machine: machine, profile: profile, region: invocation.value(.region),
                endpointURL: invocation.value(.endpointURL), isOfOtherMaker: isOfOtherMaker)
    }

    func environmentKey() throws -> CheckedKey { try checked(input.environmentKey()) }

    func fileKey(_ place: PlainKeyPlace) throws -> CheckedKey { try checked(input.fileKey(place)) }

    /// Standard input, whose key is not checked yet.
    func pipedText() throws -> KeyText { try input.pipedKey() }

    /// A key that is asked for on the terminal: what AWS finds mistyped again, the rest not.
    func typedKey() throws -> CheckedKey {
        let id = try input.askForID()
        return try checkedOrRetyped(
            AccessKey(id: id, secret: input.askForSecret(of: id)), tries: KeyInput.tries,
            isPatient: false)
    }

    private func checkedOrRetyped(
        _ key: consuming AccessKey, tries: Int, isPatient: Bool
    ) throws -> CheckedKey {
        let answer = try check?.answer(key, from: origin, isPatient: isPatient)
        guard case .refused(let error)? = answer, let fault = error.keyFault, tries > 1 else {
            return try accepted(key, answer)
        }
        console.say(
            "\(Failure(error).message); \(tries - 1) more \(tries == 2 ? "try" : "tries")")
        switch fault {
        case .unknownID:
            let id = try input.askForID()
            // Who types the same once more has a key that is too new for AWS.
            return try checkedOrRetyped(
                AccessKey(id: id, secret: key.secret.copy()), tries: tries - 1,
                isPatient: id == key.id)
        case .wrongSecret:
            return try checkedOrRetyped(
                AccessKey(id: key.id, secret: input.askForSecret(of: key.id)), tries: tries - 1,
                isPatient: false)
        }
    }

    /// A key that nobody can be asked for again.
    func checked(_ key: consuming AccessKey) throws -> CheckedKey {
        let answer = try check?.answer(key, from: origin, isPatient: origin == .pipe)
        return try accepted(key, answer)
    }

    /// The key, unless it is not to be stored after what AWS said.
    private func accepted(
        _ key: consuming AccessKey, _ answer: KeyCheck.Answer?
    ) throws -> CheckedKey {
        switch answer {
        case nil: return CheckedKey(key: key, caller: nil)
        case .open(let error):
            console.say(notePrefix + Self.note(of: error, isOfOtherMaker: isOfOtherMaker))
            return CheckedKey(key: key, caller: nil)
        case .refused(let error):
            throw Failure.keyRefused(error, id: key.id, profile: profile)
        case .known(let caller):
            guard !caller.isRootUser || takesRoot else {
                throw Failure.rootKey(account: caller.accountID, profile: profile)
            }
            return CheckedKey(key: key, caller: caller)
        }
    }

    /// What is said of a key that is stored though nobody knows whose it is.
    private static func note(of error: any Error, isOfOtherMaker: Bool) -> String {
        let message = Failure(error).message
        guard let error = error as? AWSError else { return "the key is not checked: \(message)" }
        if error.keyFault == .unknownID {
            return "the key is not checked, since AWS does not know it after"
                + " \(spoken(KeyCheck.patience)); a new key may take longer"
        }
        if isOfOtherMaker {
            return "the key is not checked, since its endpoint does not say whose it is: \(message)"
        }
        return error.isRefusal
            ? "the key is not checked: \(message)"
            : "the key is not checked, since AWS could not be asked: \(message)"
    }
}

extension Endpoint {
    /// Whether the host of a URL is one of AWS's.
    fileprivate static func isOfAWS(url: String) -> Bool {
        guard let endpoint = try? Endpoint(override: url, signingRegion: defaultRegion) else {
            return false
        }
        let host = endpoint.host.prefix { $0 != ":" }.lowercased()
        return Partition.all.contains { partition in
            [partition.suffix, partition.dualStackSuffix].contains { host.hasSuffix(".\($0)") }
        }
    }
}
