// What each setting of a profile is for, in the words of credtool-config(5).
internal import Profiles

extension ProfileSetting {
    /// What it is for.
    var meaning: String {
        switch self {
        case .sourceProfile:
            """
            The profile whose credentials are used, or assume the role: its own role where it has \
            one, so that several roles in a row make a chain, else its key or another source. \
            A circle is an error that prints the circle. Without `role_arn` beside it, the \
            profile stands for the other one, under a name and with settings of its own.
            """
        case .credentialSource:
            """
            Where the credentials come from where no profile gives them: `Environment`, the AWS \
            variables; `Ec2InstanceMetadata`, the role of the EC2 instance; `EcsContainer`, the \
            role of the container, asked at the URL in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or \
            AWS_CONTAINER_CREDENTIALS_FULL_URI, without TLS only on this machine and at the \
            agents of ECS and EKS. It and `source_profile` exclude each other.
            """
        case .credentialProcess:
            """
            A command that prints credentials as JSON, in the form of the AWS CLI. It is split \
            into words and run without a shell; for a pipe or `~` in it, write `sh -c "..."`. \
            Credentials that expire are cached, a long-term key is not. The command must not run \
            credtool for the profile that it stands in.
            """
        case .webIdentityTokenFile:
            """
            A file with another provider's token (OpenID Connect), which is traded for the role \
            in `role_arn`. `~/` at its beginning is the home directory.
            """
        case .webIdentityTokenProcess:
            "A command that prints such a token. `/bin/sh` runs it; it may ask on the terminal."
        case .webIdentityTokenSource:
            """
            The CI service whose job's own token is traded for the role. Where a role and nothing \
            else is named, the service that runs the job is found by itself.
            """
        case .webIdentityTokenVariable:
            "The variable with the job's token, in place of the service's usual one."
        case .webIdentityTokenAudience:
            "Whom the job's token is to be for, in place of `sts.amazonaws.com`."
        case .openIDIssuer:
            """
            The OpenID provider that somebody signs in at; the token that it issues is traded for \
            the role in `role_arn`. Its configuration is looked for below this URL.
            """
        case .openIDClientID:
            "What the provider knows this client by: a public one, of a native application."
        case .openIDClientSecretProcess:
            """
            A command that prints the client's secret, for providers that give even desktop \
            clients one, as Google does. `/bin/sh` runs it.
            """
        case .openIDScopes:
            """
            What the sign-in is for, between blanks or commas; unless set, `openid`, and \
            `offline_access` where the provider knows it.
            """
        case .openIDRedirect:
            """
            Where the browser comes back to on this machine, as the provider knows it; \
            `http://127.0.0.1/oauth/callback` with any port unless set.
            """
        case .includeProfile:
            """
            A profile whose settings complete this one, as in aws-vault. That profile may include \
            another one; the nearest section that has a setting wins. All settings are taken over, \
            `role_arn` too, but no key in plain; `source_profile` and `credential_source` are \
            not taken over by a profile that has either of them.
            """
        case .accountID:
            """
            The account that the credentials of the profile's own belong to, where nothing else \
            says it; programs are told in AWS_ACCOUNT_ID.
            """
        case .ssoSession:
            """
            The `[sso-session NAME]` section that says where somebody signs in at IAM Identity \
            Center, with `sso_start_url` and `sso_region`. Profiles with one `sso_session` share \
            a sign-in. Without it, both stand in the profile itself, and what is signed in for \
            then cannot be renewed.
            """
        case .ssoStartURL:
            """
            The address of the access portal: what the organization's sign-in page is opened by, \
            on AWS's domain, or on the organization's own where that redirects to AWS's. It is a \
            setting of `[sso-session NAME]`; in a profile that has one it must be the same.
            """
        case .ssoRegion:
            """
            The region of IAM Identity Center itself, which is hardly ever that of the profile's \
            work. It stands beside `sso_start_url`.
            """
        case .ssoAccountID:
            "The account of the role. `credtool sso accounts` shows those that you may enter."
        case .ssoRoleName:
            """
            The role, by the name that the access portal has for it: that of a permission set. \
            `credtool sso roles` shows them, and `credtool sso sync` writes a profile for each.
            """
        case .ssoRegistrationScopes:
            """
            What a sign-in is for, between commas: `sso:account:access` where nothing else is \
            named. It stands beside `sso_start_url`.
            """
        case .ssoShareCLICache:
            """
            With `true`, a sign-in is written to the AWS CLI's token cache, too, so that the \
            AWS CLI and the SDKs are signed in as well. It then lies in a file in plain. What came \
            from there is renewed there in any case. It stands in `[sso-session NAME]` or, \
            without one, in the profile.
            """
        case .loginSession:
            """
            Who signs in at the console: the ARN that `credtool login --console` or `aws login` \
            wrote. The credentials are renewed for twelve hours, then somebody signs in anew.
            """
        case .rolesAnywhereTrustAnchor:
            """
            The trust anchor of IAM Roles Anywhere, which trusts the authority of the certificate. \
            Its region is asked.
            """
        case .rolesAnywhereProfile:
            "The profile of IAM Roles Anywhere that allows the role; of the same region."
        case .rolesAnywhereRole:
            """
            The role for the holder of the certificate. A `role_arn` beside it is assumed from that \
            one.
            """
        case .rolesAnywhereCertificate:
            """
            A file with the certificate, in PEM or DER, or a PKCS#12 file with its key. What \
            `credtool add --certificate` stored under the profile's name comes before it.
            """
        case .rolesAnywherePrivateKey:
            """
            A file with the certificate's private key, where it is not in the certificate's own. An \
            encrypted one asks for its passphrase.
            """
        case .rolesAnywhereCertificateChain:
            "A file with the certificates between this one and the trust anchor."
        case .rolesAnywhereDuration:
            "How long the session lasts; as long as the profile in AWS says, unless it is set."
        case .rolesAnywhereSessionName:
            "The session's name, where the profile in AWS accepts one."
        case .roleARN:
            """
            The role to assume with the credentials that the profile has otherwise. \
            `--role` assumes a further role from it. AWS_ROLE_ARN overrides it only without \
            AWS_WEB_IDENTITY_TOKEN_FILE.
            """
        case .mfaSerial:
            """
            The MFA device that a code is asked of: the ARN of a virtual device, or the serial \
            number of a hardware token. For a role, its own profile's counts, as in the AWS CLI, \
            and not that of its `source_profile`; where several roles name one device, one code \
            serves them all.
            """
        case .mfaPrompt:
            """
            How codes are asked for. `tty` is a line on the terminal, the default; `pinentry` is \
            the dialog of GnuPG, `zenity` that of GNOME, `kdialog` that of KDE; with `ykman` a \
            YubiKey makes the code, and with `process` the command in `mfa_process` prints it. \
            Without a terminal, the first dialog that can be shown is taken.
            """
        case .mfaProcess:
            """
            A command that prints the code. `/bin/sh` runs it. It is enough by itself: where \
            `mfa_prompt` is not set, it is used. A role's profile takes it over from its \
            `source_profile`, unless it has its own.
            """
        case .rotateAfter:
            """
            From which age on the key that `credtool add` stored for the profile is due: \
            `credtool list` then says so, and `credtool rotate` replaces it. Nothing is rotated by \
            itself. In `[default]`, it counts for `default` alone.
            """
        case .region:
            """
            The region whose STS is asked, and AWS_REGION and AWS_DEFAULT_REGION of the program. \
            A profile takes none over from `[default]`, nor a role's profile from its \
            `source_profile`. Where none is known, no region is passed on, and the STS of \
            us-east-1 is asked, or what stands for it in the role's partition.
            """
        case .endpointURL:
            """
            A URL to ask in place of AWS's own, for every service. In a sub-section of the \
            section that `services` names, it is for that service alone: `sts`, `iam`.
            """
        case .services: "The `[services NAME]` section with the URLs of single services."
        case .ignoreConfiguredEndpointURLs:
            "With `true`, no such URL counts, neither of the config nor of a variable."
        case .stsRegionalEndpoints:
            """
            Which STS serves the oldest regions: each region's own with `regional`, the default; \
            with `legacy` the global one, as it once was.
            """
        case .useFIPSEndpoint: "With `true`, endpoints validated to FIPS 140 are asked."
        case .useDualStackEndpoint: "With `true`, endpoints that have IPv6 too are asked."
        case .caBundle: "A file with the certificates to trust in place of the system's."
        case .metadataEndpoint: "The URL of the instance's metadata service."
        case .metadataEndpointMode:
            "Its standard address where no URL is set: that of IPv4, the default, or of IPv6."
        case .metadataV1Disabled:
            """
            With `true`, only version 2 of the service is asked; else version 1 where there is no \
            version 2.
            """
        case .confirm:
            """
            With `true`, a person has to say yes on the terminal before credentials are handed over; \
            with anything else but `false`, to type just that. It is asked each time, also where the \
            session is in the cache; of a server once. A script, which has no terminal, is refused. \
            It and the other guard rails count for whoever asks for this profile, by its name, in \
            AWS_PROFILE or with `--role`, or for the profile that `credtool setup-process` makes of \
            it; not for profiles that name it as their `source_profile`. Where `--role` names a \
            second profile, those of both count: of two durations the shorter, and both lists of \
            commands. They keep people from slips, and nobody who can write this file from anything.
            """
        case .reason:
            """
            A person is asked for the reason, unless `--reason` gives it. It becomes the source \
            identity of the role's session, for AWS's logs, with `-` for blanks and what else it \
            cannot have; where the profile sets `source_identity` itself, the session tag `Reason`. \
            The role's trust policy must allow sts:SetSourceIdentity, or sts:TagSession. Only the \
            log has it without a role, and where the role is had with a token or a SAML response: \
            AWS takes neither there.
            """
        case .allowCommands:
            """
            The programs that `exec` and `each` may run with the profile, between commas or blanks, \
            with `*` and `?` as in a shell: names such as `terraform`, or whole paths. The commands \
            that hand credentials over without a program are named like one: `export`, `use`, \
            `serve`, `console`, `sign`. All others are refused.
            """
        case .readOnly:
            """
            With `true`, every session is limited to reading, as with `--read-only`. What cannot be \
            limited so is refused.
            """
        case .maxDuration:
            """
            How long credentials may live that are handed over: `1h`, or a number of seconds. Sessions \
            that credtool makes are made no longer; a flag that asks for more is refused, and so are \
            credentials of other sources that live longer.
            """
        case .title:
            """
            What the terminal is called when a program of `exec` gets the profile, so that nobody \
            takes production for anything else. credtool is gone when the program ends, and sets \
            nothing back: most shells set a title of their own with the next prompt.
            """
        case .logArguments:
            """
            With `true`, the log that `credtool log` shows has the arguments of the programs that are \
            run with the profile, as they were typed. Unset, it has their names alone, since \
            arguments may hold what is nobody's business.
            """
        case .forgetOn:
            """
            On what cached sessions of the profile are forgotten: `screen-lock` when a screen of \
            yours is locked, `suspend` before the machine sleeps, `logout` when the login session \
            ends that they were made in. It counts for the profile's own sessions and those that it \
            is made of, such as the MFA session before the role; sign-ins and stored keys stay. A \
            role's profile takes it over from its `source_profile`, unless it has its own. \
            `credtool exec --server` and `credtool serve` drop what they hold, and answer with a new \
            session when they are asked the next time. What a program was given in variables, it \
            keeps.

            Where a new session is made, credtool leaves a small process behind that waits for these \
            occasions, on the D-Bus of systemd-logind and of screen savers. There is one for all \
            profiles; it holds no secrets, and ends once all it waits for is over. If it is told to \
            end, it forgets those sessions at once. Where systemd looks after your programs, it runs \
            in a scope of its own there, which systemd ends after your last logout. `credtool doctor` \
            tells where it cannot work; `credtool log` has what was forgotten.
            """
        case .notifyBefore:
            """
            How long ahead of an end you are told of it on the desktop, such as `10m`: the end of \
            a session that only an MFA code or a browser renews, and that of a sign-in where it is \
            known. The same process does it. A role's profile takes it over from its \
            `source_profile`, unless it has its own.
            """
        }
    }
}

extension RoleSetting {
    /// What it is for.
    var meaning: String {
        switch self {
        case .duration:
            """
            How long the role's session lasts; an hour where nothing says otherwise. AWS lets \
            a role that is assumed from a role live one hour at most: what is longer here is \
            taken back to that. The flag and the variable take durations such as `45m`.
            """
        case .sessionName:
            """
            The session's name, part of its ARN and of AWS's logs; user@host where nothing says \
            otherwise.
            """
        case .externalID: "The external ID that the trust policies of some roles ask for."
        case .sourceIdentity:
            """
            Who is behind the session, in AWS's logs, through all roles that are assumed from it. \
            The role's trust policy must allow sts:SetSourceIdentity.
            """
        case .tags:
            """
            Tags of the session, which policies know as `aws:PrincipalTag`. The role's trust policy \
            must allow sts:TagSession.
            """
        case .transitiveTagKeys:
            "The keys of those tags that roles assumed from this one keep."
        case .policy:
            """
            A session policy: the session may do only what both it and the role allow. `~/` at \
            the beginning of a path is the home directory.
            """
        case .policyARNs:
            """
            Managed policies as session policies. Beside `policy`, what either of them allows \
            counts.
            """
        }
    }
}

extension SAMLSetting {
    /// What it is for.
    var meaning: String {
        switch self {
        case .provider:
            """
            The ARN of the identity provider in IAM, where roles are offered by several of them or \
            one name stands for roles of several accounts.
            """
        case .process:
            """
            A command that prints the response in base64. `/bin/sh` runs it; it may ask on the \
            terminal, and has ten minutes.
            """
        case .file:
            """
            A file that holds the response in base64. `~/` at its beginning is the home directory; \
            `-` is standard input.
            """
        case .role:
            """
            The role, by its ARN or its name, where the response offers several. Without it, \
            `--role` says which; else a numbered list on the terminal asks. What was chosen there \
            lasts as long as its session; `--fresh` asks again.
            """
        case .idpURL:
            """
            The page of the identity provider that signs in for AWS. It is opened in the browser, \
            and the response comes back to a port of this machine.
            """
        case .acsPort:
            "That port; 8443 where it is not set. The identity provider has to know it."
        }
    }
}
