// The words for keys that are taken over from elsewhere.
internal import Model

extension ImportFailure {
    /// The words.
    var wording: Wording {
        switch self {
        case .nothingFound(let source):
            Wording("there is no access key in \(source.name)", hint: source.otherSources)
        case .notFound(let profile, let source, let nearest):
            Wording(
                "there is no access key of profile \(quoted(profile)) in \(source.name)",
                hint: nearest.map { "did you mean \($0)?" }
                    ?? "credtool import\(source.flags) --dry-run shows the keys that are there")
        case .oneProfile:
            Wording(
                "--csv takes one key, and several profiles are named",
                hint: "credtool import --csv FILE PROFILE")
        case .noFile(let path):
            Wording(
                "there is no file \(quoted(path))",
                hint: "the console hands it out when it makes a key: credtool import --csv FILE"
                    + " PROFILE")
        case .noKeyInFile(let path):
            Wording(
                "\(quoted(path)) holds no access key: below the titles of the console's file stands"
                    + " one key, and no more",
                hint: "credtool add PROFILE asks for a key")
        case .lockedKeyring(let name):
            Wording(
                "aws-vault's keyring \(quoted(name)) is locked",
                hint: "credtool import --from aws-vault in a terminal asks for its password")
        case .awsVaultBackend(let name):
            Wording(
                "AWS_VAULT_BACKEND is \(quoted(name)), which credtool does not read",
                hint: "aws-vault exec PROFILE --no-session -- credtool add PROFILE --env takes a"
                    + " key over from any backend")
        case .noPassphrase:
            Wording(
                "there is no terminal to ask for the passphrase of aws-vault's files on",
                hint: "set AWS_VAULT_FILE_PASSPHRASE")
        case .wrongPassphrase(let directory):
            Wording(
                "that is not the passphrase of aws-vault's files in \(directory)",
                hint: "credtool import --from aws-vault asks for it where AWS_VAULT_FILE_PASSPHRASE"
                    + " is not set")
        case .unreadableItem(let name):
            Wording(
                "\(name) holds no key that can be read: it is damaged, or sealed with another"
                    + " passphrase",
                hint: "aws-vault list shows what aws-vault has")
        case .secondKey(let profile):
            Wording(
                "another place has another key of profile \(quoted(profile)), and comes first",
                hint: "run the import again once that one is removed")
        case .otherKey(let id, let old, let profile):
            Wording(
                "profile \(quoted(profile)) has key \(old.masked) in the vault, which is not"
                    + (old == id ? " the one found, though its ID is" : " \(id.masked)"),
                hint: "credtool import \(typed(profile)) --force replaces it")
        case .notReadBack(let profile, let vault):
            Wording(
                "the \(vault.rawValue) vault does not give the key of profile \(quoted(profile))"
                    + " back as it was stored; nothing was removed",
                hint: "credtool whoami \(typed(profile))")
        }
    }
}

extension ImportSource {
    /// Where else keys may be.
    fileprivate var otherSources: String {
        switch self {
        case .awsFiles:
            "credtool import --from aws-vault, --from envchain and --csv FILE look elsewhere;"
                + " credtool add asks for a key"
        case .awsVault, .envchain, .csv:
            "credtool import looks in the AWS config files; credtool add asks for a key"
        }
    }
}
