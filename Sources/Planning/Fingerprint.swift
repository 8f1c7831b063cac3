// The text that stands for every input that shaped a session, and its short name.
internal import Model
internal import Profiles

/// What a cached session is found by and compared with.
///
/// Two plans have the same fingerprint only where AWS would be asked the same: the source, every
/// role of the chain with its parameters, MFA device, durations, region and endpoint. Where a
/// setting came from is no part of it. Nor is the region of GetSessionToken: what it gives is valid
/// in all of them, and one code has to serve roles in all of them.
public struct Fingerprint: Hashable, Sendable {
    /// Every input: a line for the source, then one for each call.
    public let text: String

    /// What files and keys are named by. It need not be strong, since the text is compared on
    /// reading: two plans of one name displace each other.
    public var name: String { FNV1a.hexadecimal(text.utf8) }

    /// The fingerprint of `plan` with its calls to `target`; nil for credentials that are asked for
    /// each time, such as a key.
    public init?(_ plan: CredentialPlan, target: STSTarget) {
        guard plan.source.isTold, !plan.calls.isEmpty || plan.source.isKept else { return nil }
        var text = Self.line(plan.source.fields(target))
        for call in plan.calls {
            text += "\n"
            text += Self.line(call.fields(target))
        }
        self.text = text
    }

    /// The names of all stages of `plan`, each nil where its credentials are asked for each time.
    public static func names(_ plan: CredentialPlan, target: STSTarget) -> [String?] {
        // One hash goes on over the lines: a chain may be long.
        var hash = FNV1a()
        hash.combine(line(plan.source.fields(target)).utf8)
        guard plan.source.isTold else { return Array(repeating: nil, count: plan.calls.count + 1) }
        var names: [String?] = [plan.source.isKept ? hash.hexadecimal : nil]
        for call in plan.calls {
            hash.combine("\n".utf8)
            hash.combine(line(call.fields(target)).utf8)
            names.append(hash.hexadecimal)
        }
        return names
    }

    /// What the fingerprints of all sessions begin with that come of the sign-in of `source`, whatever
    /// the account and the role.
    public static func beginning(of source: SSOSource) -> String {
        line(["sso"] + source.place) + "\t"
    }

    /// What plans have in common for which a person may be asked once: the MFA session that they begin
    /// with, the sign-in, or else the vault that may have to be unlocked. Nil where nobody is asked.
    public static func personalBeginning(_ plan: CredentialPlan, target: STSTarget) -> String? {
        if let position = plan.firstPersonalCall {
            return names(plan, target: target)[position + 1].map { "mfa \($0)" }
        }
        switch plan.source {
        case .storedKey(let key): return "vault \(key.vault.rawValue)"
        case .sso(let source): return beginning(of: source)
        case .login(let source): return line(["login", source.session.value.trimmed])
        case .webIdentity(let source):
            guard case .openID = source.token else { return nil }
            return line(["openid"] + source.token.fields)
        case .saml(let source): return line(["saml", source.profile])
        case .rolesAnywhere(let source): return line(["roles-anywhere", source.profile])
        case .staticKey, .environment, .credentialProcess, .instanceMetadata, .container:
            return nil
        }
    }

    private static func line(_ fields: [String]) -> String {
        var line = ""
        for (index, field) in fields.enumerated() {
            if index > 0 { line += "\t" }
            line += escaped(field)
        }
        return line
    }

    /// Keeps tabs and line ends in a value from looking like those between values.
    private static func escaped(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else {
            return field
        }
        return field.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar == "\\" ? "\\\(scalar.value);" : String(scalar)
        }.joined()
    }
}

extension Source {
    /// Whether the session of this source is kept itself, and not only those made from it.
    fileprivate var isKept: Bool {
        switch self {
        case .storedKey, .staticKey, .environment: false
        // It has its own cache, and the guard rails of its profile are to be heard each time.
        case .credentialProcess(let process): !ProcessProfile.isCredtool(process.command.value)
        case .instanceMetadata, .container, .webIdentity, .sso, .rolesAnywhere, .login: true
        case .saml(let source): source.isKept
        }
    }

    /// Whether it can be told from others by what is known of it. One address serves every
    /// container of a node, and tells them apart by tokens that are not for us to keep.
    fileprivate var isTold: Bool {
        switch self {
        case .container(let endpoint): return !endpoint.hasToken
        case .saml(let source): return source.isKept
        case .rolesAnywhere(let source): return source.isTold
        case .webIdentity(let source):
            if case .job(let token) = source.token { return token.job != nil }
            return true
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata, .sso,
            .login:
            return true
        }
    }

    fileprivate func fields(_ target: STSTarget) -> [String] {
        switch self {
        case .storedKey(let key): ["stored-key", key.accessKeyID.description]
        case .staticKey(let key): ["static-key", key.accessKeyID.value]
        case .environment(let key): ["environment", key.accessKeyID]
        case .credentialProcess(let process): ["credential-process", process.command.value]
        case .instanceMetadata(let source): ["instance-metadata", source.endpoint.value]
        case .container(let source):
            ["container", source.relativeURI ?? "", source.fullURI ?? ""]
        case .webIdentity(let source):
            ["web-identity"] + source.token.fields + target.place + source.role.fields
        case .sso(let source): ["sso"] + source.fields
        case .saml(let source): ["saml"] + source.fields + target.place + source.settings.fields
        case .login(let source): ["login", source.session.value.trimmed, source.url?.value ?? ""]
        case .rolesAnywhere(let source): ["roles-anywhere"] + source.fields
        }
    }
}

extension SSOSource {
    fileprivate var fields: [String] {
        place + [accountID?.value ?? "", roleName?.value ?? ""]
    }

    /// Another session's name is another person, perhaps, at the same portal.
    fileprivate var place: [String] {
        [
            session?.value ?? "", startURL?.value ?? "", region?.value ?? "",
            portalURL?.value ?? "", fips?.value == true ? "fips" : "",
            dualStack?.value == true ? "dual-stack" : "",
        ]
    }
}

extension SAMLSource {
    /// Where a profile stands behind it, its sessions are that profile's, whichever way the
    /// response came in this once. Of the response itself nothing is here.
    fileprivate var fields: [String] {
        [profile, provider?.value.description ?? "", role?.value ?? ""] + usualWay.fields
    }

    /// What is handed in through a pipe by nobody's name is told from nothing: each pipe of a
    /// shell's `<(...)` may have the same path.
    fileprivate var isKept: Bool {
        switch usualWay {
        case .standardInput: hasProfile
        case .file(let path):
            hasProfile || !["/dev/", "/proc/"].contains { path.value.hasPrefix($0) }
        case .process, .browser, nil: true
        }
    }
}

extension SAMLSource.Way? {
    fileprivate var fields: [String] {
        switch self {
        case .process(let command): ["process", command.value]
        case .file(let path): ["file", path.value]
        case .standardInput: ["file", "-"]
        case .browser(let url, let port): ["browser", url.value, "\(port.value)"]
        case nil: []
        }
    }
}

extension WebIdentitySource.Token {
    fileprivate var fields: [String] {
        switch self {
        case .file(let path): ["file", path.value]
        case .process(let command): ["process", command.value]
        case .job(let token):
            ["job", token.service.value.rawValue, token.audience?.value ?? "", token.job ?? ""]
        case .openID(let client):
            ["openid", client.issuer.value, client.clientID.value]
                + [client.scopes.value.joined(separator: " ")]
        }
    }
}

extension Call {
    fileprivate func fields(_ target: STSTarget) -> [String] {
        switch self {
        case .sessionToken(let call):
            ["session-token"] + target.endpoint
                + [Self.seconds(call.duration), call.mfaSerial?.value ?? ""]
        case .assumeRole(let call): ["assume-role"] + target.place + call.fields
        case .federationToken(let call):
            ["federation-token"] + target.endpoint + [call.name.value] + call.settings.fields
        case .assumeRoot(let call):
            ["assume-root"] + target.place
                + [
                    call.account.value, call.taskPolicy.value.description,
                    Self.seconds(call.duration),
                ]
        }
    }

    private static func seconds(_ duration: Setting<Duration>) -> String {
        "\(duration.value.wholeSeconds)"
    }
}

extension AssumeRoleCall {
    fileprivate var fields: [String] {
        [role.value.description, mfaSerial?.value ?? ""] + settings.fields
    }
}

extension RoleSettings {
    /// Names and values. Lists say their length, so that one cannot run on into the next.
    fileprivate var fields: [String] {
        var fields: [String] = []
        for entry in entries {
            fields.append(entry.setting.rawValue)
            switch entry.value {
            case .text(let text): fields.append(text)
            case .duration(let duration): fields.append("\(duration.wholeSeconds)")
            case .list(let list), .policyARNs(let list):
                fields.append("\(list.count)")
                fields += list
            case .tags(let tags):
                fields.append("\(tags.count)")
                for tag in tags { fields += [tag.key, tag.value] }
            }
        }
        return fields
    }
}

extension STSTarget {
    /// Which of its hosts is asked, where a session is valid in every region.
    fileprivate var endpoint: [String] {
        [
            endpointURL?.value ?? "", usesFIPS ? "fips" : "", usesDualStack ? "dualstack" : "",
            isLegacy ? "legacy" : "",
        ]
    }

    /// The same with the region.
    fileprivate var place: [String] { endpoint + [region] }
}
