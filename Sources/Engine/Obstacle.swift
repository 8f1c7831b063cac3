// What would stop a plan, as far as this machine alone can tell.
internal import AWS
internal import Model
public import Planning

extension Engine {
    /// Why the source of a plan can give no credentials, where that is known without asking a
    /// vault, a person or the network, and without running a program; nil where nothing is.
    ///
    /// What it is, `credentials(for:)` fails with, unless a cached session makes the source needless.
    public func obstacle(to plan: SessionPlan) -> EngineError? {
        do {
            try PlanRunner(effects, plan, givenCode: nil).checkSource()
            return nil
        } catch { return error }
    }
}

extension PlanRunner {
    fileprivate func checkSource() throws(EngineError) {
        try refuseLoop()
        switch plan.credentials.source {
        // Whether somebody is signed in at a portal, the plan shows by itself.
        case .storedKey, .environment, .instanceMetadata, .sso, .rolesAnywhere, .saml, .login: break
        case .staticKey(let key):
            do { _ = try effects.loadPlainKey(key) } catch { throw .plainKey(error, key: key) }
        case .credentialProcess(let process): try findProgram(of: process)
        case .container: _ = try authorization(containerSource())
        case .webIdentity(let source):
            if case .file = source.token { _ = try token(source) }
        }
    }
}
