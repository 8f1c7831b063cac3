// An access portal and the sign-in there: what is asked with a token that AWS may have ended.
public import AWS
internal import Model
public import SignIn

/// An access portal of IAM Identity Center, and the sign-in there.
public struct PortalAccess: Sendable {
    /// The sign-in.
    public let center: IdentityCenter
    /// The portal.
    public let portal: SSO

    /// Joins the two.
    public init(center: IdentityCenter, portal: SSO) {
        self.center = center
        self.portal = portal
    }

    /// The accounts that the person may enter.
    /// - Parameter progress: Is told how many are known so far.
    /// - Throws: `SignInError`.
    public func listAccounts(progress: (Int) -> Void) throws(SignInError) -> [SSOAccount] {
        try withToken { (token) throws(AWSError) in
            try portal.listAccounts(token: token, progress: progress)
        }
    }

    /// The names of the roles that the person has in an account; none in one that is closed to them
    /// since it was listed.
    /// - Throws: `SignInError`.
    public func listRoles(of accountID: String) throws(SignInError) -> [String] {
        try withToken { (token) throws(AWSError) in
            do throws(AWSError) {
                return try portal.listAccountRoles(accountID: accountID, token: token)
            } catch {
                guard error.status == 403 || error.status == 404 else { throw error }
                return []
            }
        }
    }

    /// Does `body` with a token, and once more with another one where the portal does not take it
    /// though its time is not over.
    /// - Parameter failure: What an error means that is not about the token.
    func withToken<Result: ~Copyable>(
        _ body: (borrowing Secret) throws(AWSError) -> Result,
        failure: (AWSError, borrowing Secret) -> SignInError? = { _, _ in nil }
    ) throws(SignInError) -> Result {
        let token = try center.token()
        do throws(AWSError) { return try body(token.accessToken) } catch {
            guard error.status == 401 else {
                throw failure(error, token.accessToken) ?? .service(error, center.portal)
            }
        }
        let renewed = try center.token(not: token.accessToken.copy())
        do throws(AWSError) { return try body(renewed.accessToken) } catch {
            if error.status == 401 { throw .rejected(center.portal) }
            throw failure(error, renewed.accessToken) ?? .service(error, center.portal)
        }
    }
}
