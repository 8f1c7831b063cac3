// The provider of roles of IAM Identity Center: a sign-in, and credentials for it.
internal import AWS
internal import Model
public import Planning
internal import Profiles
public import SignIn

extension PlanRunner {
    /// Credentials of the role that the source names.
    func identityCenter(_ source: SSOSource) throws(EngineError) -> Credentials {
        guard let account = source.accountID?.value, let role = source.roleName?.value,
            let portal = AccessPortal(source)
        else { throw .signIn(.noRole, profile: source.profile) }
        let access = try effects.accessPortal(source, plan)
        do throws(SignInError) {
            return try access.withToken { (token) throws(AWSError) in
                try access.portal.getRoleCredentials(
                    accountID: account, roleName: role, token: token)
            } failure: { error, token in
                guard error.status == 403 || error.status == 404 else { return nil }
                return .noAccess(
                    role: role, account: account, portal,
                    nearest: access.portal.nearest(to: role, account, token))
            }
        } catch { throw .signIn(error, profile: source.loginArguments) }
    }
}

extension SSO {
    /// What may have been meant by a role that is not there. A look is not worth long waits.
    fileprivate func nearest(
        to role: String, _ account: String, _ token: borrowing Secret
    ) -> NearestRole {
        let limits = CallLimits(tries: 2, whole: .seconds(5))
        if let roles = try? listAccountRoles(accountID: account, token: token, limits: limits),
            !roles.isEmpty
        {
            return .roles(roles, nearest: Model.nearest(to: role, among: roles))
        }
        guard let accounts = try? listAccounts(token: token, limits: limits) else {
            return .unknown
        }
        let ids = accounts.map(\.id)
        return ids.contains(account)
            ? .unknown : .account(Model.nearest(to: account, among: ids))
    }
}

extension AccessPortal {
    /// The portal that a source names; nil where it names none.
    public init?(_ source: SSOSource) {
        guard let startURL = source.startURL, let region = source.region else { return nil }
        self.init(
            session: source.session?.value, startURL: startURL.value, region: region.value,
            scopes: source.scopes, sharesCLICache: source.sharesCLICache?.value == true)
    }
}
