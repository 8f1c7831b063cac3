// The AWS CLI's own cache of role credentials: what a sign-out has to take away.
internal import Crypto
internal import Model
internal import System

/// The folder `~/.aws/cli/cache`: a JSON file for the credentials of each role. Only the CLI reads it.
public struct CLIRoleCache: Sendable {
    private let directory: String

    /// The cache in `directory`, which need not exist.
    public init(directory: String) { self.directory = directory }

    /// Forgets the credentials of a role at `portal`: without the sign-in, the CLI would go on with
    /// them for hours, though its own `aws sso logout` ends that, too.
    public func remove(accountID: String, roleName: String, of portal: AccessPortal) {
        if let path = try? path(accountID, roleName, portal) { _ = AtomicFile.remove(path) }
    }

    /// Source: botocore, credentials.py, SSOCredentialFetcher.
    private func path(
        _ accountID: String, _ roleName: String, _ portal: AccessPortal
    ) throws(LibraryUnavailable) -> String {
        let sign: [String: JSONValue] =
            if let session = portal.session { ["sessionName": .string(session)] } else {
                ["startUrl": .string(portal.startURL)]
            }
        let key = JSONValue.sorted(
            sign.merging(["accountId": .string(accountID), "roleName": .string(roleName)]) { $1 })
        return "\(directory)/\(try SHA1.digest(key.text(.compact).utf8).hex).json"
    }
}
