// Everything that can go wrong, one case a cause, and the exit code that each has.
internal import AWS
internal import Engine
internal import Flags
internal import Handover
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import System
internal import Vault

/// A failure as a person is told of it. The words stand in Wording/.
indirect enum Failure: Error, Equatable {
    // From the modules.
    case usage(UsageError)
    case config(ConfigError)
    case certificate(CertificateError)
    case edit(ConfigEditError)
    case plan(PlanError)
    case engine(EngineError)
    case vault(VaultError)
    case aws(AWSError)
    case endpoint(EndpointError)
    case sessions(RecordStoreError)
    case terminal(TerminalError)
    case system(SystemError)
    case execute(ExecuteError)
    case export(UnwritableValue)
    case handover(HandoverFailure)
    case server(ServerFailure)
    case console(ConsoleFailure)
    case rotation(RotationFailure)
    case sign(SignError)
    case vaultCommand(VaultCommandFailure)
    case scan(ScanFailure)
    case doctor(DoctorFailure)
    case importing(ImportFailure)

    // Of the commands themselves.
    case noProfileNamed
    case noKey(profile: String, nearest: String?)
    case unknownProfile(String, nearest: ProfileSuggestion?)
    case noMatch(String, nearest: ProfileSuggestion?)
    case profileComesFirst(String)
    case malformedProfileName(String)
    case unknownVault(String)
    case unconfirmed(command: String)
    case noTerminalForPassword
    case emptyPassword
    case passwordsDiffer
    case noTerminalForKey(profile: String)
    case missingVariable(String)
    case malformedInput
    case malformedKeyID
    case secretAsKeyID
    case malformedSecret
    case temporaryKey(AccessKeyID)
    case rootKey(account: String, profile: String)
    case keyRefused(AWSError, id: AccessKeyID, profile: String)
    case noPlainKey(profile: String)
    case newKeyLost(Failure, id: AccessKeyID)
    case storedButNot(String, Failure)
    case removedButNot(String, Failure)
    case signIn(SignInError, command: String)
    case noSignIn(profile: String?)
    /// `each` without a word on which profiles.
    case nothingChosen
    case malformedTag(String)
    case noTaggedProfile(String)
    case profileInUse(String)
    /// The sign-in that was to be written to a profile.
    case consoleLogin(ConsoleSignInError, profile: String)
    case severalSignIns([String])
    case syncWithoutSession(profile: String)
    case blockWithoutEnd(session: String, path: String)
    case unexpected(String)

    /// The failure that `error` is.
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as UsageError: self = .usage(error)
        case let error as ConfigError: self = .config(error)
        case let error as ConfigEditError: self = .edit(error)
        case let error as PlanError: self = .plan(error)
        case let error as GuardRailError: self = .engine(.guardRail(error))
        // What went wrong before anything was carried out is told as the same anywhere else.
        case EngineError.config(let error): self = .config(error)
        case EngineError.file(let error): self = .system(error)
        case EngineError.plan(let error): self = .plan(error)
        case EngineError.program(let error): self = .execute(error)
        case let error as EngineError: self = .engine(error)
        case PlainKeyFailure.config(let error): self = .config(error)
        case PlainKeyFailure.system(let error): self = .system(error)
        case PlainKeyFailure.malformedID: self = .malformedKeyID
        case let error as CertificateError: self = .certificate(error)
        case let error as VaultError: self = .vault(error)
        case let error as AWSError: self = .aws(error)
        case let error as EndpointError: self = .endpoint(error)
        case let error as RecordStoreError: self = .sessions(error)
        case let error as TerminalError: self = .terminal(error)
        case let error as SystemError: self = .system(error)
        case let error as ExecuteError: self = .execute(error)
        case let error as UnwritableValue: self = .export(error)
        case let error as HandoverFailure: self = .handover(error)
        case let error as ServerFailure: self = .server(error)
        case let error as ConsoleFailure: self = .console(error)
        case let error as VaultCommandFailure: self = .vaultCommand(error)
        case let error as ScanFailure: self = .scan(error)
        case let error as RotationFailure: self = .rotation(error)
        case let error as DoctorFailure: self = .doctor(error)
        case let error as ImportFailure: self = .importing(error)
        default: self = .unexpected(String(describing: type(of: error)))
        }
    }

    /// 1, or 2 for a command line that was not understood. `exec` follows GNU env, so that its
    /// failures can be told from the child's: 125, 126 for what cannot be run, 127 for what is not
    /// there. `plan` ends as the `exec` would that it tells of.
    func exitCode(of command: Command?) -> Int32 {
        if command == .exec {
            guard case .execute(let error) = self else { return 125 }
            return error.isNotFound ? 127 : 126
        }
        switch self {
        case .usage, .nothingChosen, .malformedTag, .vaultCommand(.flagOfOtherActions),
            .vaultCommand(.noDestination):
            return 2
        default: break
        }
        if command == .plan { return 125 }
        return 1
    }

    /// What was asked and what stood in the way: lower case, no full stop.
    var message: String { wording.message }

    /// What to type next, a line each.
    var hints: [String] { wording.hints }

    var wording: Wording {
        switch self {
        case .usage(let error): error.wording
        case .config(let error): error.wording
        case .edit(let error): error.wording
        case .plan(let error): error.wording
        case .engine(let error): error.wording
        case .vault(let error): error.wording
        case .certificate(let error): error.wording()
        case .aws(let error): error.wording
        case .endpoint(let error): error.wording
        // What is in there is not used any more, but is there until it is taken away.
        case .sessions(.vault(.locked)):
            Wording(
                VaultError.locked.wording.message, hint: "credtool unlock, then this once more")
        case .sessions(let error): error.wording
        case .terminal(let error): error.wording
        case .system(let error): error.wording
        case .execute(let error): error.wording
        case .export(let error): error.wording
        case .handover(let error): error.wording
        case .server(let error): error.wording
        case .console(let error): error.wording
        case .rotation(let error): error.wording
        case .sign(let error): error.wording
        case .vaultCommand(let error): error.wording
        case .scan(let error): error.wording
        case .doctor(let error): error.wording
        case .importing(let error): error.wording
        case .signIn(let error, let command): error.wording(login: command)
        case .noProfileNamed, .noKey, .unknownProfile, .noMatch, .profileComesFirst,
            .malformedProfileName,
            .unknownVault, .unconfirmed, .noTerminalForPassword, .emptyPassword, .passwordsDiffer,
            .noTerminalForKey, .missingVariable, .malformedInput,
            .malformedKeyID, .secretAsKeyID, .malformedSecret, .temporaryKey, .rootKey, .keyRefused,
            .noPlainKey, .newKeyLost, .nothingChosen, .malformedTag, .noTaggedProfile, .noSignIn,
            .severalSignIns, .profileInUse, .consoleLogin,
            .syncWithoutSession, .blockWithoutEnd, .storedButNot, .removedButNot,
            .unexpected:
            commandWording
        }
    }
}

/// What a person reads of a failure.
struct Wording: Equatable {
    var message: String
    var hints: [String]

    init(_ message: String, hint: String...) {
        self.message = message
        hints = hint
    }

    /// The same with more in front.
    func prefixed(_ start: String) -> Wording {
        var wording = self
        wording.message = start + message
        return wording
    }
}
