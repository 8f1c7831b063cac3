// credtool-rolesanywhere(7): from an authority of one's own to a session of IAM Roles Anywhere.
internal import Flags

/// The page's source in roff.
func rolesAnywherePage() -> String {
    var page = Roff()
    page.title("credtool-rolesanywhere", section: .overviews)
    page.section("NAME")
    page.line("credtool\\-rolesanywhere \\- sessions of AWS for the holder of a certificate")
    page.section("SYNOPSIS")
    page.line("What IAM Roles Anywhere needs, from the authority to the first command.")
    page.section("DESCRIPTION")
    page.prose(RolesAnywhereProse.description)
    page.section("AN EXAMPLE")
    for step in RolesAnywhereProse.steps {
        page.prose(step.text)
        page.typed(step.typed)
        page.line(".PP")
    }
    page.prose(RolesAnywhereProse.afterwards)
    page.section("IN THE VAULT OR IN FILES")
    page.prose(RolesAnywhereProse.places)
    page.typed(RolesAnywhereProse.files)
    page.section("WHAT AWS TAKES")
    page.prose(RolesAnywhereProse.rules)
    page.section("SEE ALSO")
    page.seeAlso([
        "credtool(1)", "credtool-add(1)", "credtool-remove(1)", "credtool-exec(1)",
        "credtool-config(5)", "credtool-security(7)",
    ])
    return page.source
}

/// The page's prose.
private enum RolesAnywhereProse {
    static let description = """
        IAM Roles Anywhere gives sessions of a role to whoever holds a certificate, and the key of \
        it, of an authority that the account trusts: mostly a machine outside of AWS. There is no \
        access key, and nobody signs in. The key signs one request, and never leaves the machine.

        Four things belong together: a certificate; a trust anchor, which is what AWS calls the \
        authority's own certificate; a profile, which in this service is a list of roles; and a \
        role that trusts the service. Anchor and profile are of one region, which is asked.
        """

    static let steps: [(text: String, typed: String)] = [
        (
            """
            A company has an authority, or AWS Private CA. For a trial, OpenSSL 3 makes one, and a \
            certificate of it with a key:
            """,
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 3650 \\
                -subj '/CN=Example CA' -addext keyUsage=critical,keyCertSign,cRLSign \\
                -keyout ca.key -out ca.pem
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 365 \\
                -subj /CN=build-host -addext basicConstraints=critical,CA:FALSE \\
                -addext keyUsage=critical,digitalSignature \\
                -CA ca.pem -CAkey ca.key -keyout host.key -out host.pem
            """
        ),
        (
            """
            Both commands ask for a passphrase for the new key, and the second one for that of \
            the authority's. The authority's certificate becomes a trust anchor; the answer has \
            its ARN:
            """,
            """
            aws rolesanywhere create-trust-anchor --name example --enabled --source \\
                "sourceType=CERTIFICATE_BUNDLE,sourceData={x509CertificateData=$(cat ca.pem)}"
            """
        ),
        (
            """
            The role's trust policy, `trust.json`, says for which certificates of which authority \
            it is:
            """,
            """
            {
              "Version": "2012-10-17",
              "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": "rolesanywhere.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
                "Condition": {
                  "StringEquals": {"aws:PrincipalTag/x509Subject/CN": "build-host"},
                  "ArnEquals": {"aws:SourceArn":
                    "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/ID"}
                }
              }]
            }
            """
        ),
        (
            "Role and profile:",
            """
            aws iam create-role --role-name builder \\
                --assume-role-policy-document file://trust.json
            aws rolesanywhere create-profile --name builders --enabled \\
                --role-arns arn:aws:iam::111122223333:role/builder
            """
        ),
        (
            "In `~/.aws/config`, a profile with the three ARNs:",
            """
            [profile build]
            roles_anywhere_trust_anchor_arn = arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/ID
            roles_anywhere_profile_arn = arn:aws:rolesanywhere:eu-west-1:111122223333:profile/ID
            roles_anywhere_role_arn = arn:aws:iam::111122223333:role/builder
            region = eu-west-1
            """
        ),
        (
            "Certificate and key go into the vault, and the profile can be used:",
            """
            credtool add build --certificate host.pem --private-key host.key
            credtool exec build -- aws sts get-caller-identity
            """
        ),
    ]

    static let afterwards = """
        `host.key` is not needed any more; `shred -u host.key` takes it away. A new certificate is \
        stored in the same way, with `--force`. `credtool list` and `credtool plan build` show \
        what is stored, the latter until when it counts; `credtool remove build` forgets it.
        """

    static let places = """
        In the vault the key is encrypted like an access key, and nobody is asked for its \
        passphrase any more. Where another program renews certificate and key in files, name these \
        in the profile instead; each new certificate gets a session of its own. The key of an \
        encrypted file is asked for on the terminal, once for each session. What is in the vault \
        comes before files.
        """

    static let files = """
        roles_anywhere_certificate = /etc/ssl/build/host.pem
        roles_anywhere_private_key = /etc/ssl/build/host.key
        roles_anywhere_certificate_chain = /etc/ssl/build/chain.pem
        """

    static let rules = """
        - A certificate of X.509 version 3, signed over SHA-256 or better, that is no authority's \
        and that may make digital signatures.
        - A key of RSA, from 2048 bits, or of the curves P-256, P-384 and P-521: in PEM (PKCS#8, \
        PKCS#1, SEC1, encrypted or not), in DER, or with its certificate in a PKCS#12 file.
        - Where other authorities stand between the certificate and the trust anchor, their \
        certificates: behind the own one in its file, with `--chain`, or in \
        `roles_anywhere_certificate_chain`. Their order does not matter, and the trust anchor may \
        be among them.
        - A session lasts as long as `--duration` or `roles_anywhere_duration_seconds` says, else \
        as the profile in AWS does, mostly an hour.
        - A certificate that its authority revoked is refused once its revocation list was given \
        to AWS: `aws rolesanywhere import-crl`.
        """
}
