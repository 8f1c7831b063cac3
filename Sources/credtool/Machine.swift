// What the commands find outside: environment, directories, config files, vaults, the clock.
internal import AWS
internal import Engine
internal import Glibc
internal import HTTP
internal import Handover
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
    /// What this run is for, as the log has it.
    var activity = Activity()
    /// Whether this process runs beside a program that has the terminal.
    var isBesideProgram = false
    /// Where derived keys are for the rest of this run; nil but in commands that open many keys.
    var runKeys: RunKeys?
    /// Whether the sessions that are obtained count as uses of their profiles.
    var countsUses = false

    init() { console = Console(variable: Machine.variable) }

    // MARK: Environment

    /// A variable of the environment; one that is not set, in the sense of `value`, is nil.
    static func variable(_ name: String) -> String? { value(name).map { String(cString: $0) } }

    /// A variable that a person or a program set, and not an outer credtool for its own profile.
    static func ownVariable(_ name: String) -> String? {
        guard let value = variable(name), !handedOver.contains(name, value) else { return nil }
        return value
    }

    /// What an outer credtool set for its own profile.
    static var handedOver: HandedOver { HandedOver(record: variable(HandedOver.variable)) }

    /// A variable that is a path, none of whose bytes is lost.
    static func pathVariable(_ name: String) -> String? { value(name).map { String(path: $0) } }

    /// The user's shell.
    static var shell: String { pathVariable("SHELL") ?? "/bin/sh" }

    /// The value of a variable that is a secret.
    static func secretVariable(_ name: String) -> Secret? {
        value(name).map { Secret(copying: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }

    /// The value of a variable; nil where it is not set. An empty one counts as unset, and a blank
    /// one of AWS's too: a profile of that name is what no script meant.
    private static func value(_ name: String) -> UnsafeMutablePointer<CChar>? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        guard name.hasPrefix("AWS_") else { return value }
        return strspn(value, " \t\n\u{b}\u{c}\r") == strlen(value) ? nil : value
    }

    /// Whether a variable stands in the environment with anything in it, blank or not.
    static func stands(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }

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
        return (userName, host)
    }

    /// The user's name, without a look-up that could reach the network.
    var userName: String {
        Machine.variable("USER") ?? Machine.variable("LOGNAME") ?? "uid\(getuid())"
    }

    // MARK: Files

    /// The config and credentials files' places.
    func configPaths() throws(ConfigError) -> ConfigPaths {
        try ConfigPaths(variable: Machine.pathVariable, accountHome: Machine.accountHome)
    }

    /// The config and credentials files.
    func configFiles() throws(EngineError) -> ConfigFiles {
        let paths: ConfigPaths
        do { paths = try configPaths() } catch { throw .config(error) }
        let config = try configFile(paths.config.path)
        let credentials = try configFile(paths.credentials.path)
        do {
            return try ConfigFiles(config: config, credentials: credentials, paths: paths)
        } catch { throw .config(error) }
    }

    private func configFile(_ path: String) throws(EngineError) -> Secret? {
        do { return try AtomicFile.readSecret(path, limit: Machine.configLimit) } catch {
            throw .file(error)
        }
    }

    /// Where a profile's key stands in plain in one of the two files; nil where there is none.
    func plainKeyPlace(ofProfile name: String) throws(EngineError) -> PlainKeyPlace? {
        try configFiles().plainKeyPlaces(ofProfile: name).first
    }

    /// The key that stands in plain in one of the two files.
    func plainKey(
        ofProfile name: String, in file: ConfigFile.Role
    ) throws(PlainKeyFailure) -> PlainKey {
        let paths: ConfigPaths
        do { paths = try configPaths() } catch { throw .config(error) }
        let path = file == .config ? paths.config : paths.credentials
        let bytes: Secret
        do throws(SystemError) {
            bytes =
                try AtomicFile.readSecret(path.path, limit: Machine.configLimit) ?? Secret("")
        } catch { throw .system(error) }
        do throws(ConfigError) {
            return try PlainKey(ofProfile: name, in: file, bytes: bytes, path: path.display)
        } catch { throw .config(error) }
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
        return "\(Machine.home)/.local/share/credtool"
    }

    /// The home directory, as everything here takes it.
    static var home: String { pathVariable("HOME") ?? accountHome ?? "/" }

    /// Where credtool keeps what was done: `$XDG_STATE_HOME/credtool`.
    ///
    /// Source: XDG Base Directory Specification 0.8.
    var stateDirectory: String {
        if let base = Machine.pathVariable("XDG_STATE_HOME"), base.hasPrefix("/") {
            return "\(base)/credtool"
        }
        return "\(Machine.home)/.local/state/credtool"
    }

    static var accountHome: String? {
        var account = passwd()
        // The largest entry that is worth a thought; sysconf has only a first guess.
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var found: UnsafeMutablePointer<passwd>?
        return buffer.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let start = buffer.baseAddress else { return nil }
            // The words stand in the buffer.
            getpwuid_r(getuid(), &account, start, buffer.count, &found)
            guard let found, let home = found.pointee.pw_dir else { return nil }
            return String(path: home)
        }
    }

    /// Refuses a HOME that would be another place for each working directory.
    func checkHome() throws(ConfigError) { _ = try configPaths() }

    /// The cache of sessions.
    func sessionCache() -> SessionCache {
        SessionCache(
            ledgerPath: "\(dataDirectory)/sessions.tsv",
            forgottenPath: { forgottenPath })
    }

    /// The log of what was forgotten lately.
    var forgottenPath: String { "\(lockDirectory() ?? dataDirectory)/forgotten" }

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

    /// Whether a question may be asked on the terminal now, where there is one.
    var mayUseTerminal: Bool { !isBesideProgram || Terminal.isFree }

    // MARK: Keys

    /// The owner of the keys: vaults, index and the sessions made from a key.
    /// - Parameter sessions: The cache of sessions, for who has one already.
    func keyStore(_ sessions: SessionCache? = nil) -> KeyStore {
        let sessions = sessions ?? sessionCache()
        let vaultPath = "\(dataDirectory)/vault"
        return KeyStore(
            indexPath: "\(dataDirectory)/index.tsv", vaultPath: vaultPath,
            effects: KeyStore.Effects(
                vault: { kind, mayPrompt in KeyVault(items(kind, mayPrompt: mayPrompt)) },
                forgetSessions: { profile, id in
                    try sessions.forget([.profile(profile), .key(id)])
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
                prompting: mayPrompt ? keyringPrompting : .forbidden,
                movingLock: lockDirectory().map { "\($0)/moving.lock" },
                offer: mayPrompt ? keyringOffer() : nil)
        case .file:
            fileVault(passphrase: passphrase(.fileVault, mayPrompt: mayPrompt))
        }
    }

    /// The file vault.
    /// - Parameter held: How long its key rests once it was made.
    func fileVault(
        passphrase: PassphraseSource, held: Duration = KernelDerivedKeyCache.usualLifetime
    ) -> SealedFileStore {
        SealedFileStore(
            path: "\(dataDirectory)/vault",
            cache: KernelDerivedKeyCache(lifetime: held, run: runKeys),
            passphrase: passphrase)
    }

    /// Where a passphrase comes from.
    func passphrase(_ kind: Passphrase.Kind, mayPrompt: Bool = true) -> PassphraseSource {
        var source = PassphraseSource.none
        source.given = { Machine.secretVariable(kind.variable) }
        guard mayPrompt, mayUseTerminal else { return source }
        source.ask = { (purpose) throws(VaultError) in try Passphrase.ask(purpose, of: kind) }
        source.tries = Passphrase.tries
        source.lockPath = lockDirectory().map { "\($0)/passphrase.lock" }
        source.report = { event in
            switch event {
            case .again(let error): console.say(kind.failure(error).message)
            case .changed:
                console.say(
                    "another credtool has changed the file vault's passphrase; the new one counts")
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
    static let connections = HTTPConnections()
    /// The hosts that a person was warned of.
    private static let plainHosts = Mutex<Set<String>>([])

    /// What asks AWS at `endpoint`.
    func transport(_ endpoint: Endpoint, _ caBundle: String?) -> HTTPClient {
        let isNew = Machine.plainHosts.withLock { hosts in
            endpoint.isPlainRemote && hosts.insert(endpoint.host).inserted
        }
        if isNew {
            console.say(
                "\(endpoint.host) is asked over plain http: whoever stands between can read the"
                    + " credentials")
        }
        return HTTPClient(
            version: version, caBundle: caBundle ?? Machine.ownVariable("AWS_CA_BUNDLE"),
            connections: Machine.connections)
    }

    /// The STS that `target` names.
    func sts(_ target: STSTarget, caBundle: String? = nil) throws(EndpointError) -> STS {
        let endpoint = try Endpoint.sts(target.options)
        return STS(endpoint: endpoint, transport: transport(endpoint, caBundle))
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
                    config: config, variable: Machine.ownVariable)?.value
            let endpoint = try Endpoint.iam(options)
            return IAM(
                endpoint: endpoint,
                transport: transport(endpoint, plan.caBundle?.value))
        } catch { throw EngineError(planning: error) }
    }

    /// Whose credentials these are, as AWS says.
    /// - Parameter endpointURL: The STS to ask in place of the one that is configured.
    func identity(
        of credentials: borrowing Credentials, region: String?, endpointURL: String? = nil,
        profile: String, limits: CallLimits = CallLimits()
    ) throws -> CallerIdentity {
        let nameless = Profile(name: profile, origin: .standard)
        var config = ConfigFiles()
        var own = nameless
        do {
            config = try configFiles()
            own = try config.profile(named: profile) ?? nameless
        } catch {
            // A file that is broken is no reason not to ask.
            console.trace("asking by the variables alone: \(Failure(error).message)")
        }
        own = try own.overlaid(variable: Machine.ownVariable)
        let region = region ?? own.region?.value ?? Endpoint.defaultRegion
        let target =
            if let endpointURL {
                STSTarget(
                    region: region,
                    endpointURL: Setting(endpointURL, from: .flag("--endpoint-url")))
            } else {
                try STSTarget(
                    region: region, profile: own, config: config, variable: Machine.ownVariable)
            }
        return try sts(target, caBundle: own.caBundle?.value)
            .getCallerIdentity(credentials: credentials, limits: limits)
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
