// The endpoint of containers: a path a profile, a token for all.
public import Loopback
internal import Model

/// Answers as the agent of ECS does, for programs with AWS_CONTAINER_CREDENTIALS_FULL_URI.
///
/// Source: AWS SDKs and Tools reference guide, "Container credential provider".
public final class CredentialEndpoint: LocalEndpoint {
    private let gate: Gate
    private let token: EndpointToken
    private let keepers: [(path: String, keeper: SessionKeeper)]
    private let refused: @Sendable (Refusal) -> Void

    /// Serves sessions.
    /// - Parameters:
    ///   - keepers: The sessions, each with its path, such as `/work`.
    ///   - refused: Is told what was refused.
    public init(
        gate: Gate, token: consuming EndpointToken,
        keepers: [(path: String, keeper: SessionKeeper)],
        refused: @escaping @Sendable (Refusal) -> Void
    ) {
        self.gate = gate
        self.token = token
        self.keepers = keepers
        self.refused = refused
    }

    /// Answers a request.
    public func answer(_ request: EndpointRequest) {
        guard let refusal = refusal(request) else {
            guard let keeper = keepers.first(where: { $0.path == request.path })?.keeper else {
                return refuse(request, .path(request.path))
            }
            return keeper.answer(request) { $0.document }
        }
        refuse(request, refusal)
    }

    private func refusal(_ request: EndpointRequest) -> Refusal? {
        if let refusal = gate.refusal(isAdmitted: request.isAdmitted, header: request.header) {
            return refusal
        }
        guard request.withHeader("Authorization", { token.admits($0) }) else { return .token }
        return request.method == "GET" ? nil : .method(request.method)
    }

    private func refuse(_ request: EndpointRequest, _ refusal: Refusal) {
        refused(refusal)
        request.answer(refusal.document)
    }

    /// Renews what has to be. To be called each second.
    public func tick() {
        for entry in keepers { entry.keeper.tick() }
    }
}

extension Refusal {
    /// What the client reads of it. What it sent is not sent back.
    var document: EndpointDocument {
        switch self {
        case .otherUser, .host, .origin, .forwarded:
            EndpointDocument(
                status: 403, code: "Forbidden",
                message: "credtool answers its own user's programs alone")
        case .token:
            EndpointDocument(
                status: 401, code: "Unauthorized",
                message: "the token is missing or is another one")
        case .method:
            EndpointDocument(
                status: 405, code: "MethodNotAllowed", message: "this method is not answered")
        case .path:
            EndpointDocument(
                status: 404, code: "NotFound", message: "nothing is served at this path")
        }
    }
}
