// The words for what goes wrong in the commands themselves.
internal import Model
internal import Profiles

extension Failure {
    /// The words of the cases that belong to no module.
    var commandWording: Wording {
        switch self {
        case .noProfileNamed: Wording("no profile is named", hint: "credtool list")
        case .noKey(let profile, let nearest):
            Wording(
                "no vault has a key of profile \(quoted(profile))",
                hint: nearest.map { "did you mean \($0)?" } ?? "credtool list shows the keys")
        case .unknownProfile(let name, let nearest):
            Wording(
                "there is no profile \(quoted(name)) in the AWS config files or the vaults"
                    + (nearest?.reason ?? ""),
                hint: nearest?.hint ?? "credtool list shows the profiles")
        case .noMatch(let pattern, let nearest):
            Wording(
                "no profile matches \(quoted(pattern))" + (nearest?.reason ?? ""),
                hint: nearest?.hint ?? "credtool list shows all of them")
        case .profileComesFirst(let name):
            Wording(
                "there is no profile \(quoted(name)) in the AWS config files, and no key of that name",
                hint: "PROFILE comes first, then the command: credtool exec PROFILE -- COMMAND",
                "credtool list shows the profiles; credtool add NAME stores a key")
        case .malformedProfileName(let name):
            Wording(
                "\(quoted(name)) cannot be the name of a profile: at most 255 bytes, without control"
                    + " characters and any of \(Profile.unsafeCharacters), and no dash in front",
                hint: "choose another name, such as work")
        case .unknownVault(let name):
            Wording(
                "CREDTOOL_VAULT is \(quoted(name)), which is no vault",
                hint: "set it to secret-service or file, or unset it")
        case .unconfirmed(let command):
            Wording(
                "nobody can be asked whether that is meant: there is no terminal", hint: command)
        case .noTerminalForPassword:
            Wording(
                "there is no terminal to ask for the keyring's password on",
                hint: "credtool unlock in a terminal, or credtool unlock --stdin < FILE")
        case .emptyPassword:
            Wording(
                "standard input holds no password",
                hint: "pass show login | credtool unlock --stdin")
        case .passwordsDiffer:
            Wording(
                "the two passwords differ, so no keyring was made",
                hint: "try again: credtool unlock")
        case .noTerminalForKey(let profile):
            Wording(
                "there is no terminal to ask for the key on",
                hint:
                    "credtool add \(typed(profile)) --stdin < FILE, or credtool add \(typed(profile)) --env"
            )
        case .missingVariable(let name):
            Wording(
                "--env takes the key from the environment, and \(name) is not set there",
                hint: "export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or leave --env out to"
                    + " be asked")
        case .malformedInput:
            Wording(
                "standard input holds no access key: it takes two lines, the key ID and the secret,"
                    + " the console's accessKeys.csv, or the JSON of aws iam create-access-key or of"
                    + " a credential_process",
                hint: "aws iam create-access-key | credtool add NAME --stdin")
        case .malformedKeyID:
            Wording(
                "that is no access key ID: it has 16 to 128 capital letters and digits and mostly"
                    + " begins with AKIA",
                hint: "copy the ID again; the secret comes after it",
                "credtool add NAME --endpoint-url URL takes the keys of MinIO, LocalStack, Ceph"
                    + " and other makers")
        case .secretAsKeyID:
            Wording(
                "what stands in the place of the key ID looks like a secret access key",
                hint: "the key ID comes first and mostly begins with AKIA; a secret that others"
                    + " saw on the screen is better replaced by a new key")
        case .malformedSecret:
            Wording(
                "that is no secret access key: it has 40 characters and no blanks",
                hint: "copy the secret again, without the key ID")
        case .temporaryKey(let id):
            Wording(
                "key \(id.masked) belongs to temporary credentials, which end within hours; only"
                    + " long-term keys (AKIA…) are stored",
                hint: "aws iam create-access-key makes one; for roles no key is needed: credtool"
                    + " exec PROFILE --role ROLE")
        case .rootKey(let account, let profile):
            Wording(
                "this is a key of the root user of account \(account), which nothing can limit; it"
                    + " was not stored",
                hint: "make an IAM user with the rights you need, give it a key, and delete the"
                    + " root user's key in the console (Security credentials)",
                "credtool add \(typed(profile)) --allow-root stores it all the same")
        case .keyRefused(let error, let id, let profile):
            error.wording.prefixed("key \(id.masked) was not stored: ")
                .adding(hint: "credtool add \(typed(profile)) --no-verify stores it unchecked")
        case .noPlainKey(let profile):
            Wording(
                "no key of profile \(quoted(profile)) stands in plain in the AWS config files",
                hint: "credtool add \(typed(profile)) asks for it")
        case .newKeyLost(let failure, let id):
            failure.wording.adding(hint: Self.deletion(of: id))
        case .storedButNot(let what, let failure):
            failure.wording.prefixed("the key is stored, but was not \(what): ")
        case .removedButNot(let what, let failure):
            failure.wording.prefixed("the key is removed, but was not \(what): ")
        case .nothingChosen:
            Wording(
                "credtool each is not told which profiles are meant",
                hint: "credtool each --profiles 'prod-*' -- COMMAND, or --tag KEY=VALUE, or --all")
        case .malformedTag(let text):
            Wording(
                "\(quoted(text)) is no tag for --tag",
                hint: "a tag is written Team=Blue, several Team=Blue,Stage=Test")
        case .noTaggedProfile(let tags):
            Wording(
                "no profile that is meant has session_tags with \(quoted(tags))",
                hint: "credtool list --json shows the sessionTags of each")
        case .noSignIn(let profile):
            Wording(
                profile.map { "profile \(quoted($0)) does not sign in at IAM Identity Center" }
                    ?? "no profile and no sso-session signs in at IAM Identity Center",
                hint: "aws configure sso-session writes a section; credtool sso accounts --session"
                    + " NAME asks with it")
        case .profileInUse(let name):
            Wording(
                "profile \(quoted(name)) gets its credentials in another way already",
                hint: "credtool login --console ANOTHER-NAME",
                "credtool plan \(name) shows where it gets them")
        case .consoleLogin(let error, let profile):
            error.wording(profile, login: "credtool login --console \(profile)")
        case .severalSignIns(let names):
            Wording(
                "the AWS config files name several sign-ins: \(names.joined(separator: ", "))",
                hint: "--session NAME, or a PROFILE, says which is meant")
        case .syncWithoutSession(let profile):
            Wording(
                "profile \(quoted(profile)) has the older form without an sso-session section, which"
                    + " new profiles could name",
                hint: "aws configure sso-session writes a section")
        case .blockWithoutEnd(let session, let path):
            Wording(
                "in \(path) the profiles of \(session) begin, and no line says where they end",
                hint: "add the line: # credtool sso sync \(session): end")
        case .unexpected(let name):
            Wording("an error that should not be: \(name)", hint: "try again with --verbose")
        case .usage, .config, .certificate, .edit, .plan, .engine, .vault, .aws, .endpoint,
            .sessions, .terminal, .system, .execute, .export, .handover, .server, .console,
            .rotation, .sign, .scan, .doctor, .importing, .signIn:
            preconditionFailure("these have words of their own")
        }
    }

    /// What is left to do with a new key that AWS has and nobody else.
    static func deletion(of id: AccessKeyID) -> String {
        "the new key stays valid without anybody having its secret: aws iam delete-access-key"
            + " --access-key-id \(id)"
    }

    /// Whether a key was stored, or may have been, all the same.
    var mayBeStored: Bool {
        if case .storedButNot = self { return true }
        if case .vault(.mayStillStore) = self { return true }
        return false
    }
}

extension Wording {
    /// The same with one hint more.
    func adding(hint: String) -> Wording {
        var wording = self
        wording.hints.append(hint)
        return wording
    }
}

/// A text from outside in quotes, cut where it is long.
func quoted(_ text: String) -> String {
    text.count > 80 ? "\"\(text.prefix(80))…\"" : "\"\(text)\""
}

/// A name from outside as one word for a shell.
func typed(_ name: String) -> String { ShellWords.quoted(name) }

/// A duration as people say it.
func spoken(_ duration: Duration) -> String { duration.argument }
