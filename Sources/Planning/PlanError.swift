// Why no plan can be made. The wording is the command line's.
public import Model
public import Profiles

/// A request that cannot be planned.
public enum PlanError: Error, Equatable {
    /// Neither the config files nor the vault know the profile; `origin` is what named it, and
    /// `nearest` what may have been meant.
    case unknownProfile(String, origin: Origin, nearest: ProfileSuggestion?)
    /// The profile is known, but nothing in it gives credentials.
    case noCredentials(profile: String, section: Origin?)
    /// Half of a key in plain text is missing; the key of the missing setting.
    case halfKey(profile: String, missing: String, origin: Origin)
    /// A role with no one to assume it.
    case roleWithoutSource(profile: String, role: Setting<ARN>)
    /// Both a `source_profile` and a `credential_source`.
    case twoSources(profile: String, Setting<String>, Origin)
    /// A web identity's token and no role.
    case tokenWithoutRole(profile: String, Origin)
    /// `source_profile` names a profile that is nowhere.
    case unknownSource(Setting<String>, profile: String, nearest: ProfileSuggestion?)
    /// `source_profile` leads back to where it came from; each profile with what named it.
    case cycle([Setting<String>])
    /// `credential_source = Environment` and no key in the environment.
    case noEnvironmentKey(Setting<CredentialSource>)
    /// `credential_source = EcsContainer` and no container endpoint in the environment.
    case noContainer(Setting<CredentialSource>)
    /// AWS_EC2_METADATA_DISABLED forbids to ask the instance metadata; the `credential_source` that
    /// names them, nil where no profile is named and they would come last.
    case metadataDisabled(Setting<CredentialSource>?)
    /// Settings of IAM Identity Center that do not go together: the profile, the one setting, and the
    /// one that is missing.
    case halfSSO(profile: String, setting: String, missing: String)
    /// Settings of an OpenID client without the one that is missing; the one that is there, by its
    /// key.
    case halfOpenID(profile: String, Setting<String>, missing: String)
    /// The CI service that is named, or that runs this job by a variable's word, gave it no token: the
    /// variable that is not set.
    case noJobToken(Setting<JobService>, missing: String)
    /// `sso_session` names a section that is nowhere.
    case unknownSSOSession(Setting<String>, profile: String)
    /// A setting that must stand in the `sso-session` section, when there is one.
    case misplacedSSO(Setting<String>, key: String)
    /// Settings of a sign-in by SAML, and none that says where the response comes from; one of
    /// them.
    case samlWithoutResponse(profile: String, Setting<String>)
    /// A flag of a sign-in by SAML, and a profile that signs in otherwise.
    case flagWithoutSAML(Origin, profile: Setting<String>)
    /// Settings of IAM Roles Anywhere without one that they need: the profile, one that is there,
    /// and the one that is missing.
    case halfRolesAnywhere(profile: String, setting: String, missing: String)
    /// A trust anchor and a profile of IAM Roles Anywhere in two regions.
    case rolesAnywhereRegions(Setting<ARN>, Setting<ARN>)
    /// `--role` names a profile that has no role.
    case profileWithoutRole(Setting<String>)
    /// `--role` is a bare name and the account of the key is not known; nil where it cannot be.
    case unknownAccount(role: String, key: StoredKey?)
    /// The partition is needed, and who the key belongs to was never asked.
    case unknownCaller(StoredKey)
    /// `--role` is neither an ARN nor a name that IAM takes.
    case invalidRole(Setting<String>)
    /// A role that AWS keeps for its services or for IAM Identity Center.
    case closedRole(ARN, RoleKind)
    /// A role of another partition than the credentials that would assume it: no credentials of one
    /// are known in another.
    case foreignRole(Setting<ARN>, callerPartition: String)
    /// A flag that shapes a role's session, and no role.
    case flagWithoutRole(Origin)
    /// A flag that shapes a role's session, and a call that does not take it.
    case flagNotTaken(Origin, by: RoleSetting.Operation)
    /// Flags that do not go together.
    case exclusive(Origin, Origin)
    /// GetFederationToken and GetSessionToken want a long-term key; what asks for it.
    case needsLongTermKey(Origin)
    /// A value that AWS does not take.
    case invalidValue(Setting<String>, form: SettingForm)
    /// A value that AWS does not take, and what it must be.
    case malformed(Setting<String>, expected: String)
    /// A policy file that cannot be read, or is too long.
    case unreadablePolicy(Setting<String>)
    /// A duration outside of what AWS takes for the call.
    case durationOutOfBounds(Setting<Duration>, bounds: ClosedRange<Duration>)
    /// More than an hour for a role that is assumed from a role.
    case chainedTooLong(Setting<Duration>, role: ARN)
    /// `--duration` with credentials whose end is not for us to say.
    case durationOfSource(Setting<Duration>)
    /// Sessions that must outlive more than their whole life.
    case minimumTTLTooLong(Setting<Duration>, duration: Setting<Duration>)

    /// Whether the source of credentials is one of another machine, job or shell than this.
    public var isOfSourceThatIsAway: Bool {
        switch self {
        case .noEnvironmentKey, .noContainer, .metadataDisabled, .noJobToken: true
        case .unknownProfile, .noCredentials, .halfKey, .roleWithoutSource, .twoSources,
            .tokenWithoutRole, .unknownSource, .cycle, .halfSSO, .halfOpenID, .unknownSSOSession,
            .misplacedSSO, .samlWithoutResponse, .flagWithoutSAML, .halfRolesAnywhere,
            .rolesAnywhereRegions, .profileWithoutRole, .unknownAccount, .unknownCaller,
            .invalidRole, .closedRole, .foreignRole, .flagWithoutRole, .flagNotTaken,
            .exclusive,
            .needsLongTermKey, .invalidValue, .malformed, .unreadablePolicy, .durationOutOfBounds,
            .chainedTooLong, .durationOfSource, .minimumTTLTooLong:
            false
        }
    }
}
