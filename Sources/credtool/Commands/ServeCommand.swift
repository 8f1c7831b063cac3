// credtool serve: sessions of several profiles for several programs, as containers and instances get them.
internal import Engine
internal import Flags
internal import Glibc
internal import Handover
internal import Loopback
internal import Model
internal import Planning
internal import Profiles
internal import Server
internal import System

/// Serves until it is ended.
struct ServeCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        if invocation.isSet(.install) {
            return try ServeUnits(invocation: invocation, machine: machine).write()
        }
        let requests = requests()
        let activated = ActivatedSocket.take()
        let isActivated = activated != nil
        let place = try place()
        if invocation.isSet(.imds) {
            guard requests.count == 1 else { throw ServerFailure.oneProfile }
            guard place.isLocal else { throw ServerFailure.metadataForAll }
        }
        do throws(ListenerError) { try EndpointServer.load() } catch {
            throw ServerFailure.listener(error)
        }
        CurrentProcess.raiseOpenFiles()
        // Somebody may be there now; who is started by a request has to be quick.
        let served = try requests.map { asked in
            let request = try machine.engine().admitted(asked)
            return try Served(
                request, first: isActivated ? nil : first(request),
                plan: machine.engine().offlinePlan(request.plan), machine)
        }
        let socket = try activated ?? listen(place)
        try serve(served, socket, place, isActivated: isActivated)
    }

    // MARK: Before

    private func requests() -> [CredentialRequest] {
        let request = CredentialRequest(invocation)
        guard !invocation.profiles.isEmpty else { return [request] }
        var seen: Set<String> = []
        return invocation.profiles.filter { seen.insert($0).inserted }.map { name in
            var request = request
            request.plan.profile = Setting(name, from: .flag("PROFILE"))
            return request
        }
    }

    private func first(_ request: CredentialRequest) throws -> ServedSession {
        ServedSession(try machine.engine().credentials(for: request))
    }

    private func place() throws -> ListenPlace {
        guard let text = invocation.value(.listen) else { return .standard }
        do throws(ListenPlace.Mistake) { return try ListenPlace(text) } catch {
            throw ServerFailure.place(text, error)
        }
    }

    private func listen(_ place: ListenPlace) throws -> ListeningSocket {
        do throws(ListenerError) {
            switch place {
            case .tcp(_, let address, let port):
                return try ListeningSocket(address: address, port: port)
            case .unix(let path): return try ListeningSocket(path: path)
            }
        } catch { throw ServerFailure.listener(error) }
    }

    // MARK: Serving

    private func serve(
        _ served: [Served], _ socket: consuming ListeningSocket, _ place: ListenPlace,
        isActivated: Bool
    ) throws {
        var hosts = ["127.0.0.1", "localhost"]
        if case .tcp(let host, _, _) = place, !hosts.contains(host) { hosts = [host] }
        let port = socket.port
        let gate = Gate(port: port, hosts: hosts)
        let isLocal = place.isLocal
        if !isLocal {
            machine.console.say(
                "other machines can reach \(hosts[0]): whoever learns the token, or reads it on the"
                    + " way, has the sessions, since nothing is encrypted")
        }
        let endpoint: any LocalEndpoint
        let note: Secret
        let address = port.map { "http://\(hosts[0]):\($0)" }
        if invocation.isSet(.imds) {
            endpoint = MetadataEndpoint(
                gate: gate, instance: served[0].instance, keeper: served[0].keeper,
                refused: machine.refusalLog())
            note = Secret(address.map { "AWS_EC2_METADATA_SERVICE_ENDPOINT=\($0)/\n" } ?? "")
        } else {
            let token = try isActivated ? keptToken() : EndpointToken.random()
            note = text(served, address, token.text)
            endpoint = CredentialEndpoint(
                gate: gate, token: token,
                keepers: served.map { ("/" + $0.name, $0.keeper) },
                refused: machine.refusalLog())
        }
        let server: EndpointServer
        do throws(ListenerError) {
            server = try EndpointServer(
                socket,
                admits: { !isLocal || PeerOwner.user(ofSocket: $0) == getuid() },
                answer: { endpoint.answer($0) })
        } catch { throw ServerFailure.listener(error) }
        if !isActivated { try machine.console.print(secret: note) }
        if case .unix(let path) = place, !isActivated {
            machine.console.hint(
                "SDKs reach no Unix socket by themselves: curl --unix-socket \(typed(path))")
        }
        withExtendedLifetime(server) {
            while true {
                sleep(1)
                endpoint.tick()
            }
        }
    }

    /// Lines that a shell can read: where each profile is, and what is to be shown there.
    private func text(
        _ served: [Served], _ address: String?, _ token: borrowing Secret
    ) -> Secret {
        var lines = served.map { entry in
            let uri = (address ?? "http://localhost") + "/" + percentEncoded(entry.name)
            return "AWS_CONTAINER_CREDENTIALS_FULL_URI=\(uri)\n"
        }.joined()
        lines += "AWS_CONTAINER_AUTHORIZATION_TOKEN="
        var hints = "\n"
        if invocation.isSet(.container) {
            let variables =
                "-e AWS_CONTAINER_CREDENTIALS_FULL_URI -e AWS_CONTAINER_AUTHORIZATION_TOKEN"
            hints += "# podman run --network host \(variables) IMAGE\n"
            // Whom docker's daemon starts a program as is told to it; podman's is this user's own.
            hints += "# docker run --network host --user \(getuid()) \(variables) IMAGE\n"
        }
        return Secret(capacity: lines.utf8.count + token.count + hints.utf8.count) { room in
            var writer = SecretWriter(room)
            writer.write(lines)
            token.withBytes { writer.write($0) }
            writer.write(hints)
            return writer.count
        }
    }

    /// The token of the socket that systemd keeps, which its unit wrote.
    private func keptToken() throws -> EndpointToken {
        guard let directory = machine.lockDirectory() else { throw ServerFailure.noToken("") }
        let path = "\(directory)/\(ServeUnits.tokenName)"
        guard let token = try AtomicFile.readSecret(path, limit: 4096), token.count >= 32 else {
            throw ServerFailure.noToken(path)
        }
        return EndpointToken(token)
    }
}

/// A profile that is served.
private struct Served {
    let name: String
    let keeper: SessionKeeper
    let instance: MetadataEndpoint.Instance

    init(
        _ request: CredentialRequest, first: ServedSession?, plan: SessionPlan, _ machine: Machine
    ) throws {
        name = plan.profile.value
        keeper = machine.keeper(of: request, first: first)
        let role = String(
            plan.profile.value.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        instance = MetadataEndpoint.Instance(
            role: role, accountID: plan.credentials.accountID,
            region: plan.region?.value ?? "us-east-1")
    }
}
