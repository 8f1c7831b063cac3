// credtool-config(5): the files, what comes before what, and every setting out of the tables.
internal import Flags
internal import Profiles

/// The page's source in roff.
func configPage() -> String {
    var page = Roff()
    page.title("credtool-config", section: .fileFormats)
    page.section("NAME")
    page.line("credtool\\-config \\- the settings of profiles in the AWS config files")
    page.section("SYNOPSIS")
    page.line(Roff.bold("~/.aws/config"))
    page.line(".br")
    page.line(Roff.bold("~/.aws/credentials"))
    page.section("DESCRIPTION")
    page.prose(ConfigProse.description)
    page.typed(ConfigProse.example)
    page.section("FILES AND SECTIONS")
    page.prose(ConfigProse.sections)
    page.typed(ConfigProse.services)
    page.section("PRECEDENCE")
    page.prose(ConfigProse.precedence)
    page.section("SOURCES")
    page.prose(ConfigProse.sources)
    for group in SettingGroup.allCases {
        page.section(group.rawValue)
        for setting in group.settings {
            page.entry(Roff.bold(setting.key))
            page.prose(setting.text, isIndented: true)
        }
    }
    page.section("SETTINGS FOR THE PROGRAM")
    page.prose(ConfigProse.handedOver)
    for key in ClientSettingKey.allCases {
        page.entry(Roff.bold(key.rawValue))
        page.line(key.variables.joined(separator: ", "))
    }
    page.section("MFA SESSIONS")
    page.prose(ConfigProse.mfaSessions)
    page.section("VARIABLES WITHOUT A SETTING")
    page.prose(ConfigProse.variables)
    page.section("CREDTOOL AS A CREDENTIAL PROCESS")
    page.prose(ConfigProse.credentialProcess)
    page.typed(ConfigProse.credentialProcessExample)
    page.section("SEE ALSO")
    page.seeAlso([
        "credtool(1)", "credtool-exec(1)", "credtool-plan(1)", "credtool-oidc(7)",
        "credtool-rolesanywhere(7)",
        "credtool-saml(7)", "credtool-security(7)",
    ])
    return page.source
}

/// The page's prose.
private enum ConfigProse {
    static let description = """
        credtool has no config file of its own. It reads profiles where the AWS CLI, the SDKs and \
        aws-vault have them; a file that is written for these works as it is. A profile is a \
        section of one of the files, a key stored with `credtool add`, or both under one name.

        `credtool plan PROFILE` shows what becomes of a profile: every value, with the file and \
        line that it came from. A setting that AWS would refuse, or that nobody could read, is an \
        error with file and line. An empty value is as good as none, except for `role_arn` and \
        `source_profile`, which are then errors. Settings that are not listed here are left alone.
        """

    static let example = """
        [profile work]
        region = eu-west-1

        [profile prod]
        source_profile = work
        role_arn = arn:aws:iam::111122223333:role/deploy
        region = eu-west-1
        duration_seconds = 1800
        """

    static let sections = """
        AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name other files than `~/.aws/config` and \
        `~/.aws/credentials`. In the config file, the section of a profile is `[profile NAME]`, \
        and `[default]` that of the profile `default`; in the credentials file it is `[NAME]`. \
        Where both files have a setting of one profile, that of the credentials file counts; where \
        a section stands twice in a file, the two are one, and the last value counts.

        A profile takes nothing over from `[default]`. `include_profile = default` does. Programs \
        under `credtool exec` read `[default]` themselves, as they are told no profile; what can be \
        switched off of it is, and `credtool plan` names the rest.

        `credtool add` writes `region`, `mfa_serial` and `endpoint_url` to the config file where its \
        flags say so, `credtool login --console` writes `login_session` and `region`, and \
        `credtool sso sync` a marked block of profiles. Everything else there stays as it is, to \
        the byte; and nothing writes to the credentials file.

        A `[services NAME]` section has a sub-section for each service:
        """

    static let handedOver = """
        A program under `credtool exec` has credentials in its environment, and so must not be \
        told a profile's name as well: some SDKs would take that profile's credentials instead. \
        Whatever else its profile says is handed over in these variables, by `credtool export` for \
        shells, too, unless the environment has the variable already; `credtool plan` lists them. \
        The URLs of a `services` section go along as AWS_ENDPOINT_URL_SERVICE. Where only \
        `[default]` names URLs, the program is told to ignore them.

        CREDTOOL_SETTINGS notes what was handed over, so that a `credtool exec` inside of another \
        one does not take it for the user's own wishes.
        """

    static let services = """
        [profile lab]
        services = lab

        [services lab]
        sts =
          endpoint_url = https://sts.lab.example
        """

    static let precedence = """
        A flag comes first, then the variable, then the profile's own section, then what it \
        includes. Flags and variables count for the profile that is asked for, and not for those \
        that it is built from. An empty variable counts as unset.

        Of URLs, those in variables come before those in the config, and of these as of those the \
        one for the service before the one for all: AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_IAM, \
        AWS_ENDPOINT_URL, the `services` section, `endpoint_url`. Where there is none, a role's \
        ARN says which partition it is in: aws, aws-cn, aws-us-gov, aws-eusc and the isolated ones \
        are known.
        """

    static let sources = """
        The credentials of a profile come from the first of these that it has:

        - a key that `credtool add` stored under its name;
        - with a `role_arn`: its web identity token, a sign-in at its OpenID provider, its \
        `credential_source`, or its `source_profile`; where it has none of them, the token of the \
        CI job that it is run in (`credtool-oidc(7)`);
        - a sign-in at IAM Identity Center: `sso_session`, `sso_start_url` and the like;
        - a SAML response: `saml_idp_url`, `saml_process` or `saml_file` (`credtool-saml(7)`);
        - a certificate for IAM Roles Anywhere: `roles_anywhere_trust_anchor_arn` and the like;
        - a key in plain in the credentials file;
        - a sign-in at the console: `login_session`;
        - its `credential_process`;
        - a key in plain in the config file;
        - without a `role_arn`: its `credential_source` or its `source_profile`.

        A key in plain, `aws_access_key_id` and `aws_secret_access_key`, is used with a warning \
        that says how to move it into the vault.

        Where neither the command line nor AWS_PROFILE or AWS_DEFAULT_PROFILE names a profile, the \
        session of an outer `credtool exec` or `export` is taken, then the credentials in \
        AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then the token in \
        AWS_WEB_IDENTITY_TOKEN_FILE for the role in AWS_ROLE_ARN, then the profile `default`; \
        where there is no `default`, the container's credentials, then the only stored key, then the \
        role of the EC2 instance.

        Where a profile needs somebody to sign in and nobody is, the sign-in is begun on a \
        terminal or a desktop; elsewhere the command fails, and says what to type: \
        `credtool login`. `exec --sso`, with `--account` and `--role`, takes a role of IAM \
        Identity Center without any profile.
        """

    static let mfaSessions = """
        A code makes a session of GetSessionToken that lasts twelve hours and stands behind every \
        role of the same key and device, so that one code does for all of them. AWS lets a role \
        that is assumed from such a session live one hour at most: a role for longer is assumed \
        with the key itself, and needs a code of its own. `--no-session` assumes any role so.

        A code is checked for six digits before it is sent, and asked for again, three times, where \
        AWS does not accept it. AWS takes no code twice: credtool remembers the one it sent, and \
        where the next command needs another within the same 30 seconds, it tells how long to wait.

        For `mfa_prompt = pinentry`, PINENTRY_PROGRAM names another program. For `ykman`, \
        YKMAN_OATH_CREDENTIAL_NAME names the account on the YubiKey, if that is not the device's \
        serial, and YKMAN_OATH_DEVICE_SERIAL the YubiKey.
        """

    static let variables = """
        - AWS_SESSION_TOKEN_TTL: how long a session without a role lasts.
        - AWS_CHAINED_SESSION_TOKEN_TTL: how long the MFA session behind roles lasts.
        - AWS_FEDERATION_TOKEN_TTL: how long a session of `--federation-token` lasts.
        - AWS_MIN_TTL: the time that a cached session must have left, where `--min-ttl` does not say.

        `credtool-exec(1)` lists all variables.
        """

    static let credentialProcess = """
        Programs that know profiles, but can't be started by `credtool exec`, are let in by a \
        profile of another name:
        """

    static let credentialProcessExample = """
        [profile work-auto]
        region = eu-west-1
        credential_process = credtool export work --role deploy --format process
        """
}
