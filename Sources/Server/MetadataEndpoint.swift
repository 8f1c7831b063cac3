// The instance metadata service of EC2, version 2 alone, for one session.
public import Loopback
internal import Model

/// Answers as the instance metadata service does.
///
/// Source: EC2 user guide, "Use the Instance Metadata Service to access instance metadata".
public final class MetadataEndpoint: LocalEndpoint {
    /// What is told besides credentials.
    public struct Instance: Sendable {
        /// The role's name.
        public var role: String
        /// The account; nil where it is not known.
        public var accountID: String?
        /// The region.
        public var region: String
        /// The partition, such as `aws`.
        public var partition: String

        /// Joins the parts.
        public init(role: String, accountID: String?, region: String, partition: String = "aws") {
            self.role = role
            self.accountID = accountID
            self.region = region
            self.partition = partition
        }
    }

    /// No instance of EC2 has this one.
    private static let instanceID = "i-00000000000000000"

    private let gate: Gate
    private let instance: Instance
    private let keeper: SessionKeeper
    private let tokens = MetadataTokens()
    private let refused: @Sendable (Refusal) -> Void

    /// Serves a session.
    public init(
        gate: Gate, instance: Instance, keeper: SessionKeeper,
        refused: @escaping @Sendable (Refusal) -> Void
    ) {
        self.gate = gate
        self.instance = instance
        self.keeper = keeper
        self.refused = refused
    }

    /// Answers a request.
    public func answer(_ request: EndpointRequest) {
        if let refusal = gate.refusal(isAdmitted: request.isAdmitted, header: request.header) {
            return refuse(request, refusal)
        }
        if request.header("X-Forwarded-For") != nil { return refuse(request, .forwarded) }
        guard let route = MetadataRoute(path: request.path) else {
            return refuse(request, .path(request.path))
        }
        if route == .token { return answerWithToken(request) }
        guard request.withHeader("X-aws-ec2-metadata-token", { tokens.admits($0) }) else {
            return refuse(request, .token)
        }
        guard request.method == "GET" else { return refuse(request, .method(request.method)) }
        answer(request, route)
    }

    /// Renews what has to be. To be called each second.
    public func tick() { keeper.tick() }

    private func answerWithToken(_ request: EndpointRequest) {
        guard request.method == "PUT" else { return refuse(request, .method(request.method)) }
        let name = "X-aws-ec2-metadata-token-ttl-seconds"
        guard let lifetime = MetadataTokens.lifetime(request.header(name)) else {
            return request.answer(
                EndpointDocument(
                    status: 400, code: "BadRequest",
                    message: "\(name) has to be a number from 1 to 21600"))
        }
        request.answer(
            EndpointDocument(
                status: 200, type: "text/plain",
                headers: [(name, String(lifetime.components.seconds))],
                body: tokens.make(lifetime: lifetime)))
    }

    private func answer(_ request: EndpointRequest, _ route: MetadataRoute) {
        switch route {
        case .token: break
        case .roles: text(request, instance.role)
        case .credentials(let role):
            guard role == instance.role else { return refuse(request, .path(request.path)) }
            keeper.answer(request) { $0.document }
        case .instanceID: text(request, Self.instanceID)
        case .region: text(request, instance.region)
        case .availabilityZone: text(request, instance.region + "a")
        case .info:
            let account = instance.accountID ?? "000000000000"
            let profile = "instance-profile/\(instance.role)"
            json(request) { [instance] json in
                json.member("Code", .string("Success"))
                json.member("LastUpdated", .string(Timestamp.now().description))
                json.member(
                    "InstanceProfileArn",
                    .string("arn:\(instance.partition):iam::\(account):\(profile)"))
                json.member("InstanceProfileId", .string("AIPA0000000000000000"))
            }
        case .identityDocument:
            json(request) { [instance] json in
                json.member("accountId", instance.accountID.map { .string($0) })
                json.member("availabilityZone", .string(instance.region + "a"))
                json.member("instanceId", .string(Self.instanceID))
                json.member("region", .string(instance.region))
                json.member("version", .string("2017-09-30"))
            }
        }
    }

    private func text(_ request: EndpointRequest, _ text: String) {
        request.answer(EndpointDocument(status: 200, type: "text/plain", body: Secret(text)))
    }

    private func json(_ request: EndpointRequest, _ members: (inout JSONWriter) -> Void) {
        request.answer(
            EndpointDocument(status: 200, body: Secret(json: .compact, members: members)))
    }

    private func refuse(_ request: EndpointRequest, _ refusal: Refusal) {
        refused(refusal)
        request.answer(refusal.document)
    }
}
