// A profile: the settings of one section that say how its credentials come about.
public import Model

/// A profile, every setting with the place it was found in.
public struct Profile: Equatable, Sendable {
    /// The name, without the word `profile`.
    public var name: String
    /// Where its first section starts.
    public var origin: Origin
    /// The role to assume: `role_arn`.
    public var roleARN: Setting<ARN>?
    /// Whose credentials assume it: `source_profile`.
    public var sourceProfile: Setting<String>?
    /// The MFA device to ask for a code: `mfa_serial`.
    public var mfaSerial: Setting<String>?
    /// The account that its own credentials belong to: `aws_account_id`.
    public var accountID: Setting<String>?
    /// The region: `region`.
    public var region: Setting<String>?
    /// What shapes the role's session.
    public var role = RoleSettings()

    /// Where else than from a profile the role's first credentials come: `credential_source`.
    public var credentialSource: Setting<CredentialSource>?
    /// A command that prints credentials: `credential_process`.
    public var credentialProcess: Setting<String>?
    /// A file with a web identity's token: `web_identity_token_file`.
    public var webIdentityTokenFile: Setting<String>?
    /// A command that prints such a token: `web_identity_token_process`.
    public var webIdentityTokenProcess: Setting<String>?
    /// Where else such a token is, for a job of a CI service: `web_identity_token_source`.
    public var jobToken = JobTokenSettings()
    /// The provider that a person signs in at for such a token: `oidc_issuer` and its like.
    public var openID: OpenIDSettings?
    /// The first setting of IAM Identity Center (`sso_…`), by its key.
    public var sso: Setting<String>?
    /// The settings of a sign-in by SAML (`saml_…`).
    public var saml = SAMLSettings()
    /// The first setting of IAM Roles Anywhere (`roles_anywhere_…`), by its key.
    public var rolesAnywhere: Setting<String>?
    /// The identity of a console login: `login_session`.
    public var loginSession: Setting<String>?
    /// The profile whose settings complete this one: `include_profile`. They are here already.
    public var includeProfile: Setting<String>?

    /// A command that prints an MFA code: `mfa_process`.
    public var mfaProcess: Setting<String>?
    /// How a code is asked for: `mfa_prompt`.
    public var mfaPrompt: Setting<MFAPromptMethod>?
    /// From which age on the stored key is due to be rotated: `credtool_rotate_after`.
    public var rotateAfter: Setting<Duration>?

    /// `sts_regional_endpoints`.
    public var stsRegionalEndpoints: Setting<STSRegionalEndpoints>?
    /// The address of every service: `endpoint_url`. `EndpointURL` says whether it counts.
    public var endpointURL: Setting<String>?
    /// The section with the addresses of single services: `services`.
    public var services: Setting<String>?
    /// `ignore_configured_endpoint_urls`.
    public var ignoresConfiguredEndpointURLs: Setting<Bool>?
    /// `use_fips_endpoint`.
    public var usesFIPSEndpoint: Setting<Bool>?
    /// `use_dualstack_endpoint`.
    public var usesDualStackEndpoint: Setting<Bool>?
    /// A file with the certificates to trust: `ca_bundle`.
    public var caBundle: Setting<String>?

    /// The address of the instance metadata: `ec2_metadata_service_endpoint`.
    public var metadataEndpoint: Setting<String>?
    /// `ec2_metadata_service_endpoint_mode`.
    public var metadataEndpointMode: Setting<MetadataEndpointMode>?
    /// `ec2_metadata_v1_disabled`.
    public var metadataV1IsDisabled: Setting<Bool>?

    /// What is asked of whoever uses it.
    public var guardRails = GuardRails()
    /// Whether the log has a program's arguments: `credtool_log_arguments`.
    public var logsArguments: Setting<Bool>?
    /// When its sessions are forgotten: `credtool_forget_on`.
    public var forgetOn: Setting<Set<Occasion>>?
    /// How long ahead of an end a person is told of it: `credtool_notify_before`.
    public var notifyBefore: Setting<Duration>?

    /// How long a session of GetSessionToken lasts; a variable only, in `sessionTTLBounds`.
    public var sessionTokenDuration: Setting<Duration>?
    /// The same where roles are assumed from it; a variable only.
    public var chainedSessionTokenDuration: Setting<Duration>?
    /// How long a session of GetFederationToken lasts; a variable only.
    public var federationTokenDuration: Setting<Duration>?
    /// How long credentials must still live to be handed out; a variable only.
    public var minimumTTL: Setting<Duration>?

    /// The keys in plain, complete or not: that of the credentials file first, which the SDKs
    /// prefer by far. Nothing of them is included from other profiles.
    public var plainKeys: [PlainKeyPlace] = []

    /// A profile in which nothing is set.
    public init(name: String, origin: Origin) {
        self.name = name
        self.origin = origin
    }
}
