// credtool-saml(7): signing in by SAML, what both sides need, and each identity provider's way in.
internal import Flags
internal import Profiles

/// The page's source in roff.
func samlPage() -> String {
    var page = Roff()
    page.title("credtool-saml", section: .overviews)
    page.section("NAME")
    page.line("credtool\\-saml \\- signing in to AWS by a SAML identity provider")
    page.section("SYNOPSIS")
    page.line("How a SAML response becomes a session, and what the identity provider, IAM and the")
    page.line("profile need for it.")
    page.section("DESCRIPTION")
    page.prose(SAMLProse.description)
    page.section("SETTINGS")
    for setting in SAMLSetting.allCases {
        page.entry(Roff.bold(setting.rawValue))
        page.prose(setting.meaning, isIndented: true)
    }
    page.line(".PP")
    page.prose(SAMLProse.flags)
    page.section("WHAT THE IDENTITY PROVIDER SENDS")
    page.prose(SAMLProse.response)
    page.section("WHAT IAM NEEDS")
    page.prose(SAMLProse.trust)
    page.typed(SAMLProse.trustPolicy)
    page.section("WITH A BROWSER")
    page.prose(SAMLProse.browser)
    page.typed(SAMLProse.browserProfile)
    page.line(".PP")
    page.prose(SAMLProse.remote)
    page.section("WITH A PROGRAM, A FILE OR STANDARD INPUT")
    page.prose(SAMLProse.programs)
    page.typed(SAMLProse.fileExample)
    page.section("IDENTITY PROVIDERS")
    for (name, way) in SAMLProse.providers {
        page.entry(Roff.text(name))
        page.prose(way, isIndented: true)
    }
    page.section("HOW LONG SESSIONS LIVE")
    page.prose(SAMLProse.durations)
    page.section("SEE ALSO")
    page.seeAlso([
        "credtool(1)", "credtool-login(1)", "credtool-exec(1)", "credtool-config(5)",
        "credtool-security(7)",
    ])
    return page.source
}

/// The page's prose.
private enum SAMLProse {
    static let description = """
        An identity provider tells AWS who somebody is, and which roles they may take, by a SAML \
        response: a signed document that a browser carries from the one to the other. credtool \
        takes the response in the place of AWS's console, has the role chosen, and trades both for \
        a session with AssumeRoleWithSAML. No key is needed.

        The response is as good as the person for the five minutes in which AWS takes it. credtool \
        holds it in locked memory, sends it to STS, and keeps nothing of it; what is kept is the \
        session, like any other. credtool does not check the signature: AWS does, and what the \
        response says is used only to choose a role, and to say what is wrong with it.
        """

    static let flags = """
        One of `saml_idp_url`, `saml_process` and `saml_file` says where the response comes from. \
        `--saml-file`, `--saml-process`, `--saml-role` and `--saml-provider` stand in the place of \
        the settings; the first two need no profile at all. A session that was made with them is \
        the profile's all the same: a response that is handed in once with `credtool login PROFILE \
        --saml-file -` serves every `exec` until its session ends.

        A `role_arn` beside these settings, or in a profile that has this one as its \
        `source_profile`, is assumed from the role of the response.
        """

    static let response = """
        - The attribute `https://aws.amazon.com/SAML/Attributes/Role`, with a value for each role: \
        the ARN of the role and that of the identity provider in IAM, with a comma between, in \
        either order.
        - The attribute `https://aws.amazon.com/SAML/Attributes/RoleSessionName`: how sessions are \
        called in AWS's logs, such as the person's e-mail address.
        - If wanted, `https://aws.amazon.com/SAML/Attributes/SessionDuration`, in seconds.
        - The audience `urn:amazon:webservices` or `https://signin.aws.amazon.com/saml`. Most \
        identity providers call it the entity ID of the application.
        - One subject confirmation, with a time until which it counts, and as its recipient the \
        address that the response is posted to: the assertion consumer service, or ACS.
        - An assertion that is signed, and not encrypted.
        """

    static let trust = """
        In IAM, a SAML identity provider with the metadata that the identity provider publishes; \
        its ARN is what the responses name. The role's trust policy allows \
        `sts:AssumeRoleWithSAML` to it, where `SAML:aud` is the recipient of the response, and not \
        its audience. With the ACS of the console and that of this machine:
        """

    static let trustPolicy = """
        {
          "Version": "2012-10-17",
          "Statement": [{
            "Effect": "Allow",
            "Principal": {
              "Federated": "arn:aws:iam::111122223333:saml-provider/Corp"
            },
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": [
              "https://signin.aws.amazon.com/saml",
              "http://localhost:8443/saml/acs"
            ]}}
          }]
        }
        """

    static let browser = """
        The response can come back to this machine only where the identity provider posts it here: \
        an application of its own besides that of the console, the same in everything but its ACS, \
        which is `http://localhost:8443/saml/acs`, or the port in `saml_acs_port`. Where the \
        identity provider has other keys for that application, it is an identity provider of its \
        own in IAM, too.

        The name is `localhost`, and not 127.0.0.1; there is no TLS, since nobody gives \
        certificates for it, and what is posted does not leave the machine. credtool listens on \
        127.0.0.1 alone, before the browser opens, refuses whatever is no such post, and ends with \
        the first response. Sign-ins for several profiles take turns at the port.

        A response does not say which sign-in it answers, so that any page could post another \
        identity provider's in the meantime. Name yours with `saml_provider`, or the role by its \
        ARN, and credtool refuses such a one.
        """

    static let browserProfile = """
        [profile corp]
        saml_idp_url = https://idp.example.com/app/aws-cli/sso/saml
        saml_provider = arn:aws:iam::111122223333:saml-provider/Corp
        saml_role = Developer
        region = eu-west-1
        """

    static let remote = """
        On a machine that is reached by SSH, `ssh -L 8443:localhost:8443 HOST` leads the browser's \
        post there, and `credtool login --no-browser` shows the address to open.
        """

    static let programs = """
        Where the identity provider takes no ACS on this machine, the response of the console's \
        own application does. It is the value of the form field `SAMLResponse` that the browser \
        posts to `https://signin.aws.amazon.com/saml`, as the network view of its developer tools \
        shows it; programs that sign in without a browser, or with one of their own, print it. \
        Blanks in it are taken for the plus signs that they were, and line ends do not count.
        """

    static let fileExample = """
        credtool login corp --saml-file response.txt
        get-saml-response | credtool exec --saml-file - --role Developer -- aws s3 ls
        """

    static let providers: [(name: String, way: String)] = [
        (
            "AD FS",
            """
            A relying party trust with the metadata of `https://signin.aws.amazon.com/static/\
            saml-metadata.xml`, and claim rules that send the role and the session's name. People \
            sign in at `https://HOST/adfs/ls/IdpInitiatedSignOn.aspx`. AD FS wants an ACS with \
            TLS, so that `saml_process` or `saml_file` is the way in.
            """
        ),
        (
            "AWS Directory Service",
            """
            The people of a directory (AWS Managed Microsoft AD, AD Connector) are given roles \
            for the console at `https://ALIAS.awsapps.com/console`, without SAML. By SAML they \
            sign in at an AD FS beside the directory, as above. With the directory as the source \
            of IAM Identity Center, `sso_session` is the simpler way.
            """
        ),
        (
            "Microsoft Entra ID",
            """
            An enterprise application of the gallery, "AWS Single-Account Access". For the \
            browser, a second one whose reply URL is `http://localhost:8443/saml/acs`, which may \
            have to be set in the manifest of its registration, and whose identifier is \
            `https://signin.aws.amazon.com/saml#2`, since a tenant takes each only once. \
            `saml_idp_url` is its user access URL, which its properties show.
            """
        ),
        (
            "Google Workspace",
            """
            The application "Amazon Web Services" of the catalogue, or one of your own, with the \
            role and the session's name as attributes; people start it from the list of Google's \
            applications. Google wants an ACS with TLS, so that `saml_process` or `saml_file` is \
            the way in.
            """
        ),
        (
            "IAM Identity Center",
            """
            Its own roles need no SAML: set `sso_session`. For a role of yours, a customer managed \
            SAML 2.0 application with the ACS `http://localhost:8443/saml/acs`, and the attribute \
            mappings above; `saml_idp_url` is the address of its tile in the access portal.
            """
        ),
        (
            "Keycloak",
            """
            A SAML client with the client ID `urn:amazon:webservices`, the master SAML processing \
            URL `http://localhost:8443/saml/acs`, "Force POST binding" and "Sign assertions" on, \
            and a name for IdP-initiated SSO, say `aws`; mappers send the role and the session's \
            name. `saml_idp_url` is `https://HOST/realms/REALM/protocol/saml/clients/aws`.
            """
        ),
        (
            "Okta",
            """
            A SAML 2.0 application with the single sign-on URL `http://localhost:8443/saml/acs`, \
            also as recipient and destination, the audience `urn:amazon:webservices`, and the two \
            attribute statements. `saml_idp_url` is its embed link, \
            `https://ORG.okta.com/home/APP/ID/ID`. The response of the catalogue's "AWS Account \
            Federation" serves `saml_process` and `saml_file`.
            """
        ),
    ]

    static let durations = """
        As long as `--duration` or `duration_seconds` says, else as `SessionDuration` in the \
        response does, else an hour. The identity provider's `SessionDuration` is a limit all the \
        same, and so is the end of the person's session there (`SessionNotOnOrAfter`). Where only \
        the identity provider wants more than the role's own maximum, the session lives an hour; \
        where you do, that is an error.

        `credtool logout PROFILE` forgets the sessions. It does not sign out at the identity \
        provider, which is the browser's to do.
        """
}
