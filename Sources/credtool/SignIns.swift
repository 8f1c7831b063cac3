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
    /// The sign-ins at IAM Identity Center that the config files name, a profile each.
    func signInSources() throws -> [SSOSource] {
        try plans().compactMap { plan in
            if case .sso(let source) = plan.credentials.source { source } else { nil }
        }
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

    /// Which sign-ins there are.
    var signInIndex: SignInIndex { SignInIndex(path: "\(dataDirectory)/sign-ins.tsv") }

    /// Where the tokens of sign-ins are.
    func tokenStore() -> TokenStore {
        TokenStore(
            cli: CLITokenCache(directory: Machine.expanded("~/.aws/sso/cache")),
            index: signInIndex,
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
        facts.hasTerminal = Terminal.path != nil && mayUseTerminal
        facts.hasBrowser = Browser.isLikely()
        return SignInMethod.choose(facts)
    }

    /// What a sign-in of any kind has outside of it.
    /// - Parameter profile: Whose it is, for the log.
    func signInEffects(_ wish: SignInWish, of profile: String? = nil) -> SignInEffects {
        var effects = SignInEffects(method: signInMethod(wish), lockDirectory: lockDirectory)
        effects.began = console.start
        effects.hasTerminal = { Terminal.path != nil && mayUseTerminal }
        effects.web = web
        if let timeout = wish.timeout { effects.timeout = timeout }
        effects.report = { tell($0, of: profile) }
        return effects
    }

    /// The sign-in at an OpenID provider.
    func openIDSignIn(
        _ source: OpenIDSource, of profile: String, _ wish: SignInWish
    ) -> OpenIDSignIn {
        OpenIDSignIn(
            OpenIDPlace(source),
            provider: OpenIDProvider(issuer: source.issuer.value, transport: web),
            store: tokenStore(), effects: signInEffects(wish, of: profile))
    }

    /// What asks services that are none of AWS's: the certificates are the system's.
    var web: HTTPClient { HTTPClient(version: version, connections: Machine.connections) }

    /// The access portal of a source, and the sign-in there.
    /// - Parameter name: What the sign-in is kept as; nil for as the source says.
    func accessPortal(
        _ source: SSOSource, as name: AccessPortal? = nil, caBundle: String?, _ wish: SignInWish
    ) throws(EngineError) -> PortalAccess {
        guard let portal = name ?? AccessPortal(source) else {
            throw .signIn(.noRole, profile: source.profile)
        }
        do throws(EndpointError) {
            let oidc = try Endpoint.ssoOIDC(source.options(source.oidcURL))
            let sso = try Endpoint.sso(source.options(source.portalURL))
            return PortalAccess(
                center: IdentityCenter(
                    portal, oidc: SSOOIDC(endpoint: oidc, transport: transport(oidc, caBundle)),
                    store: tokenStore(), effects: signInEffects(wish, of: source.profile)),
                portal: SSO(endpoint: sso, transport: transport(sso, caBundle)))
        } catch { throw .endpoint(error) }
    }
}

extension SSOSource {
    func options(_ override: Setting<String>?) -> Endpoint.Options {
        Endpoint.Options(
            region: region?.value, useFIPS: fips?.value == true,
            useDualStack: dualStack?.value == true, override: override?.value)
    }
}
