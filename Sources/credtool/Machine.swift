// What the commands find outside: environment, directories, config files, vaults, the clock.
internal import AWS
internal import Engine
internal import Glibc
internal import HTTP
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import Synchronization
internal import System
internal import Vault

/// The machine of one run.
struct Machine: Sendable {
    var console: Console

    init() { console = Console(noColour: Machine.variable("NO_COLOR") != nil) }

    // MARK: Environment

    /// A variable of the environment; an empty one counts as unset.
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// A variable that is a path, none of whose bytes is lost; an empty one counts as unset.
    static func pathVariable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(path: value)
    }

    /// The value of a variable that is a secret.
    static func secretVariable(_ name: String) -> Secret? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return Secret(copying: UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    /// A variable as a setting that remembers its name.
    static func setting(_ names: String...) -> Setting<String>? {
        for name in names {
            if let value = Machine.variable(name) { return Setting(value, from: .variable(name)) }
        }
        return nil
    }

    /// The user's name and the machine's, without a look-up that could reach the network.
    var userAndHost: (user: String, host: String) {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let host = String(decoding: bytes, as: UTF8.self)
        let user = Machine.variable("USER") ?? Machine.variable("LOGNAME") ?? "uid\(getuid())"
        return (user, host)
    }

    // MARK: Files

    /// The config and credentials files' places.
    func configPaths() throws(ConfigError) -> ConfigPaths {
        try ConfigPaths(variable: Machine.pathVariable, accountHome: Machine.accountHome)
    }

    /// The config and credentials files.
    func configFiles() throws -> ConfigFiles {
        let paths = try configPaths()
        return try ConfigFiles(
            config: AtomicFile.readSecret(paths.config.path, limit: Machine.configLimit),
            credentials: AtomicFile.readSecret(
                paths.credentials.path, limit: Machine.configLimit),
            paths: paths)
    }

    /// The most bytes that a config or credentials file may have.
    static let configLimit = 64 << 20

    /// Where credtool keeps what outlives a login: `$XDG_DATA_HOME/credtool`.
    ///
    /// Source: XDG Base Directory Specification 0.8.
    var dataDirectory: String {
        if let base = Machine.pathVariable("XDG_DATA_HOME"), base.hasPrefix("/") {
            return "\(base)/credtool"
        }
        let home = Machine.pathVariable("HOME") ?? Machine.accountHome ?? "/"
        return "\(home)/.local/share/credtool"
    }

    private static var accountHome: String? {
        guard let account = getpwuid(getuid()), let home = account.pointee.pw_dir else {
            return nil
        }
        return String(path: home)
    }

    /// The cache of sessions.
    func sessionCache() -> SessionCache {
        SessionCache(
            ledgerPath: "\(dataDirectory)/sessions.tsv",
            forgottenPath: { "\(lockDirectory() ?? dataDirectory)/forgotten" })
    }

    /// Where locks stand; nil where there is no safe place, and every process is on its own.
    func lockDirectory() -> String? {
        do {
            return try RuntimeDirectory.make(
                xdgRuntimeDirectory: Machine.pathVariable("XDG_RUNTIME_DIR"),
                fallback: "\(dataDirectory)-run")
        } catch {
            console.trace("no lock directory, so processes do not wait for each other: \(error)")
            return nil
        }
    }

    /// Warns, in a line, of what lets other users change the files that credtool goes by.
    func warnOfUnsafeFiles() {
        let paths = try? configPaths()
        let finding = [paths?.config.path, paths?.credentials.path, dataDirectory].lazy
            .compactMap { $0.flatMap(FileSafety.finding) }.first
        if let finding { console.say(finding.warning) }
    }

    // MARK: Keys

    /// The owner of the keys: vaults, index and the sessions made from a key.
    func keyStore() -> KeyStore {
        let vaultPath = "\(dataDirectory)/vault"
        return KeyStore(
            indexPath: "\(dataDirectory)/index.tsv", vaultPath: vaultPath,
            effects: KeyStore.Effects(
                vault: { kind, mayPrompt in KeyVault(items(kind, mayPrompt: mayPrompt)) },
                forgetSessions: { profile, id in
                    try sessionCache().forget([.profile(profile), .key(id)])
                },
                report: tell))
    }

    /// The secret items of a vault.
    /// - Parameter mayPrompt: Whether a person may be asked for the keyring's password, or the file
    ///   vault's.
    func items(_ kind: VaultKind, mayPrompt: Bool) -> any ItemStore {
        switch kind {
        case .secretService:
            SecretServiceStore(
                prompting: mayPrompt
                    ? .allowed(lock: lockDirectory().map { "\($0)/prompt.lock" }) : .forbidden)
        case .file:
            SealedFileStore(
                path: "\(dataDirectory)/vault", cache: KernelDerivedKeyCache(),
                passphrase: passphrase(mayPrompt: mayPrompt))
        }
    }

    /// Where the passphrase of the file vault comes from.
    private func passphrase(mayPrompt: Bool) -> PassphraseSource {
        var source = PassphraseSource.none
        source.given = { Machine.secretVariable("CREDTOOL_FILE_PASSPHRASE") }
        guard mayPrompt else { return source }
        source.ask = Passphrase.ask
        source.tries = Passphrase.tries
        source.lockPath = lockDirectory().map { "\($0)/passphrase.lock" }
        source.report = { event in
            switch event {
            case .again(let error): console.say(Failure(error).message)
            case .waiting(let limit):
                console.say(
                    "another credtool is asking for the file vault's passphrase; waiting for up to"
                        + " \(spoken(limit))")
            }
        }
        return source
    }

    /// Tells what happens to keys, to those who want to follow it.
    private func tell(_ event: KeyStore.Event) {
        switch event {
        case .loading(let key):
            console.trace(
                "asking the \(key.vault.rawValue) vault for key \(key.accessKeyID.masked) of"
                    + " profile \(key.profile)")
        case .unread(let kind, let error):
            console.trace("the \(kind.rawValue) vault tells nothing: \(Failure(error).message)")
        case .indexNotWritten(let error):
            console.trace("the index cannot be written: \(Failure(error).message)")
        case .deletedOldCopy(let profile, let kind):
            console.trace(
                "deleted an old key of profile \(profile) from the \(kind.rawValue) vault")
        }
    }

    // MARK: AWS

    /// The connections of this run: calls to one host share a handshake.
    private static let connections = HTTPConnections()
    /// The hosts that a person was warned of.
    private static let plainHosts = Mutex<Set<String>>([])

    /// What asks AWS at `endpoint`.
    private func transport(_ endpoint: Endpoint, caBundle: String?) -> HTTPClient {
        let isNew = Machine.plainHosts.withLock { hosts in
            endpoint.isPlainRemote && hosts.insert(endpoint.host).inserted
        }
        if isNew {
            console.say(
                "\(endpoint.host) is asked over plain http: whoever stands between can read the"
                    + " credentials")
        }
        return HTTPClient(
            version: version, caBundle: caBundle ?? Machine.variable("AWS_CA_BUNDLE"),
            connections: Machine.connections)
    }

    /// The STS that `target` names.
    func sts(_ target: STSTarget, caBundle: String? = nil) throws(EndpointError) -> STS {
        let endpoint = try Endpoint.sts(target.options)
        return STS(endpoint: endpoint, transport: transport(endpoint, caBundle: caBundle))
    }

    /// The IAM of a plan's partition.
    func iam(_ plan: SessionPlan) throws(EngineError) -> IAM {
        do {
            let config = try configFiles()
            var options = plan.sts.options
            options.useGlobalEndpoint = false
            options.override =
                try EndpointURL.resolve(
                    service: "iam", profile: config.profile(named: plan.profile.value),
                    config: config, variable: Machine.variable)?.value
            let endpoint = try Endpoint.iam(options)
            return IAM(
                endpoint: endpoint,
                transport: transport(endpoint, caBundle: plan.caBundle?.value))
        } catch { throw EngineError(planning: error) }
    }

    /// Whose credentials these are, as AWS says.
    func identity(
        of credentials: borrowing Credentials, region: String?, profile: String,
        limits: CallLimits = CallLimits()
    ) throws -> CallerIdentity {
        // A file that is broken is no reason not to ask.
        let config = try? configFiles()
        let own = try? config?.profile(named: profile)
        let region =
            region ?? Machine.setting("AWS_REGION", "AWS_DEFAULT_REGION")?.value
            ?? own?.region?.value
        let endpoint =
            try config.flatMap {
                try EndpointURL.resolve(
                    service: "sts", profile: own, config: $0, variable: Machine.variable)
            } ?? Machine.setting("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL")
        let target = STSTarget(
            region: region ?? Endpoint.defaultRegion, endpointURL: endpoint)
        return try sts(target).getCallerIdentity(credentials: credentials, limits: limits)
    }
}

extension STSTarget {
    /// What names the endpoint.
    var options: Endpoint.Options {
        var options = Endpoint.Options(
            region: region, useFIPS: usesFIPS, useDualStack: usesDualStack,
            override: endpointURL?.value)
        options.useGlobalEndpoint = isLegacy
        return options
    }
}
