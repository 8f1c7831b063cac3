// The settings that shape a role's session, named once each: key, variable, flag, form, parameter.
internal import Model

/// A setting that shapes the session of a role; the raw value is its key in a profile.
public enum RoleSetting: String, CaseIterable, Hashable, Sendable {
    /// How long the session lasts.
    case duration = "duration_seconds"
    /// How the session is called in AWS's logs.
    case sessionName = "role_session_name"
    /// What the role's trust policy may ask for.
    case externalID = "external_id"
    /// The name under which AWS's logs keep the person behind all roles.
    case sourceIdentity = "source_identity"
    /// The session's tags.
    case tags = "session_tags"
    /// Keys of the tags that go on to roles assumed from this one.
    case transitiveTagKeys = "transitive_session_tags"
    /// What the session may do at most: a document, or the path of a file with one.
    case policy
    /// Managed policies to the same end.
    case policyARNs = "policy_arns"

    /// A call that gives a session of settings like these; the raw value is its name in STS's API.
    public enum Operation: String, Sendable {
        /// For the bearer of credentials.
        case assumeRole = "AssumeRole"
        /// For the bearer of a token.
        case webIdentity = "AssumeRoleWithWebIdentity"
        /// For a federated user.
        case federationToken = "GetFederationToken"
        /// For the bearer of a SAML response.
        case saml = "AssumeRoleWithSAML"
    }

    /// What is known of a setting.
    struct Definition {
        /// The form of its value in a profile and behind its flag.
        let form: SettingForm
        /// The variable that comes before the profile's own; nil for none.
        var variable: String?
        /// The form of the variable's value, where it is another one.
        var variableForm: SettingForm?
        /// The name of its flag without the dashes.
        let flag: String
        /// The name of the parameter in STS's API.
        let parameter: String
        /// The calls besides AssumeRole that take it.
        var others: [Operation] = []
    }

    /// The setting's row in the table.
    var definition: Definition {
        switch self {
        case .duration:
            Definition(
                form: .durationSeconds, variable: "AWS_ASSUME_ROLE_TTL", variableForm: .roleTTL,
                flag: "duration", parameter: "DurationSeconds",
                others: [.webIdentity, .federationToken, .saml])
        case .sessionName:
            Definition(
                form: .roleSessionName, variable: "AWS_ROLE_SESSION_NAME", flag: "session-name",
                parameter: "RoleSessionName", others: [.webIdentity])
        case .externalID:
            Definition(form: .externalID, flag: "external-id", parameter: "ExternalId")
        case .sourceIdentity:
            Definition(
                form: .sourceIdentity, variable: "AWS_SOURCE_IDENTITY", flag: "source-identity",
                parameter: "SourceIdentity")
        case .tags:
            Definition(
                form: .sessionTags, variable: "AWS_SESSION_TAGS", flag: "session-tags",
                parameter: "Tags", others: [.federationToken])
        case .transitiveTagKeys:
            Definition(
                form: .transitiveSessionTags, variable: "AWS_TRANSITIVE_TAGS",
                flag: "transitive-tags", parameter: "TransitiveTagKeys")
        case .policy:
            Definition(
                form: .policy, flag: "policy", parameter: "Policy",
                others: [.webIdentity, .federationToken, .saml])
        case .policyARNs:
            Definition(
                form: .policyARNs, flag: "policy-arns", parameter: "PolicyArns",
                others: [.webIdentity, .federationToken, .saml])
        }
    }

    /// The name of its flag without the dashes, such as `external-id`.
    public var flag: String { definition.flag }

    /// The form of its value in a profile and behind its flag.
    public var form: SettingForm { definition.form }

    /// The variable that comes before the profile's own; nil for none.
    public var variable: String? { definition.variable }

    /// The name of its parameter in STS's API, such as `ExternalId`.
    public var parameter: String { definition.parameter }

    /// Whether a call takes it.
    public func isTaken(by operation: Operation) -> Bool {
        operation == .assumeRole || definition.others.contains(operation)
    }
}

extension SettingForm {
    /// What `text` stands for as a parameter of a call; nil where it has not the form.
    func parameterValue(_ text: String) -> ParameterValue? {
        switch self {
        case .durationSeconds: Self.duration(seconds: text).map { .duration($0) }
        case .roleTTL where accepts(text): Duration(argument: text).map { .duration($0) }
        case .sessionTags: SessionTag.list(text).map { .tags($0) }
        case .transitiveSessionTags: SessionTag.keys(text).map { .list($0) }
        case .policyARNs: SessionPolicy.arns(text).map { .policyARNs($0) }
        case .roleARN, .roleSessionName, .externalID, .mfaSerial, .region, .sourceProfile,
            .includeProfile, .accountID, .sourceIdentity, .policy, .credentialSource, .mfaPrompt,
            .stsRegionalEndpoints, .metadataEndpointMode, .url, .boolean, .command, .line,
            .trustAnchorARN, .rolesAnywhereProfileARN, .roleTTL, .sessionTTL, .minimumTTL, .age,
            .samlProvider, .samlRole, .port, .redirect, .jobService, .variable, .required,
            .occasions:
            accepts(text) ? .text(text) : nil
        }
    }
}
