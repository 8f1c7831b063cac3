// The provider of console sign-ins.
internal import Model
public import Planning
internal import Profiles
public import SignIn

extension PlanRunner {
    /// The credentials of who is signed in at the console.
    func console(_ source: LoginSource) throws(EngineError) -> Credentials {
        let access = try effects.consoleSignIn(source, plan)
        do throws(ConsoleSignInError) {
            return try access.token(of: ConsoleSession(source)).takeCredentials()
        } catch { throw .console(error, profile: source.profile) }
    }
}

extension ConsoleSession {
    /// The identity that a source names.
    public init(_ source: LoginSource) { self.init(source.session.value) }
}
