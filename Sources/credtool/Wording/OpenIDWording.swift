// The words for tokens of OpenID providers: sign-ins of people, and jobs of CI services.
internal import AWS
internal import Engine
internal import Loopback
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Vault

extension OpenIDError {
    /// The words, for who asked for the role of `profile`.
    func wording(_ profile: String) -> Wording {
        switch self {
        case .needed(let place, let reason):
            Wording(
                "\(reason.text(place.displayName)), and nobody can be asked to here",
                hint: "credtool login \(profile), where there is a terminal or a browser")
        case .denied(let place):
            Wording(
                "the sign-in at \(place.displayName) was refused by the person or by the provider",
                hint: "credtool login \(profile) begins anew")
        case .timedOut(let place, let limit):
            Wording(
                "nobody signed in at \(place.displayName) within \(spoken(limit))",
                hint: "credtool login \(profile) begins anew; --timeout 30m waits longer")
        case .unsupported(let place, .device):
            Wording(
                "\(place.displayName) gives no codes for devices",
                hint:
                    "credtool login \(profile) --no-browser shows an address for a browser of this"
                    + " machine")
        case .unsupported(let place, .browser):
            Wording(
                "\(place.displayName) has no page to sign in on",
                hint: "credtool login \(profile) --device shows an address and a code")
        case .refused(let place, let code, let description):
            Wording(
                "\(place.displayName) sent the browser back with \(quoted(code))"
                    + (description.isEmpty ? "" : ": \(description)"),
                hint: OpenIDProviderError.hint(code))
        case .listener(let error): error.wording
        case .provider(let error, let place):
            error.wording.prefixed("signing in at \(place.displayName): ")
        case .noIDToken(let place):
            Wording(
                "\(place.displayName) gave no ID token",
                hint: "the client must be one of OpenID Connect, and oidc_scopes may ask for"
                    + " nothing that leaves out openid")
        case .token(let fault, let place):
            Wording("the ID token of \(place.displayName) \(fault.text)", hint: fault.hint)
        case .vault(let error, let place):
            error.wording.prefixed("the sign-in at \(place.displayName) was not to be had: ")
        case .clientSecret:
            Wording(
                "the command of oidc_client_secret_process failed",
                hint: "run it by hand and look at its output")
        case .library(let error): error.wording
        }
    }
}

extension OpenIDProviderError {
    var wording: Wording {
        switch self {
        case .insecure(let url):
            Wording(
                "\(url) is neither https nor of this machine, and tokens are not to be read on the"
                    + " way",
                hint: "oidc_issuer begins with https://")
        case .otherIssuer(let name):
            Wording(
                "the provider there calls itself \(name)",
                hint: "oidc_issuer = \(name), to the letter, if that is the one you mean")
        case .noConfiguration(let url, let status):
            Wording(
                "\(url) answers with status \(status)",
                hint: "oidc_issuer is the address before /.well-known/openid-configuration")
        case .transport(let error): AWSError.transport(error).wording
        case .refused(let code, let description):
            Wording(
                "it says \(code)" + (description.isEmpty ? "" : ": \(description)"),
                hint: Self.hint(code))
        case .unreadable(let url, let reason):
            Wording(
                "the answer of \(url) is not as it should be: \(reason)",
                hint: "look at oidc_issuer: an OpenID provider has to answer there")
        }
    }

    /// What to do about an error of OAuth.
    static func hint(_ code: String) -> String {
        switch code {
        case "invalid_client", "unauthorized_client":
            "look at oidc_client_id; a client with a secret needs oidc_client_secret_process, and its"
                + " way of signing in must be allowed at the provider"
        case "invalid_scope": "oidc_scopes names what is asked for; try oidc_scopes = openid"
        case "invalid_request", "invalid_grant", "redirect_uri_mismatch":
            "the client's redirect URI at the provider must be the one of oidc_redirect, by default"
                + " http://127.0.0.1/oauth/callback with any port"
        default: "look at the client in the provider's administration"
        }
    }
}

extension IDTokenFault {
    fileprivate var text: String {
        switch self {
        case .malformed: "is no JSON web token"
        case .missing(let claim): "has no \(claim)"
        case .algorithm("none"): "is not signed"
        case .algorithm(let name): "is signed with \(name), which AWS does not take"
        case .unknownKey(let id):
            id.map { "is signed with the key \(quoted($0)), which the provider does not publish" }
                ?? "is signed with a key that the provider does not publish"
        case .signature: "has a signature that is not the provider's"
        case .issuer(let name): "was issued by \(name)"
        case .audience(let names): "is meant for \(names.joined(separator: ", "))"
        case .authorizedParty(let name): "was made on behalf of \(name)"
        case .nonce: "is not the answer to this sign-in"
        case .subject: "is about another person than the sign-in was"
        case .expired(let date): "was over at \(date) already"
        case .issuedLater(let date): "is dated \(date), which is yet to come"
        }
    }

    fileprivate var hint: String {
        switch self {
        case .malformed, .missing: "look at the client in the provider's administration"
        case .algorithm: "set the client's signature to RS256 or ES256 at the provider"
        case .unknownKey, .signature, .nonce:
            "nothing was sent to AWS; somebody may stand between, so check oidc_issuer and the network"
        case .issuer: "oidc_issuer must be the provider's own name for itself, to the letter"
        case .audience, .authorizedParty: "oidc_client_id must be the client that asks"
        case .subject: "credtool logout PROFILE, then credtool login PROFILE"
        case .expired, .issuedLater: "set the clock: timedatectl set-ntp true"
        }
    }
}

extension SignInReason {
    fileprivate func text(_ name: String) -> String {
        switch self {
        case .absent: "nobody is signed in at \(name)"
        case .expired: "the sign-in at \(name) is over"
        case .revoked: "\(name) does not go on with the sign-in"
        }
    }
}

extension JobTokenError {
    /// The words, for a job of `service`.
    func wording(_ service: JobService) -> Wording {
        let name = service.displayName
        return switch self {
        case .invalidURL(let url):
            Wording(
                "no token for this job: \(name) names \(url), which is neither https nor this machine",
                hint: "unset ACTIONS_ID_TOKEN_REQUEST_URL; the runner sets it")
        case .invalidBearer:
            Wording(
                "no token for this job: ACTIONS_ID_TOKEN_REQUEST_TOKEN has a line end in it",
                hint: "unset it; the runner sets it")
        case .transport(let error):
            AWSError.transport(error).wording.prefixed("no token for this job of \(name): ")
        case .refused(let status, let message):
            Wording(
                "no token for this job of \(name): status \(status)"
                    + (message.isEmpty ? "" : ", \(message)"),
                hint: "the job needs permissions: id-token: write")
        case .noToken:
            Wording(
                "no token for this job: \(name) answers without one",
                hint: "the job needs permissions: id-token: write")
        }
    }
}

extension JobService {
    /// Why it is thought to run this job, before a comma.
    func isRunning(_ origin: Origin) -> String {
        switch origin {
        case .variable(let mark): "this is a job of \(displayName) (\(mark)),"
        case .file, .flag, .standard: "web_identity_token_source is \(rawValue) (\(origin)),"
        }
    }

    /// What a job needs to have a token.
    var hint: String {
        switch self {
        case .gitHubActions: "the job needs permissions: id-token: write"
        case .gitLab:
            "the job needs id_tokens: {GITLAB_OIDC_TOKEN: {aud: sts.amazonaws.com}}; another name"
                + " goes to web_identity_token_variable"
        case .circleCI: "CircleCI gives it to jobs; those of forks need the project's leave"
        case .bitbucket: "the step needs oidc: true"
        case .terraformCloud:
            "the workspace needs the variable TFC_WORKLOAD_IDENTITY_AUDIENCE, such as"
                + " sts.amazonaws.com"
        case .buildkite: "this works in a job of Buildkite, where buildkite-agent runs"
        }
    }
}

extension WebIdentitySource {
    /// What STS may have against a token of this kind.
    var hint: String {
        switch token {
        case .file, .process:
            "the account needs an identity provider for the token's issuer and audience, and the role"
                + " must trust it: credtool-oidc(7)"
        case .job(let job):
            "the account needs an identity provider for \(job.service.value.displayName), and the"
                + " role's trust policy must allow this job by the token's sub and aud:"
                + " credtool-oidc(7)"
        case .openID(let client):
            "the account needs an identity provider for \(client.issuer.value) with the audience"
                + " \(client.clientID.value), and the role must trust it: credtool-oidc(7)"
        }
    }
}

extension Machine {
    /// Tells what happens at an OpenID provider.
    func tell(_ event: OpenIDEvent, of profile: String?) {
        func left(_ end: Timestamp) -> String { "\(rounded(end - .now())) left" }
        switch event {
        case .signedIn(let place, let end, let isRenewable):
            console.say(
                "signed in at \(place.displayName), \(left(end))"
                    + (isRenewable ? "; it will be renewed without asking" : ""))
            note(.signedIn, at: place.displayName, of: profile, until: end)
        case .refreshed(let place, let end):
            console.trace("renewed the sign-in at \(place.displayName), \(left(end))")
        case .notRefreshed(let place, let reason):
            console.trace("\(place.displayName) does not renew the sign-in: \(reason)")
        case .waitingForOther(let place, let holder, let patience):
            let who = holder.map { "another credtool (process \($0.id))" } ?? "another credtool"
            console.say(
                "\(who) is signing in at \(place.displayName); waiting up to \(spoken(patience))")
        case .notKept(let place, let error):
            console.say(
                "the sign-in at \(place.displayName) is used, but not kept:"
                    + " \(error.wording.message)")
        }
    }
}
