// One step of a plan in the words of `plan`: its kind, and each parameter with its origin.
internal import Model
internal import Planning
internal import Profiles

/// A step with its parameters in order.
struct PlanStep {
    let kind: String
    private(set) var parameters: [(String, PlanDocument.Value)] = []
    /// The values that are no texts in JSON, by the names of their parameters.
    private var values: [String: JSONValue] = [:]

    /// Parameters by name; where they came from stands beside them, in `origins`.
    var json: JSONValue {
        var members: [String: JSONValue] = ["kind": .string(kind)]
        var origins: [String: JSONValue] = [:]
        for (name, value) in parameters {
            origins[name] = .string(value.origin)
            members[name] = values[name] ?? .string(value.value)
        }
        members["origins"] = .sorted(origins)
        return .sorted(members)
    }

    init(_ source: Source) {
        switch source {
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
            add(accessKeyID: key.accessKeyID.value, "\(key.accessKeyID.origin)")
            add("accountId", key.accountID)
        case .environment(let key):
            kind = "environment"
            add(accessKeyID: key.accessKeyID, "AWS_ACCESS_KEY_ID")
            if let account = key.accountID { add("accountId", account, "AWS_ACCOUNT_ID") }
        case .credentialProcess(let process):
            kind = "credential-process"
            add("profile", process.profile, "\(process.command.origin)")
            add("command", process.command)
            add("accountId", process.accountID)
        case .instanceMetadata(let source):
            kind = "instance-metadata"
            add("endpoint", source.endpoint.value.withoutUserInfo, "\(source.endpoint.origin)")
        case .container(let source):
            kind = "container"
            if let uri = source.relativeURI {
                add("uri", uri, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            } else if let uri = source.fullURI {
                add("uri", uri.withoutUserInfo, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
            }
        case .webIdentity(let source):
            kind = "web-identity"
            add("profile", source.profile, "\(source.role.role.origin)")
            switch source.token {
            case .file(let path): add("tokenFile", path)
            case .process(let command): add("tokenProcess", command)
            case .job(let token): add(token)
            case .openID(let client):
                add("issuer", client.issuer)
                add("clientId", client.clientID)
                add("clientSecretProcess", client.clientSecretProcess)
                add(
                    "scopes", client.scopes.value.joined(separator: " "),
                    "\(client.scopes.origin)")
                add("redirect", client.redirect)
            }
            add(source.role)
        case .sso(let source):
            kind = "sso"
            add("profile", source.profile, "\(source.startURL?.origin ?? .standard)")
            add("ssoSession", source.session)
            add("startUrl", source.startURL)
            add("ssoRegion", source.region)
            add("accountId", source.accountID)
            add("roleName", source.roleName)
            for (name, url) in [("portalUrl", source.portalURL), ("oidcUrl", source.oidcURL)] {
                if let url { add(name, url.value.withoutUserInfo, "\(url.origin)") }
            }
        case .rolesAnywhere(let source):
            kind = "roles-anywhere"
            add("profile", source.profile, "\(source.trustAnchor.origin)")
            switch source.place {
            case .vault(let stored):
                add("certificateSerial", stored.serial, "certificate list")
                add("certificateSubject", stored.subject, "certificate list")
                add("certificateEnd", stored.notAfter.description, "certificate list")
            case .files(let certificate, let privateKey, let chain, _):
                add("certificate", certificate)
                add("privateKey", privateKey)
                add("certificateChain", chain)
            }
            add("trustAnchorArn", source.trustAnchor)
            add("profileArn", source.anywhereProfile)
            add("roleArn", source.role)
            add("accountId", source.role.value.accountID, "\(source.role.origin)")
            if let duration = source.duration { add("durationSeconds", duration) }
            add("roleSessionName", source.sessionName)
            add(
                "endpointUrl",
                source.endpointURL.map { Setting($0.value.withoutUserInfo, from: $0.origin) })
        case .saml(let source):
            kind = "saml"
            switch source.way {
            case .process(let command):
                add("profile", source.profile, "\(command.origin)")
                add("process", command)
            case .file(let path):
                add("profile", source.profile, "\(path.origin)")
                add("file", path)
            case .standardInput(let origin):
                add("profile", source.profile, "\(origin)")
                add("file", "-", "\(origin)")
            case .browser(let url, let port):
                add("profile", source.profile, "\(url.origin)")
                add("idpUrl", url)
                add("acsPort", "\(port.value)", "\(port.origin)")
            }
            add("provider", source.provider.map { Setting("\($0.value)", from: $0.origin) })
            add("role", source.role)
            add(source.settings)
        case .login(let source):
            kind = "login"
            add("profile", source.profile, "\(source.session.origin)")
            add("loginSession", source.session)
            add("signInRegion", source.region)
            if let url = source.url { add("url", url.value.withoutUserInfo, "\(url.origin)") }
        }
    }

    init(_ call: Call) {
        switch call {
        case .sessionToken(let call):
            kind = "session-token"
            add("durationSeconds", call.duration)
            add("mfaSerial", call.mfaSerial)
        case .assumeRole(let call):
            kind = "assume-role"
            add(call)
        case .federationToken(let call):
            kind = "federation-token"
            add("name", call.name)
            add(call.settings)
        case .assumeRoot(let call):
            kind = "assume-root"
            add("accountId", call.account)
            add("taskPolicyArn", call.taskPolicy.value.description, "\(call.taskPolicy.origin)")
            add("durationSeconds", call.duration)
        }
    }

    private mutating func add(_ name: String, _ value: String, _ origin: String) {
        parameters.append((name, PlanDocument.Value(value: value, origin: origin)))
    }

    private mutating func add(_ name: String, _ setting: Setting<String>?) {
        if let setting { add(name, setting.value, "\(setting.origin)") }
    }

    private mutating func add(_ name: String, _ arn: Setting<ARN>) {
        add(name, arn.value.description, "\(arn.origin)")
    }

    private mutating func add(_ token: JobToken) {
        add("tokenSource", token.service.value.rawValue, "\(token.service.origin)")
        switch token.way {
        case .variable(let name): add("tokenVariable", name)
        case .agent(let command): add("tokenProcess", command, "\(token.service.origin)")
        case .request: break
        }
        add("audience", token.audience)
    }

    private mutating func add(_ name: String, _ duration: Setting<Duration>) {
        add(name, .duration(duration.value), "\(duration.origin)")
    }

    /// What stands in the place of the ID may be the secret: only what has the form of one is shown.
    private mutating func add(accessKeyID text: String, _ origin: String) {
        let id = AccessKeyID(text).flatMap { $0.isOfAWS ? $0.description : nil }
        add("accessKeyId", id ?? "…", origin)
    }

    private mutating func add(_ call: AssumeRoleCall) {
        add("roleArn", call.role.value.description, "\(call.role.origin)")
        add("accountId", call.role.value.accountID, "\(call.role.origin)")
        add("sourceProfile", call.sourceProfile)
        add("mfaSerial", call.mfaSerial)
        add(call.settings)
    }

    private mutating func add(_ settings: RoleSettings) {
        for entry in settings.entries {
            // In lower camel case, as all names here.
            let name = entry.setting.parameter
            add(name.prefix(1).lowercased() + name.dropFirst(), entry.value, "\(entry.origin)")
        }
    }

    private mutating func add(_ name: String, _ value: ParameterValue, _ origin: String) {
        switch value {
        case .text(let text): add(name, text, origin)
        case .duration(let duration):
            values[name] = .integer(duration.wholeSeconds)
            add(name, "\(duration.wholeSeconds)", origin)
        case .list(let list), .policyARNs(let list):
            values[name] = .array(list.map(JSONValue.string))
            add(name, list.joined(separator: ","), origin)
        case .tags(let tags):
            values[name] = .object(tags.map { JSONValue.Member($0.key, .string($0.value)) })
            add(name, tags.map { "\($0.key)=\($0.value)" }.joined(separator: ","), origin)
        }
    }
}
