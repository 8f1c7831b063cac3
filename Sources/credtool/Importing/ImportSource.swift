// Where keys are taken over from, as the flags name it.
internal import Flags
internal import Model

/// A place where other programs keep keys.
enum ImportSource: Equatable {
    /// The AWS files, where keys stand in plain.
    case awsFiles
    /// The keyring or the files of aws-vault.
    case awsVault
    /// The keyring items of envchain.
    case envchain
    /// The file that the console hands out.
    case csv(String)

    /// What the flags name; the AWS files where they name nothing.
    init(_ invocation: Invocation) {
        self =
            if let path = invocation.value(.csv) {
                .csv(path)
            } else {
                switch invocation.value(.from) {
                case "aws-vault": .awsVault
                case "envchain": .envchain
                default: .awsFiles
                }
            }
    }

    /// In words.
    var name: String {
        switch self {
        case .awsFiles: "the AWS config files"
        case .awsVault: "aws-vault"
        case .envchain: "envchain"
        case .csv(let path): path
        }
    }

    /// As it is typed behind `credtool import`, with a blank before it; empty for the default.
    var flags: String {
        switch self {
        case .awsFiles: ""
        case .awsVault: " --from aws-vault"
        case .envchain: " --from envchain"
        case .csv(let path): " --csv \(typed(path))"
        }
    }
}

/// A key that was found elsewhere.
struct FoundKey {
    let profile: String
    /// Where it stands, for people.
    let place: String
    /// Reads it, in the form that it must have.
    let key: (KeyForm) throws -> AccessKey
    /// Takes it away, where it is still the given one. Returns whether it was.
    let remove: (borrowing AccessKey) throws -> Bool
}
