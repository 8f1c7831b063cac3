// credtool whoami: who AWS says a profile's credentials are, in AWS's own kinds.
internal import AWS
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import System

/// Tells who a profile is to AWS.
struct WhoamiCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        var request = CredentialRequest(invocation)
        // Who says how the session is to be made wants it made.
        request.prefersKey = !invocation.isSet(.mfaToken) && !invocation.isSet(.duration)
        let obtained = try machine.engine().credentials(for: request)
        let plan = obtained.plan
        let sts = try machine.sts(plan.sts, caBundle: plan.caBundle?.value)
        let caller = try sts.getCallerIdentity(credentials: obtained.credentials)
        var identity = Identity(caller, plan)
        if let expiration = obtained.credentials.expiration {
            identity.expiration = expiration.description
            identity.secondsLeft = max(0, (expiration - .now()).wholeSeconds)
        }
        askIAM(caller, plan, obtained.credentials, &identity)
        if invocation.isSet(.json) { return try machine.console.print(identity.json.text) }
        try machine.console.print(lines: identity.text)
    }

    /// What IAM lets the caller see of itself; what it denies is left out.
    private func askIAM(
        _ caller: CallerIdentity, _ plan: SessionPlan, _ credentials: borrowing Credentials,
        _ identity: inout Identity
    ) {
        let iam: IAM
        do { iam = try machine.iam(plan) } catch {
            machine.console.say("IAM is not asked: \(Failure(error).message)")
            return
        }
        // A look is not worth long waits, and a denial is an answer.
        let limits = CallLimits.quick
        identity.accountAlias = try? iam.listAccountAliases(
            credentials: credentials, limits: limits
        ).first
        guard case .iamUser(let name, _) = caller.kind else { return }
        identity.groups = try? iam.listGroupsForUser(
            userName: name, credentials: credentials, limits: limits
        ).map(\.name)
        identity.mfaDevices = try? iam.listMFADevices(
            userName: name, credentials: credentials, limits: limits
        ).map(\.serialNumber)
        let now = Timestamp.now()
        identity.accessKeys = try? iam.listAccessKeys(
            userName: name, credentials: credentials, limits: limits
        ).map { key in
            Identity.Key(
                accessKeyId: key.id.masked, isActive: key.isActive,
                created: key.created.description,
                ageDays: (now - key.created).wholeSeconds / 86_400)
        }
    }
}

/// The document of `whoami --json`; its text is made of the same.
struct Identity: Equatable {
    /// A long-term key of a user.
    struct Key: Equatable {
        var accessKeyId: String
        var isActive: Bool
        var created: String
        var ageDays: Int

        var json: JSONValue {
            .sorted([
                "accessKeyId": .string(accessKeyId), "isActive": .boolean(isActive),
                "created": .string(created), "ageDays": .integer(ageDays),
            ])
        }
    }

    var profile: String
    var kind: String
    var arn: String
    var accountId: String
    var accountAlias: String?
    var userId: String
    var partition: String
    var userName: String?
    var roleName: String?
    var roleSessionName: String?
    var permissionSet: String?
    var instanceId: String?
    var via: [String]
    /// Whether it is the session of the shell that this was asked in.
    var isOuterSession: Bool
    var groups: [String]?
    var mfaDevices: [String]?
    var accessKeys: [Key]?
    var expiration: String?
    var secondsLeft: Int?

    init(_ caller: CallerIdentity, _ plan: SessionPlan) {
        profile = plan.profile.value
        arn = caller.arn.description
        accountId = caller.accountID
        userId = caller.userID
        partition = caller.arn.partition
        via = plan.credentials.chainNames
        isOuterSession = plan.isOuterSession
        switch caller.kind {
        case .rootUser: kind = "root user"
        case .assumedRoot: kind = "root of a member account"
        case .iamUser(let name, _):
            kind = "IAM user"
            userName = name
        case .assumedRole(let name, let session):
            kind = "assumed role"
            roleName = name
            roleSessionName = session
        case .identityCenter(let set, let user):
            kind = "Identity Center permission set"
            permissionSet = set
            userName = user
        case .instanceProfile(let role, let instance):
            kind = "instance profile"
            roleName = role
            instanceId = instance
        case .federatedUser(let name):
            kind = "federated user"
            userName = name
        case .other: kind = "other"
        }
    }

    var json: JSONValue {
        func string(_ text: String?) -> JSONValue? { text.map { .string($0) } }
        func list(_ texts: [String]?) -> JSONValue? {
            texts.map { .array($0.map(JSONValue.string)) }
        }
        return .sorted([
            "profile": .string(profile), "kind": .string(kind), "arn": .string(arn),
            "accountId": .string(accountId), "accountAlias": string(accountAlias),
            "userId": .string(userId), "partition": .string(partition),
            "userName": string(userName), "roleName": string(roleName),
            "roleSessionName": string(roleSessionName), "permissionSet": string(permissionSet),
            "instanceId": string(instanceId), "via": list(via), "groups": list(groups),
            "mfaDevices": list(mfaDevices),
            "accessKeys": accessKeys.map { .array($0.map(\.json)) },
            "expiration": string(expiration),
            "secondsLeft": secondsLeft.map { .integer($0) },
        ])
    }

    /// The same for people.
    var text: String {
        var lines: [(String, String)] = [
            ("kind", kind), ("arn", arn),
            ("account", accountId + (accountAlias.map { " (\($0))" } ?? "")),
        ]
        if partition != "aws" { lines.append(("partition", partition)) }
        if let userName { lines.append(("user", userName)) }
        if let permissionSet { lines.append(("permission set", permissionSet)) }
        if let roleName { lines.append(("role", roleName)) }
        if let roleSessionName { lines.append(("session", roleSessionName)) }
        if let instanceId { lines.append(("instance", instanceId)) }
        if isOuterSession { lines.append(("from", "this environment, profile \(profile)")) }
        if via.count > 1 { lines.append(("by way of", via.joined(separator: " > "))) }
        if let groups { lines.append(("groups", Self.list(groups))) }
        if let mfaDevices { lines.append(("MFA devices", Self.list(mfaDevices))) }
        for key in accessKeys ?? [] {
            let state = key.isActive ? "" : ", inactive"
            lines.append(("key", "\(key.accessKeyId), \(key.ageDays) days old\(state)"))
        }
        if let secondsLeft { lines.append(("time left", rounded(.seconds(secondsLeft)))) }
        let width = lines.map { $0.0.count }.max() ?? 0
        return lines.map { name, value in
            name + String(repeating: " ", count: width - name.count) + "  " + value
        }.joined(separator: "\n")
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}

extension CredentialPlan {
    /// What its stages are called in a chain, those left out whose credentials stay the same user's.
    fileprivate var chainNames: [String] { [source.chainName] + calls.compactMap(\.chainName) }
}

extension Source {
    fileprivate var chainName: String {
        switch self {
        case .storedKey(let key): "key of \(key.profile)"
        case .staticKey(let key): "plain key of \(key.profile)"
        case .environment: "environment"
        case .credentialProcess(let process): "credential_process of \(process.profile)"
        case .instanceMetadata: "instance"
        case .container: "container"
        case .webIdentity(let source): source.role.role.value.roleName ?? source.profile
        case .sso(let source): source.profile
        case .rolesAnywhere(let source): source.role.value.roleName ?? source.profile
        case .saml(let source):
            source.role.flatMap { ARN($0.value)?.roleName ?? $0.value } ?? source.profile
        case .login(let source): source.profile
        }
    }
}

extension Call {
    fileprivate var chainName: String? {
        switch self {
        case .sessionToken: nil
        case .assumeRole(let call): call.role.value.roleName
        case .federationToken(let call): call.name.value
        case .assumeRoot(let call): "root of \(call.account.value)"
        }
    }
}
