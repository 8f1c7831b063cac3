// One step of a plan in the words of `plan`: its kind, and each parameter with its origin.
internal import Model
internal import Planning
internal import Profiles

/// A step with its parameters in order.
struct PlanStep: Encodable {
    let kind: String
    private(set) var parameters: [(String, PlanDocument.Value)] = []

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Parameters by name; where they came from stands beside them, in `origins`.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: Key("kind"))
        var origins: [String: String] = [:]
        for (name, value) in parameters {
            origins[name] = value.origin
            if name == "tags" {
                try container.encode(tags, forKey: Key(name))
            } else if let list = lists[name] {
                try container.encode(list, forKey: Key(name))
            } else if Self.numbers.contains(name), let number = Int(value.value) {
                try container.encode(number, forKey: Key(name))
            } else {
                try container.encode(value.value, forKey: Key(name))
            }
        }
        try container.encode(origins, forKey: Key("origins"))
    }

    private static let numbers: Set<String> = ["durationSeconds"]
    private var tags: [String: String] = [:]
    private var lists: [String: [String]] = [:]

    init(_ step: CredentialPlan) {
        switch step {
        case .storedKey(let key):
            kind = "stored-key"
            add("profile", key.profile, "vault index")
            add("accessKeyId", key.accessKeyID.description, "vault index")
            if let arn = key.callerARN {
                add("accountId", arn.accountID, "vault index")
                add("callerArn", arn.description, "vault index")
            }
        case .staticKey(let key):
            kind = "static-key"
            add("profile", key.profile, "\(key.accessKeyID.origin)")
            add("accessKeyId", key.accessKeyID)
        case .environment(let key):
            kind = "environment"
            add("accessKeyId", key.accessKeyID, "AWS_ACCESS_KEY_ID")
        case .credentialProcess(let process):
            kind = "credential-process"
            add("profile", process.profile, "\(process.command.origin)")
            add("command", process.command)
        case .instanceMetadata(let source):
            kind = "instance-metadata"
            add("endpoint", source.endpoint)
        case .container(let source):
            kind = "container"
            if let uri = source.relativeURI {
                add("uri", uri, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            } else if let uri = source.fullURI {
                add("uri", uri, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
            }
        case .webIdentity(let step):
            kind = "web-identity"
            add("profile", step.profile, "\(step.role.role.origin)")
            switch step.token {
            case .file(let path): add("tokenFile", path)
            case .process(let command): add("tokenProcess", command)
            }
            add(step.role)
        case .sso(let source):
            kind = "sso"
            add("profile", source.profile, "\(source.startURL?.origin ?? .standard)")
            add("ssoSession", source.session)
            add("startUrl", source.startURL)
            add("ssoRegion", source.region)
            add("accountId", source.accountID)
            add("roleName", source.roleName)
        case .login(let profile, let session):
            kind = "login"
            add("profile", profile, "\(session.origin)")
            add("loginSession", session)
        case .sessionToken(let step, _):
            kind = "session-token"
            add(step.duration)
            add("mfaSerial", step.mfaSerial)
        case .assumeRole(let step, _):
            kind = "assume-role"
            add(step)
        case .federationToken(let step, _):
            kind = "federation-token"
            add("name", step.name)
            add(step.duration)
            add("policy", step.policy)
            add("policyArns", step.policyARNs)
            add("tags", tags: step.tags)
        case .assumeRoot(let step, _):
            kind = "assume-root"
            add("accountId", step.account)
            add("taskPolicyArn", step.taskPolicy.value.description, "\(step.taskPolicy.origin)")
            add(step.duration)
        }
    }

    private mutating func add(_ name: String, _ value: String, _ origin: String) {
        parameters.append((name, PlanDocument.Value(value: value, origin: origin)))
    }

    private mutating func add(_ name: String, _ setting: Setting<String>?) {
        if let setting { add(name, setting.value, "\(setting.origin)") }
    }

    private mutating func add(_ name: String, _ setting: Setting<[String]>?) {
        guard let setting else { return }
        lists[name] = setting.value
        add(name, setting.value.joined(separator: ","), "\(setting.origin)")
    }

    private mutating func add(_ name: String, tags: Setting<[SessionTag]>?) {
        guard let tags else { return }
        self.tags = Dictionary(
            tags.value.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        let text = tags.value.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        add(name, text, "\(tags.origin)")
    }

    private mutating func add(_ duration: Setting<Duration>) {
        add("durationSeconds", "\(duration.value.wholeSeconds)", "\(duration.origin)")
    }

    private mutating func add(_ step: AssumeRoleStep) {
        add("roleArn", step.role.value.description, "\(step.role.origin)")
        add("accountId", step.role.value.accountID, "\(step.role.origin)")
        add("sourceProfile", step.sourceProfile)
        add("roleSessionName", step.sessionName)
        add(step.duration)
        add("externalId", step.externalID)
        add("mfaSerial", step.mfaSerial)
        add("sourceIdentity", step.sourceIdentity)
        add("tags", tags: step.tags)
        add("transitiveTagKeys", step.transitiveTagKeys)
        add("policy", step.policy)
        add("policyArns", step.policyARNs)
    }
}
