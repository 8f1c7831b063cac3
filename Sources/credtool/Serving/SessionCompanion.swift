// The server beside the program of `exec --server`.
internal import Engine
internal import Glibc
internal import Handover
internal import Loopback
internal import Model
internal import Profiles
internal import Server
internal import System

/// A process that serves the session which this one obtains for the program that it becomes.
struct SessionCompanion: ~Copyable {
    private let companion: Companion
    private let port: UInt16
    /// The path of the session; the SDK for Ruby wants one.
    private static let path = "/session"

    private init(_ companion: consuming Companion, port: UInt16) {
        self.companion = companion
        self.port = port
    }

    /// Splits this process. In the companion it does not return.
    /// - Parameter request: What sessions are renewed by.
    static func start(
        beside request: CredentialRequest, _ machine: Machine
    ) throws -> SessionCompanion {
        do throws(ListenerError) { try EndpointServer.load() } catch {
            throw ServerFailure.listener(error)
        }
        let socket = try listen()
        let port = socket.port ?? 0
        let companion = try Companion(keeping: socket.descriptor)
        guard companion.isCompanion else { return SessionCompanion(companion, port: port) }
        var machine = machine
        machine.isBesideProgram = true
        serve(companion, socket, machine, request)
    }

    private static func listen() throws(ServerFailure) -> ListeningSocket {
        do throws(ListenerError) { return try ListeningSocket() } catch { throw .listener(error) }
    }

    /// Hands the first session over, and waits until it is served.
    borrowing func serve(_ obtained: borrowing Obtained) throws -> SessionEndpoint {
        let token = EndpointToken.random()
        do throws(SystemError) {
            try companion.send(token.text)
            try companion.send(HandedSession(obtained).text)
        } catch { throw ServerFailure.ended }
        guard companion.receive() != nil else { throw ServerFailure.ended }
        return SessionEndpoint(
            uri: "http://127.0.0.1:\(port)\(Self.path)", token: token.text.copy())
    }

    // MARK: In the companion

    private static func serve(
        _ companion: consuming Companion, _ socket: consuming ListeningSocket, _ machine: Machine,
        _ request: CredentialRequest
    ) -> Never {
        CurrentProcess.raiseOpenFiles()
        // Where there is no first session, the other side has said why.
        guard let token = companion.receive(), let text = companion.receive(),
            let first = HandedSession(text)
        else { _exit(0) }
        let endpoint = CredentialEndpoint(
            gate: Gate(port: socket.port), token: EndpointToken(token),
            keepers: [(path, machine.keeper(of: request, first: first.session))],
            refused: machine.refusalLog())
        do {
            let server = try EndpointServer(
                socket, admits: { PeerOwner.user(ofSocket: $0) == getuid() },
                answer: { endpoint.answer($0) })
            try companion.send(Secret("serving"))
            while !companion.programHasEnded(within: .seconds(1)) { endpoint.tick() }
            withExtendedLifetime(server) {}
        } catch {
            machine.console.report(
                Failure(
                    (error as? ListenerError).map { ServerFailure.listener($0) as any Error }
                        ?? error))
            _exit(1)
        }
        // Threads may be in the middle of something.
        _exit(0)
    }
}

/// A session on its way to the companion: its document, behind two moments.
private struct HandedSession: ~Copyable {
    let text: Secret
    let session: ServedSession?

    init(_ obtained: borrowing Obtained) {
        let now = Timestamp.now()
        let end = ServedSession.end(of: obtained.credentials, now: now)
        let json = ServedSession.json(
            obtained.credentials,
            accountID: obtained.credentials.accountID ?? obtained.plan.credentials.accountID,
            expiration: end, now: now)
        let head = "\(now) \(end) "
        text = Secret(capacity: head.utf8.count + json.count) { room in
            var writer = SecretWriter(room)
            writer.write(head)
            json.withBytes { writer.write($0) }
            return writer.count
        }
        session = nil
    }

    init?(_ text: consuming Secret) {
        session = text.withBytes { bytes -> ServedSession? in
            let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2)
            guard parts.count == 3,
                let obtained = Timestamp(rfc3339: String(decoding: parts[0], as: UTF8.self)),
                let end = Timestamp(rfc3339: String(decoding: parts[1], as: UTF8.self))
            else { return nil }
            return ServedSession(
                document: Secret(copying: UnsafeRawBufferPointer(rebasing: parts[2])),
                expiration: end, obtained: obtained)
        }
        self.text = text
        if session == nil { return nil }
    }
}

extension Machine {
    /// What keeps SDKs from credentials that come before those of an endpoint: they look into
    /// `[default]` first. Settings of the profile itself are handed over as variables.
    func masksOfDefault() -> [(variable: String, value: String)] {
        guard defaultGivesCredentials else { return [] }
        console.say(Self.maskNote)
        return [
            ("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ]
    }

    /// What `--server` makes of a plan, a sentence each.
    func notesOfServer() -> [String] {
        [
            "--server: the command is given no session, but the address of a server on 127.0.0.1 that"
                + " renews it"
        ] + (defaultGivesCredentials ? [Self.maskNote] : [])
    }

    private static let maskNote =
        "the AWS config files are hidden from the command: programs would take the credentials of"
        + " [default] before those of --server"

    private var defaultGivesCredentials: Bool {
        (try? configFiles().profile(named: "default"))?.givesCredentials ?? false
    }
}

extension Profile {
    /// Whether an SDK finds credentials by it.
    fileprivate var givesCredentials: Bool {
        roleARN != nil || credentialProcess != nil || sso != nil || loginSession != nil
            || !plainKeys.isEmpty
    }
}
