// credtool-oidc(7): signing in at an OpenID provider, the tokens of CI jobs, and what each side needs.
internal import Flags
internal import Profiles

/// The page's source in roff.
func openIDPage() -> String {
    var page = Roff()
    page.title("credtool-oidc", section: .overviews)
    page.section("NAME")
    page.line("credtool\\-oidc \\- roles for people of an OpenID provider, and for CI jobs")
    page.section("SYNOPSIS")
    page.line("How a token of an OpenID provider becomes a session, and what the provider, IAM and")
    page.line("the profile need for it.")
    page.section("DESCRIPTION")
    page.prose(OpenIDProse.description)
    page.section("SIGNING IN")
    page.typed(OpenIDProse.profile)
    page.typed(OpenIDProse.commands)
    page.line(".PP")
    page.prose(OpenIDProse.signingIn)
    page.settings(where: { $0.group == .signIn && $0.rawValue.hasPrefix("oidc_") })
    page.section("WHAT THE PROVIDER NEEDS")
    page.prose(OpenIDProse.client)
    page.section("WHAT IAM NEEDS")
    page.prose(OpenIDProse.trust)
    page.typed(OpenIDProse.identityProvider)
    page.line(".PP")
    page.prose(OpenIDProse.trustOfRole)
    page.typed(OpenIDProse.trustPolicy)
    page.line(".PP")
    page.prose(OpenIDProse.conditions)
    page.section("PROVIDERS")
    page.prose(OpenIDProse.providersHead)
    for provider in OpenIDProse.providers {
        page.entry(Roff.text(provider.name))
        page.prose(provider.way, isIndented: true)
        page.line(".RS")
        page.typed(provider.settings)
        page.line(".RE")
    }
    page.section("CI JOBS")
    page.prose(OpenIDProse.jobs)
    page.typed(OpenIDProse.jobCommand)
    page.line(".PP")
    page.prose(OpenIDProse.jobTrust)
    for service in JobService.allCases {
        page.entry("\(Roff.text(service.displayName)), \(Roff.bold(service.rawValue))")
        page.prose(service.way, isIndented: true)
        guard let lines = service.lines else { continue }
        page.line(".RS")
        page.typed(lines)
        page.line(".RE")
    }
    page.line(".PP")
    page.prose(OpenIDProse.jobSettings)
    page.settings(where: { $0.rawValue.hasPrefix("web_identity_token_") })
    page.section("WHAT AWS MAY SAY")
    for (words, meaning) in OpenIDProse.refusals {
        page.entry(Roff.text(words))
        page.prose(meaning, isIndented: true)
    }
    page.section("SEE ALSO")
    page.seeAlso([
        "credtool(1)", "credtool-login(1)", "credtool-exec(1)", "credtool-config(5)",
        "credtool-saml(7)", "credtool-security(7)",
    ])
    return page.source
}

extension Roff {
    /// An entry for each of these settings.
    fileprivate mutating func settings(where isWanted: (ProfileSetting) -> Bool) {
        for setting in ProfileSetting.allCases where isWanted(setting) {
            entry(Roff.bold(setting.rawValue))
            prose(setting.meaning, isIndented: true)
        }
    }
}

/// The page's prose.
private enum OpenIDProse {
    static let description = """
        An OpenID provider says by a signed token who somebody is: a person who signed in, or a job \
        of a CI service. AWS takes it in exchange for the session of a role \
        (AssumeRoleWithWebIdentity), where the account knows the provider and the role trusts it. \
        No key is needed.
        """

    static let profile = """
        [profile dev]
        role_arn = arn:aws:iam::111122223333:role/Developer
        oidc_issuer = https://idp.example.com
        oidc_client_id = credtool
        region = eu-west-1
        """

    static let commands = """
        credtool exec dev -- aws s3 ls
        credtool logout dev
        """

    static let signingIn = """
        The first command opens the browser, unless somebody is signed in already, and goes on when \
        the provider sends it back; over SSH and in containers it shows an address and a code that \
        serve on any device, as with `--device`. `credtool login dev` does the same beforehand, \
        and `credtool plan dev` says what would be asked.

        credtool listens on 127.0.0.1 alone, and uses PKCE. It checks the provider's token (who \
        issued it, and for which client, the answer to this very sign-in, the time, the signature \
        against the keys that the provider publishes) before AWS is given it. Tokens rest \
        where keys do, and are renewed without asking for as long as the provider allows. `credtool \
        logout` forgets them, and gives the refresh token back where the provider takes it.
        """

    static let client = """
        - A client for native or desktop applications, with the authorization code flow and PKCE: a \
        public one, which has no secret. Where the provider gives one a secret all the same, \
        `oidc_client_secret_process` prints it.
        - The redirect URI `http://127.0.0.1/oauth/callback`, with any port. Where the provider wants one \
        port, or the name `localhost`, `oidc_redirect` says the same to the letter.
        - Refresh tokens, if people are not to sign in every hour, and device codes for `--device`.
        - A signature of RS256 to RS512, or ES256 to ES512. AWS takes no other.
        - An issuer that AWS can reach on the internet by https, for it reads the keys there.
        """

    static let trust = """
        An identity provider of the kind OpenID Connect, with the issuer as its URL and the client ID \
        as its audience:
        """

    static let identityProvider = """
        aws iam create-open-id-connect-provider \\
            --url https://idp.example.com --client-id-list credtool
        """

    static let trustOfRole = "And a role whose trust policy names it:"

    static let trustPolicy = """
        {
          "Version": "2012-10-17",
          "Statement": [{
            "Effect": "Allow",
            "Principal": {
              "Federated": "arn:aws:iam::111122223333:oidc-provider/idp.example.com"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {
              "idp.example.com:aud": "credtool",
              "idp.example.com:sub": ["00u1abcd", "00u2efgh"]
            }}
          }]
        }
        """

    static let conditions = """
        Conditions begin with the issuer, without `https://` and with its path. `sub` is how the \
        provider calls the person, seldom an e-mail address; AWS's log has it in the events of \
        AssumeRoleWithWebIdentity. Without a condition on it, everybody whom the provider lets use \
        the client has the role.
        """

    static let providersHead = """
        Each block stands in a profile, beside `role_arn`.
        """

    static let providers: [(name: String, way: String, settings: String)] = [
        (
            "Amazon Cognito",
            """
            An app client of a user pool that has a domain: a public client without a secret, the \
            authorization code grant, the scope `openid`, and this callback URL. There are no \
            device codes.
            """,
            """
            oidc_issuer = https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf
            oidc_client_id = 1example23456789
            oidc_redirect = http://localhost:8400/oauth/callback
            """
        ),
        (
            "Google",
            """
            An OAuth client of the type "Desktop app"; one of the type "TVs and Limited Input \
            devices" for `--device`. Google asks for the client's secret, and does not take it for \
            a secret. AWS knows Google already: no identity provider is made in IAM; the trust \
            policy names `"Federated": "accounts.google.com"`, with `accounts.google.com:aud` and \
            `accounts.google.com:sub`.
            """,
            """
            oidc_issuer = https://accounts.google.com
            oidc_client_id = 123-abc.apps.googleusercontent.com
            oidc_client_secret_process = secret-tool lookup oauth google
            """
        ),
        (
            "Keycloak",
            """
            A client with "Client authentication" off, "Standard flow" on, and "OAuth 2.0 Device \
            Authorization Grant" for `--device`; its valid redirect URI is \
            `http://127.0.0.1/oauth/callback`. People stay signed in longer here than in the \
            browser; with `oidc_scopes = openid` they do not.
            """,
            """
            oidc_issuer = https://HOST/realms/REALM
            oidc_client_id = credtool
            """
        ),
        (
            "Microsoft Entra ID",
            """
            An app registration with the platform "Mobile and desktop applications" and the \
            redirect URI `http://localhost/oauth/callback`; Entra does not look at the port. "Allow \
            public client flows" is for `--device`. The issuer has the tenant's ID, not `common`. \
            `sub` is another one in each application, so that it is easier to require \
            assignment in the enterprise application, and to assign people there.
            """,
            """
            oidc_issuer = https://login.microsoftonline.com/TENANT-ID/v2.0
            oidc_client_id = 11111111-2222-3333-4444-555555555555
            oidc_redirect = http://localhost/oauth/callback
            """
        ),
        (
            "Okta",
            """
            An OIDC application of the type "Native Application", with the grants "Authorization \
            Code", "Refresh Token" and, for `--device`, "Device Authorization". Okta looks at the \
            port of the sign-in redirect URI, which is this one.
            """,
            """
            oidc_issuer = https://ORG.okta.com
            oidc_client_id = 0oa1abcdefgh
            oidc_redirect = http://127.0.0.1:8400/oauth/callback
            """
        ),
    ]

    static let jobs = """
        In a job of one of the services below, a role is all there is to name. credtool finds the \
        job's own token, asks for it anew each time where the service can be asked, and never \
        keeps it; the session belongs to this job alone. No keyring is needed.
        """

    static let jobCommand = """
        credtool exec --role arn:aws:iam::111122223333:role/deploy -- terraform apply
        """

    static let jobTrust = """
        AWS_ROLE_ARN, or a profile with `role_arn` and nothing else, do as well. IAM needs an \
        identity provider with the URL and the audience below, and the role a trust policy like \
        the one above. Its condition on `sub`, with `StringLike` where `*` stands for \
        anything, is what keeps the jobs of others out.
        """

    static let jobSettings = """
        A profile that is for the jobs of one service says so with `web_identity_token_source`, by \
        the second name above; where there is no token then, the error says what is missing. Tokens \
        of other services are had with `web_identity_token_file` or `web_identity_token_process`.
        """

    static let refusals: [(words: String, meaning: String)] = [
        (
            "InvalidIdentityToken: No OpenIDConnect provider found in your account",
            "The account of the role has no identity provider with this issuer, to the letter."
        ),
        (
            "InvalidIdentityToken: Incorrect token audience",
            "The identity provider in IAM does not list the token's audience, which is the client ID."
        ),
        (
            "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
            """
            The role does not trust this token: look at the conditions of its trust policy, `sub` \
            first. It is also the answer for a role that does not exist.
            """
        ),
        (
            "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
            "AWS cannot reach the issuer on the internet, or has no patience with it."
        ),
    ]
}

extension JobService {
    /// What the service and IAM need.
    ///
    /// Source: each service's documentation of OpenID Connect with AWS.
    fileprivate var way: String {
        switch self {
        case .gitHubActions:
            """
            Provider `https://token.actions.githubusercontent.com`, audience `sts.amazonaws.com`, \
            `sub` like `repo:OWNER/REPO:ref:refs/heads/main` or `repo:OWNER/REPO:environment:NAME`.
            """
        case .gitLab:
            """
            Provider `https://gitlab.com`, or your own; the audience is the `aud` below, `sub` like \
            `project_path:GROUP/PROJECT:ref_type:branch:ref:main`. A token by another name is \
            named by `web_identity_token_variable`.
            """
        case .circleCI:
            """
            Provider `https://oidc.circleci.com/org/ORG-ID`, audience `ORG-ID`, `sub` like \
            `org/ORG-ID/project/PROJECT-ID/user/*`. Jobs have the token without more ado.
            """
        case .bitbucket:
            """
            The repository's settings, under OpenID Connect, show the provider's URL and the audience; \
            `sub` like `{REPOSITORY-UUID}:*`.
            """
        case .terraformCloud:
            """
            Provider `https://app.terraform.io`; the audience is what the workspace's variable \
            `TFC_WORKLOAD_IDENTITY_AUDIENCE` says, without which runs have no token; `sub` like \
            `organization:ORG:project:PROJECT:workspace:NAME:*`.
            """
        case .buildkite:
            """
            Provider `https://agent.buildkite.com`, audience `sts.amazonaws.com`, `sub` like \
            `organization:ORG:pipeline:PIPELINE:ref:refs/heads/main:*`. `buildkite-agent` is asked \
            for the token; `/bin/sh` runs it.
            """
        }
    }

    /// What a job has to say; nil for nothing.
    fileprivate var lines: String? {
        switch self {
        case .gitHubActions:
            """
            permissions:
              id-token: write
              contents: read
            """
        case .gitLab:
            """
            id_tokens:
              GITLAB_OIDC_TOKEN:
                aud: sts.amazonaws.com
            """
        case .bitbucket:
            """
            - step:
                oidc: true
            """
        case .circleCI, .terraformCloud, .buildkite: nil
        }
    }
}
