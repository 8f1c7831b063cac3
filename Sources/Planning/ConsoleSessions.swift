// Which credentials open the console, and for how long: what its federation endpoint takes.
internal import Model
internal import Profiles

extension CredentialPlan {
    /// Whether they are a user's own key, or a session of GetSessionToken, with which AWS opens the
    /// console for nobody.
    ///
    /// Source: IAM user guide, "Enable custom identity broker access to the AWS console".
    public var isOfUser: Bool {
        switch calls.last {
        case .sessionToken: true
        case .assumeRole, .federationToken, .assumeRoot: false
        case nil: source.isLongTermKey
        }
    }

    /// Whether the console may stay open longer, or shorter, than the session lives: for a role that
    /// was assumed with a long-term key or with a token of somebody else, and not by way of a session.
    ///
    /// Source: as above; there an AssumeRole by a session of GetSessionToken counts as chained, too.
    public var takesConsoleDuration: Bool {
        switch (calls.count, calls.last) {
        case (0, _):
            switch source {
            case .webIdentity, .saml, .sso: true
            case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
                .container, .rolesAnywhere, .login:
                false
            }
        case (1, .assumeRole): source.isLongTermKey
        case (_, _): false
        }
    }
}

extension PlanRequest {
    /// The same for a federated user who may do what the user may whose key `plan` begins with, as
    /// far as the request's own policies and the guard rails go.
    public func federated(_ plan: SessionPlan) -> PlanRequest {
        var request = self
        request.federationToken = Self.federatedName(plan.credentials.source)
        if roleFlags[.policy] == nil, roleFlags[.policyARNs] == nil, !isReadOnly,
            plan.guardRails.readOnly == nil
        {
            // Without a policy a federated user may do nothing; with this one, what the user may.
            request.roleFlags[.policy] =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","#
                + #""Resource":"*"}]}"#
        }
        // What GetFederationToken knows nothing of.
        request.mfaSerial = nil
        request.noSession = false
        return request
    }

    /// The user's own name, which AWS's logs then show, where it is one for a federated user.
    private static func federatedName(_ source: Source) -> String {
        let path = source.callerARN?.resource.split(separator: "/")
        let name = path?.last.map(String.init) ?? ""
        let isName =
            (2...32).contains(name.utf8.count) && SettingForm.roleSessionName.accepts(name)
        return isName ? name : "credtool"
    }
}
