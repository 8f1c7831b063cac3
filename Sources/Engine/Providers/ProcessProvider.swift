// The provider of what programs print: credentials, and tokens.
internal import AWS
internal import Model
internal import Planning
internal import Profiles
internal import System

extension PlanRunner {
    /// Names the commands that are running, each by a digest, from the outermost in. credtool finds
    /// its own among them when a program calls it back.
    static let chainVariable = "CREDTOOL_CREDENTIAL_PROCESS"

    /// A program may ask a person, so it has as long as a person needs.
    static let processDeadline: Duration = .seconds(180)

    /// What the program prints, as credentials.
    func credentialProcess(_ process: CredentialProcess) throws(EngineError) -> Credentials {
        let use = ProcessUse(process)
        let words = try words(of: use)
        let output = try run(words, use)
        do { return try CredentialProcessDocument.credentials(output, now: effects.now()) } catch {
            throw .process(.document(error), use)
        }
    }

    /// The program and its arguments.
    private func words(of use: ProcessUse) throws(EngineError) -> [String] {
        do { return try ShellWords.split(use.command.value) } catch {
            throw .process(.unsplittable(error), use)
        }
    }

    /// Refuses a program that is not there.
    func findProgram(of process: CredentialProcess) throws(EngineError) {
        let use = ProcessUse(process)
        guard let program = try words(of: use).first else { return }
        do { _ = try ProgramSearch.find(program) } catch {
            throw .process(.run(.cannotStart(error)), use)
        }
    }

    /// Refuses a source whose command is what runs this credtool.
    func refuseLoop() throws(EngineError) {
        let use: ProcessUse
        switch plan.credentials.source {
        case .credentialProcess(let process): use = ProcessUse(process)
        case .webIdentity(let source):
            guard let process = ProcessUse(source) else { return }
            use = process
        case .saml(let source):
            guard case .process(let command) = source.way else { return }
            use = ProcessUse(command, of: source)
        case .storedKey, .staticKey, .environment, .instanceMetadata, .container, .sso,
            .rolesAnywhere, .login:
            return
        }
        if running.contains(use.digest) { throw .process(.loop, use) }
    }

    private var running: [String] {
        (effects.variable(Self.chainVariable)?.split(separator: " ") ?? []).map(String.init)
    }

    /// What a command prints, to the letter. A shell runs it, as it does `mfa_process`.
    ///
    /// Source: aws-vault, which gives `mfa_process` and `web_identity_token_process` to `/bin/sh`.
    func output(
        of use: ProcessUse, deadline: Duration = Self.processDeadline
    ) throws(EngineError) -> Secret {
        try run(["/bin/sh", "-c", use.command.value], use, deadline)
    }

    /// What a program prints, to the letter. It may ask a person, on the terminal: what this process
    /// has as its standard input is meant for the child.
    private func run(
        _ words: [String], _ use: ProcessUse, _ deadline: Duration = Self.processDeadline
    ) throws(EngineError) -> Secret {
        func failure(_ failure: ProcessFailure) -> EngineError { .process(failure, use) }
        let chain = (running + [use.digest]).joined(separator: " ")
        let subprocess = Subprocess(
            words, environment: ProcessEnvironment(changing: [Self.chainVariable: chain]),
            input: .terminal, deadline: deadline)
        let result: Subprocess.Result
        do { result = try subprocess.run() } catch { throw failure(.run(error)) }
        guard result.status == .exited(0) else { throw failure(.ended(result.status)) }
        return result.takeOutput()
    }
}

extension ProcessUse {
    fileprivate init(_ process: CredentialProcess) {
        self.init(
            key: "credential_process", command: process.command, profile: process.profile)
    }

    /// The program that is run for a web identity's token; nil where none is.
    fileprivate init?(_ source: WebIdentitySource) {
        switch source.token {
        case .file: return nil
        case .process(let command): self.init(command, of: source)
        case .job(let token):
            guard case .agent = token.way else { return nil }
            self.init(token, of: source)
        case .openID(let client):
            guard let command = client.clientSecretProcess else { return nil }
            self.init(
                key: "oidc_client_secret_process", command: command, profile: source.profile)
        }
    }

    /// The agent of a CI service, which gives the token of `source`.
    init(_ token: JobToken, of source: WebIdentitySource) {
        let command =
            switch token.way {
            case .agent(let command): command
            case .variable, .request: ""
            }
        self.init(
            key: "web_identity_token_source",
            command: Setting(command, from: token.service.origin), profile: source.profile)
    }

    /// The program `command`, which gives the token of `source`.
    init(_ command: Setting<String>, of source: WebIdentitySource) {
        self.init(key: "web_identity_token_process", command: command, profile: source.profile)
    }

    /// The program `command`, which gives the response of `source`.
    init(_ command: Setting<String>, of source: SAMLSource) {
        self.init(key: "saml_process", command: command, profile: source.profile)
    }

    /// The command alone: two profiles with the same one run each other as much as themselves.
    fileprivate var digest: String { FNV1a.hexadecimal(command.value.utf8) }
}
