// Signing in on this machine: where tokens are, how a person is asked, what they are told.
internal import AWS
internal import Engine
internal import HTTP
internal import Loopback
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import System
internal import Vault

/// How a command wants a person to be asked to sign in.
struct SignInWish: Sendable {
    /// `--device`.
    var wantsDevice = false
    /// `--no-browser`.
    var wantsNoBrowser = false
    /// `--timeout`.
    var timeout: Duration?
}

extension Machine {
    /// The sources of the profiles that the config files name, as far as they can be planned.
    func sources() throws -> [Source] {
        let config = try configFiles()
        let facts = facts(VaultIndex())
        return config.profileNames.compactMap { name in
            var request = PlanRequest()
            request.profile = Setting(name, from: .flag("PROFILE"))
            let plan = try? Planner.plan(request, config: config, facts: facts, guessing: false)
            return plan?.credentials.source
        }
    }

    /// The sign-ins at IAM Identity Center that the config files name, a profile each.
    func signInSources() throws -> [SSOSource] {
        try sources().compactMap { if case .sso(let source) = $0 { source } else { nil } }
    }

    /// The sign-ins of the `sso-session` sections, whatever profiles use them.
    func signInSections() throws -> [SSOSource] {
        let config = try configFiles()
        let facts = facts(VaultIndex())
        return try config.names(of: .ssoSession).map { name in
            try Planner.signIn(
                session: Setting(name, from: .flag("--session")), config: config, facts: facts)
        }
    }

    /// The sign-ins by SAML that the config files name, a profile each.
    func samlSources() throws -> [SAMLSource] {
        var seen: Set<String> = []
        return try sources().compactMap { source in
            guard case .saml(let saml) = source, seen.insert(saml.profile).inserted else {
                return nil
            }
            return saml
        }
    }

    /// Where the tokens of sign-ins are.
    func tokenStore() -> TokenStore {
        TokenStore(
            cli: CLITokenCache(directory: Machine.expanded("~/.aws/sso/cache")),
            index: SignInIndex(path: "\(dataDirectory)/sign-ins.tsv"),
            records: { mayPrompt in
                DurableRecords(items(recordVault, mayPrompt: mayPrompt))
            })
    }

    /// CREDTOOL_VAULT, the Secret Service if it answers, the file vault.
    var recordVault: VaultKind {
        if let kind = Machine.variable("CREDTOOL_VAULT").flatMap(VaultKind.init) { return kind }
        switch SecretServiceStore.availability(within: .seconds(5)) {
        case .answers: return .secretService
        case .unavailable: return .file
        }
    }

    /// How a person can be asked to sign in; nil where none can be.
    func signInMethod(_ wish: SignInWish) -> SignInMethod? {
        var facts = SignInMethod.Facts()
        facts.wantsDevice = wish.wantsDevice
        facts.wantsNoBrowser = wish.wantsNoBrowser
        facts.hasTerminal = Terminal.path != nil
        facts.hasBrowser = Browser.isLikely()
        return SignInMethod.choose(facts)
    }

    /// The sign-in at an OpenID provider.
    func openIDSignIn(_ source: OpenIDSource, _ wish: SignInWish) -> OpenIDSignIn {
        var effects = OpenIDSignIn.Effects(
            store: tokenStore(), method: signInMethod(wish), lockDirectory: lockDirectory)
        if let timeout = wish.timeout { effects.timeout = timeout }
        effects.report = tell
        return OpenIDSignIn(
            OpenIDPlace(source),
            provider: OpenIDProvider(issuer: source.issuer.value, transport: web),
            effects: effects)
    }

    /// What asks services that are none of AWS's: the certificates are the system's.
    var web: HTTPClient { HTTPClient(version: version, connections: Machine.connections) }

    /// The access portal of a source, and the sign-in there.
    func accessPortal(
        _ source: SSOSource, caBundle: String?, _ wish: SignInWish
    ) throws(EngineError) -> PortalAccess {
        guard let portal = AccessPortal(source) else {
            throw .signIn(.noRole, profile: source.profile)
        }
        do throws(EndpointError) {
            let oidc = try Endpoint.ssoOIDC(source.options(source.oidcURL))
            let sso = try Endpoint.sso(source.options(source.portalURL))
            var effects = IdentityCenter.Effects(
                store: tokenStore(), method: signInMethod(wish), lockDirectory: lockDirectory)
            effects.began = console.start
            effects.web = web
            if let timeout = wish.timeout { effects.timeout = timeout }
            effects.report = tell
            return PortalAccess(
                center: IdentityCenter(
                    portal, oidc: SSOOIDC(endpoint: oidc, transport: transport(oidc, caBundle)),
                    effects: effects),
                portal: SSO(endpoint: sso, transport: transport(sso, caBundle)))
        } catch { throw .endpoint(error) }
    }
}

extension SSOSource {
    fileprivate func options(_ override: Setting<String>?) -> Endpoint.Options {
        Endpoint.Options(
            region: region?.value, useFIPS: fips?.value == true,
            useDualStack: dualStack?.value == true, override: override?.value)
    }
}
