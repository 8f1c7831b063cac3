// The engine of this machine: its effects, put together.
internal import AWS
internal import Engine
internal import HTTP
internal import Model
internal import Planning
internal import Profiles
internal import Prompts
internal import Store
internal import System
internal import Vault

extension Machine {
    static let regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"]

    /// Whether another `credtool exec` set this environment.
    static var isInsideExec: Bool { variable("CREDTOOL_PROFILE") != nil }

    /// The engine that obtains credentials here.
    /// - Parameter signIn: How a person is asked to sign in; as this machine allows, unless the
    ///   command says otherwise.
    func engine(_ signIn: SignInWish = SignInWish()) -> Engine {
        let cache = sessionCache()
        var effects = Engine.Effects(
            configFiles: configFiles,
            keys: keyStore(cache), facts: facts, cache: cache,
            sts: { (plan) throws(EngineError) in
                do throws(EndpointError) {
                    return try sts(plan.sts, caBundle: plan.caBundle?.value)
                } catch { throw .endpoint(error) }
            },
            iam: { (plan) throws(EngineError) in try iam(plan) },
            local: HTTPClient(version: version, proxy: .none), loadPlainKey: loadPlainKey,
            secretVariable: Machine.secretVariable, variable: Machine.variable,
            codePrompt: { plan in CodePrompt(plan) },
            sentCodes: SentCodes(directory: lockDirectory), lockDirectory: lockDirectory)
        effects.accessPortal = { (source, plan) throws(EngineError) in
            try accessPortal(source, caBundle: plan.caBundle?.value, signIn)
        }
        effects.openID = { (source, _) in openIDSignIn(source, signIn) }
        effects.web = web
        effects.report = tell
        return Engine(effects)
    }

    /// What the planner is told of this machine.
    func facts(_ index: VaultIndex) -> PlanFacts {
        PlanFacts(
            keys: index.entries.map(\.storedKey), userAndHost: { userAndHost },
            variable: { name in
                // Inside another exec the region is that one's, not the user's own choice.
                if Machine.isInsideExec, Machine.regionVariables.contains(name) { return nil }
                return Machine.variable(name)
            },
            file: { path in
                guard let bytes = try? AtomicFile.read(Machine.expanded(path)) else { return nil }
                return String(validating: bytes, as: UTF8.self)
            })
    }

    /// A path with the home directory in the place of a leading `~`.
    static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = pathVariable("HOME") else { return path }
        return home + path.dropFirst()
    }

    /// The key that stands in a file in plain text.
    private func loadPlainKey(_ key: StaticKey) throws(PlainKeyFailure) -> Credentials {
        let paths: ConfigPaths
        do { paths = try configPaths() } catch { throw .config(error) }
        let path = key.file == .config ? paths.config : paths.credentials
        let bytes: Secret
        do throws(SystemError) {
            bytes =
                try AtomicFile.readSecret(path.path, limit: Machine.configLimit) ?? Secret("")
        } catch { throw .system(error) }
        let plain: PlainKey
        do throws(ConfigError) {
            plain = try PlainKey(
                ofProfile: key.profile, in: key.file, bytes: bytes, path: path.display)
        } catch { throw .config(error) }
        guard let id = AccessKeyID(plain.accessKeyID.value) else { throw .malformedID }
        return plain.credentials(id)
    }
}

extension CodePrompt {
    /// The way of a plan to ask for codes on this machine: the method that is set, else the one
    /// that can be shown.
    init(_ plan: SessionPlan) {
        let process = plan.mfaPrompt.process?.value
        let method: Result<MFAPromptMethod, PromptError>
        do throws(PromptError) {
            method = .success(
                try MFAPromptMethod.choose(
                    set: plan.mfaPrompt.method?.value, process: process, PromptFacts()))
        } catch { method = .failure(error) }
        let isAutomatic =
            if case .success(let method) = method { method.isAutomatic } else { false }
        let profile = plan.credentials.source.profile
        self.init(isAutomatic: isAutomatic) { (mfaSerial) throws(PromptError) in
            try Prompt(method.get(), process: process).code(mfaSerial: mfaSerial, profile: profile)
        }
    }
}
