// Signing in at the console on this machine: where tokens are, and which service is asked.
internal import AWS
internal import Engine
internal import Model
internal import Planning
internal import SignIn
internal import Store

extension Machine {
    /// Where the tokens of console sign-ins are.
    func consoleTokenStore() -> ConsoleTokenStore {
        let directory = Machine.pathVariable("AWS_LOGIN_CACHE_DIRECTORY") ?? "~/.aws/login/cache"
        return ConsoleTokenStore(
            cli: CLILoginCache(directory: Machine.expanded(directory)),
            index: SignInIndex(path: "\(dataDirectory)/sign-ins.tsv"),
            records: { mayPrompt in
                DurableRecords(items(recordVault, mayPrompt: mayPrompt))
            })
    }

    /// The sign-in of a source.
    func consoleSignIn(
        _ source: LoginSource, caBundle: String?, _ wish: SignInWish
    ) -> ConsoleSignIn {
        ConsoleSignIn(
            region: source.region?.value ?? Endpoint.defaultRegion,
            service: { (region) throws(EndpointError) in
                let endpoint = try Endpoint.signIn(source.options(region))
                return ConsoleOAuth(endpoint: endpoint, transport: transport(endpoint, caBundle))
            }, store: consoleTokenStore(), effects: signInEffects(wish, of: source.profile))
    }
}

extension LoginSource {
    fileprivate func options(_ region: String) -> Endpoint.Options {
        Endpoint.Options(
            region: region, useFIPS: fips?.value == true, useDualStack: dualStack?.value == true,
            override: url?.value)
    }
}
