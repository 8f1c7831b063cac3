// The engine of this machine: its effects, put together.
internal import AWS
internal import Engine
internal import Glibc
internal import HTTP
internal import Model
internal import Planning
internal import Profiles
internal import Prompts
internal import Store
internal import System
internal import Vault

extension Machine {
    /// The region that an outer credtool handed over.
    static var inheritedRegion: Setting<String>? {
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let value = variable(name), handedOver.contains(name, value) {
                return Setting(value, from: .variable(name))
            }
        }
        return nil
    }

    /// The engine that obtains credentials here.
    /// - Parameters:
    ///   - signIn: How a person is asked to sign in; as this machine allows, unless the command says
    ///     otherwise.
    ///   - change: What a command wants to be otherwise.
    func engine(
        _ signIn: SignInWish = SignInWish(), _ change: (inout Engine.Effects) -> Void = { _ in }
    ) -> Engine {
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
            codePrompt: { plan in CodePrompt(plan, mayUseTerminal: mayUseTerminal) },
            sentCodes: SentCodes(directory: lockDirectory), lockDirectory: lockDirectory)
        effects.accessPortal = { (source, plan) throws(EngineError) in
            try accessPortal(source, caBundle: plan.caBundle?.value, signIn)
        }
        effects.consoleSignIn = { (source, plan) in
            consoleSignIn(source, caBundle: plan.caBundle?.value, signIn)
        }
        effects.samlSignIn = { _ in samlSignIn(signIn) }
        effects.readSecretFile = { (path) throws(SystemError) in
            try AtomicFile.readSecret(Machine.expanded(path), limit: 1 << 20)
        }
        effects.standardInput = { () throws(SystemError) in
            if Terminal.isTerminal(0) { return nil }
            return try CurrentProcess.readInput(limit: 1 << 20)
        }
        effects.rolesAnywhere = { (source, plan) throws(EngineError) in
            try rolesAnywhere(source, caBundle: plan.caBundle?.value)
        }
        effects.findCertificate = { certificateStore().find($0) != nil }
        effects.openID = { (source, plan) in
            openIDSignIn(source, of: plan.credentials.source.profile, signIn)
        }
        effects.web = web
        effects.hasPerson = { mayUseTerminal && Terminal.path != nil }
        effects.answer = answer
        effects.report = tell
        change(&effects)
        return Engine(effects)
    }

    /// What the planner is told of this machine.
    func facts(_ index: VaultIndex) -> PlanFacts {
        var facts = PlanFacts(
            keys: index.entries.map(\.storedKey), userAndHost: { userAndHost },
            variable: Machine.ownVariable,
            file: { path in
                guard let bytes = try? AtomicFile.read(Machine.expanded(path)) else { return nil }
                return String(validating: bytes, as: UTF8.self)
            })
        facts.certificate = { certificateStore().stored($0) }
        facts.fileDigest = { path in
            guard let bytes = try? AtomicFile.readSecret(Machine.expanded(path), limit: 1 << 20)
            else { return nil }
            return bytes.withBytes { FNV1a.hexadecimal($0) }
        }
        facts.hasEndpointVariable = Machine.hasEndpointVariable
        facts.isEmptyVariable = { name in
            guard let value = getenv(name), value.pointee == 0 else { return false }
            return !Machine.handedOver.contains(name, "")
        }
        return facts
    }

    /// Whether a person set a variable that names an endpoint.
    private static func hasEndpointVariable() -> Bool {
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let text = entry?.pointee {
            entry = entry?.successor()
            // Other entries may be secrets, of which no copy is made.
            guard strncmp(text, "AWS_ENDPOINT_URL", 16) == 0 else { continue }
            if ownVariable(String(String(cString: text).prefix { $0 != "=" })) != nil {
                return true
            }
        }
        return false
    }

    /// A path with the home directory in the place of a leading `~`.
    static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = pathVariable("HOME") else { return path }
        return home + path.dropFirst()
    }

    /// The key that stands in a file in plain text.
    private func loadPlainKey(_ key: StaticKey) throws(PlainKeyFailure) -> Credentials {
        let plain = try plainKey(ofProfile: key.profile, in: key.file)
        guard let id = AccessKeyID(plain.accessKeyID.value) else { throw .malformedID }
        return plain.credentials(id)
    }
}

extension CodePrompt {
    /// The way of a plan to ask for codes on this machine: the method that is set, else the one
    /// that can be shown.
    /// - Parameter mayUseTerminal: Whether no other program has the terminal.
    init(_ plan: SessionPlan, mayUseTerminal: Bool) {
        let process = plan.mfaPrompt.process?.value
        var facts = PromptFacts()
        var set = plan.mfaPrompt.method?.value
        if !mayUseTerminal {
            facts.hasTerminal = false
            if set == .tty { set = nil }
        }
        let method: Result<MFAPromptMethod, PromptError>
        do throws(PromptError) {
            method = .success(
                try MFAPromptMethod.choose(
                    set: set, process: process, facts))
        } catch { method = .failure(error) }
        let chosen: MFAPromptMethod? = if case .success(let method) = method { method } else { nil }
        let profile = plan.credentials.source.profile
        self.init(
            isAutomatic: chosen?.isAutomatic == true, isOnTerminal: chosen == .tty
        ) { (mfaSerial) throws(PromptError) in
            try Prompt(method.get(), process: process).code(mfaSerial: mfaSerial, profile: profile)
        }
    }
}
