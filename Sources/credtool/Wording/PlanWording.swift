// The words for requests that cannot be planned.
internal import Model
internal import Planning
internal import Profiles

extension PlanError {
    /// The words.
    var wording: Wording {
        switch self {
        case .unknownProfile(let name, .standard, _):
            Wording(
                "no profile is named, and there is no profile \(name)",
                hint: "credtool list shows the profiles; credtool add stores a key",
                "without a key, credtool help login tells the ways to sign in")
        case .unknownProfile(let name, let origin, let nearest):
            Wording(
                "there is no profile \(quoted(name))" + Self.named(by: origin)
                    + " in the AWS config files, and no key of that name"
                    + (nearest?.reason ?? ""),
                hint: nearest?.hint
                    ?? "credtool list shows the profiles; credtool add NAME stores a key")
        case .noCredentials(let profile, let section):
            Wording(
                "profile \(profile)\(Self.place(section)) names no credentials: no key in the vault, no"
                    + " source_profile, no credential_source, no credential_process, no web"
                    + " identity, no sign-in",
                hint: "credtool add \(typed(profile)); for the other ways, man credtool-config")
        case .halfKey(let profile, let missing, let origin):
            Wording(
                "profile \(profile) has half a key (\(origin)): \(missing) is missing",
                hint: "credtool add \(typed(profile)), and take the other half out of that file")
        case .roleWithoutSource(let profile, let role):
            Wording(
                "profile \(profile) has the role \(role.value) (\(role.origin)) and nobody to"
                    + " assume it",
                hint: "add source_profile = NAME to the profile, or credtool add \(typed(profile))")
        case .unknownSource(let source, let profile, let nearest):
            Wording(
                "profile \(profile) names \(quoted(source.value)) as its source_profile"
                    + " (\(source.origin)), and there is no such profile or key"
                    + (nearest?.reason ?? ""),
                hint: nearest?.hint(mending: source.origin)
                    ?? "credtool add \(typed(source.value)), or mend \(source.origin)")
        case .twoSources(let profile, let source, let other):
            Wording(
                "profile \(profile) has both a source_profile (\(source.origin)) and a"
                    + " credential_source (\(other))",
                hint: "take one of them out")
        case .tokenWithoutRole(let profile, let origin):
            Wording(
                "profile \(profile) has a web identity's token (\(origin)) and no role_arn to trade"
                    + " it for",
                hint: "add role_arn to the profile")
        case .cycle(let path): Self.cycle(path)
        case .noEnvironmentKey(let setting):
            Wording(
                "credential_source is Environment (\(setting.origin)), and AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY are not set",
                hint: "export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        case .noContainer(let setting):
            Wording(
                "credential_source is EcsContainer (\(setting.origin)), and no"
                    + " AWS_CONTAINER_CREDENTIALS variable is set",
                hint: "this works in a container of ECS or EKS")
        case .metadataDisabled(let setting?):
            Wording(
                "credential_source is Ec2InstanceMetadata (\(setting.origin)), and"
                    + " AWS_EC2_METADATA_DISABLED forbids to ask the instance",
                hint: "unset AWS_EC2_METADATA_DISABLED")
        case .metadataDisabled(nil):
            Wording(
                "no profile is named, and AWS_EC2_METADATA_DISABLED forbids to ask this EC2 instance"
                    + " for its role",
                hint: "unset AWS_EC2_METADATA_DISABLED, or name a profile: credtool list shows them"
            )
        case .halfSSO(let profile, let setting, let missing):
            Wording(
                "profile \(profile) has \(setting) and no \(missing)",
                hint: "aws configure sso --profile \(typed(profile)) writes all of them")
        case .halfOpenID(let profile, let setting, let missing):
            Wording(
                "profile \(profile) has \(setting.value) (\(setting.origin)) and no \(missing)",
                hint: "add \(missing) to the profile, as the OpenID provider names it")
        case .noJobToken(let service, let missing):
            Wording(
                service.value.isRunning(service.origin) + " and \(missing) is not set",
                hint: service.value.hint)
        case .unknownSSOSession(let session, let profile):
            Wording(
                session.origin == .flag("--session")
                    ? "the AWS config file has no section [sso-session \(session.value)]"
                    : "profile \(profile) names the sso-session \(quoted(session.value))"
                        + " (\(session.origin)), and there is no such section",
                hint: "aws configure sso-session writes one")
        case .misplacedSSO(let setting, let key):
            Wording(
                "\(key) (\(setting.origin)) belongs into the sso-session section that the profile"
                    + " names",
                hint: "take it out of the profile")
        case .samlWithoutResponse(let profile, let setting):
            Wording(
                "profile \(profile) signs in by SAML (\(setting.origin)), and nothing says where"
                    + " the response comes from",
                hint: "set saml_idp_url, saml_process or saml_file, or add --saml-file FILE")
        case .flagWithoutSAML(let flag, let profile):
            Wording(
                "\(flag) goes with a sign-in by SAML, and profile \(quoted(profile.value))"
                    + " (\(profile.origin)) gets its credentials otherwise",
                hint:
                    "leave \(flag) out, or name another profile; --saml-file and --saml-process"
                    + " need none")
        case .halfRolesAnywhere(let profile, let setting, let missing):
            Wording(
                "profile \(profile) has \(setting) and no \(missing)",
                hint: missing == "roles_anywhere_certificate"
                    ? "set it to the certificate's file, or store it with its key: credtool add"
                        + " \(profile) --certificate FILE"
                    : "add \(missing) to the profile; the console of IAM Roles Anywhere shows it:"
                        + " credtool-rolesanywhere(7)")
        case .rolesAnywhereRegions(let anchor, let profile):
            Wording(
                "the trust anchor (\(anchor.origin)) is in \(anchor.value.region) and the profile"
                    + " of IAM Roles Anywhere (\(profile.origin)) in \(profile.value.region)",
                hint: "both must be in one region: make the other one there, too")
        case .profileWithoutRole(let role):
            Wording(
                "--role names the profile \(role.value), which has no role_arn",
                hint: "--role takes an ARN, a role's name, or a profile with a role_arn")
        case .unknownAccount(let role, let key):
            Wording(
                (key.map { "the account of key \($0.accessKeyID.masked) is not known" }
                    ?? "the account of these credentials is not known")
                    + ", and so not where role \(role) is",
                hint: "--role arn:aws:iam::ACCOUNT:role/\(role)")
        case .unknownCaller(let key):
            Wording(
                "whose key \(key.accessKeyID.masked) of profile \(key.profile) is was never asked,"
                    + " and so not in which partition of AWS it is",
                hint: "credtool whoami \(typed(key.profile))")
        case .invalidRole(let role):
            Wording(
                "\(quoted(role.value)) is no role: neither an ARN, nor a profile, nor a role's name",
                hint: "--role arn:aws:iam::ACCOUNT:role/NAME")
        case .closedRole(let arn, let kind): Self.closed(arn, kind)
        case .exclusive(let first, let second):
            Wording("\(first) and \(second) cannot stand together", hint: "leave one of them out")
        case .needsLongTermKey(let origin):
            Wording(
                "\(origin) needs a long-term key by itself, without a role",
                hint: "name a profile with a stored key: credtool list shows them")
        case .malformed(let setting, let expected):
            Wording(
                setting.value.isEmpty
                    ? "\(setting.origin) is needed"
                    : "\(setting.origin) is \(quoted(setting.value)), which AWS would refuse",
                hint: "it must be \(expected)")
        case .unreadablePolicy(let setting):
            Wording(
                "the policy file \(quoted(setting.value)) (\(setting.origin)) cannot be read, or is no"
                    + " document of at most 2048 characters",
                hint: "ls -l \(setting.value)")
        case .flagWithoutRole(let origin):
            Wording(
                "\(origin) goes with a role, and there is none", hint: "add --role ROLE")
        case .flagNotTaken(let origin, let operation):
            Wording(
                "\(origin) is nothing that \(operation.rawValue) takes, by which this session is had",
                hint: "leave \(origin) out")
        case .invalidValue(let setting, let form):
            Wording(
                "\(setting.origin) is \(quoted(setting.value)), which AWS would refuse",
                hint: "it must be \(form)")
        case .durationOutOfBounds(let duration, let bounds):
            Wording(
                "\(Self.name(duration.origin)) is \(spoken(duration.value)), and AWS takes"
                    + " \(spoken(bounds.lowerBound)) to \(spoken(bounds.upperBound)) here",
                hint:
                    "--duration \(spoken(duration.value < bounds.lowerBound ? bounds.lowerBound : bounds.upperBound))"
            )
        case .foreignRole(let role, let partition):
            Wording(
                "role \(role.value) (\(role.origin)) is in partition \(role.value.partition), and"
                    + " what would assume it is in \(partition): AWS knows no credentials of one in"
                    + " the other",
                hint: "a key or profile of \(role.value.partition) is needed; or is it"
                    + " arn:\(partition):iam::\(role.value.accountID):\(role.value.resource)?")
        case .chainedTooLong(let duration, let role):
            Wording(
                "\(Self.name(duration.origin)) is \(spoken(duration.value)), and AWS lets a role that is"
                    + " assumed from a role live at most 1h (\(role))",
                hint: "--duration 1h, or assume the role from the key itself")
        case .durationOfSource(let duration):
            Wording(
                "\(duration.origin) goes with a session that credtool makes, and these credentials are"
                    + " used as they are",
                hint: "leave \(duration.origin) out, or add --role ROLE")
        case .minimumTTLTooLong(let ttl, let duration):
            Wording(
                "\(ttl.origin) is \(spoken(ttl.value)), and the session lives only"
                    + " \(spoken(duration.value)) (\(Self.name(duration.origin)))",
                hint: "--duration \(spoken(ttl.value)) or longer")
        }
    }

    private static func closed(_ arn: ARN, _ kind: RoleKind) -> Wording {
        switch kind {
        case .serviceLinked(let service):
            Wording(
                "\(arn) is a service-linked role: \(service) alone can assume it",
                hint: "assume a role of your own; aws iam list-roles shows them")
        case .identityCenter:
            Wording(
                "\(arn) belongs to IAM Identity Center, which alone gives it out",
                hint: "use a profile that signs in there; credtool sso sync writes them")
        case .ordinary, .service, .reserved:
            Wording(
                "\(arn) is kept by AWS for itself, and people cannot assume it",
                hint: "assume a role of your own; aws iam list-roles shows them")
        }
    }

    private static func cycle(_ path: [Setting<String>]) -> Wording {
        let names = path.map(\.value).joined(separator: " -> ")
        let places = path.dropFirst().map { "\($0.origin)" }.joined(separator: ", ")
        return Wording(
            "source_profile goes round in a circle: \(names) (\(places))",
            hint: "let one of them name the profile with the key; a profile may name itself where"
                + " it has a key of its own")
    }

    /// A duration by where it was set: `--duration`, or the setting and its place.
    private static func name(_ origin: Origin) -> String {
        if case .file = origin { return "duration_seconds (\(origin))" }
        return "\(origin)"
    }

    private static func named(by origin: Origin) -> String {
        if case .variable(let name) = origin { return " (\(name))" }
        return ""
    }

    private static func place(_ section: Origin?) -> String {
        section.map { " (\($0))" } ?? ""
    }
}
