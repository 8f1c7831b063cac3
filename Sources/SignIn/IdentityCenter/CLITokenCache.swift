// The AWS CLI's own cache of sign-ins: read, and kept fresh where it is in use.
internal import Crypto
public import Model
internal import System

/// The folder `~/.aws/sso/cache`: a JSON file a sign-in, which botocore and the SDKs read, too.
///
/// They rewrite a file in place and take no lock, so that half a file is as good as none. Some read
/// every file of the folder: nothing but JSON stands in it for longer than a moment.
public struct CLITokenCache: Sendable {
    private let directory: String

    /// The cache in `directory`, which need not exist.
    public init(directory: String) { self.directory = directory }

    /// The file of a portal's sign-in.
    ///
    /// Source: botocore, utils.py, SSOTokenLoader.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func path(of portal: AccessPortal) throws(LibraryUnavailable) -> String {
        let name = try SHA1.digest((portal.session ?? portal.startURL).utf8).hex
        return "\(directory)/\(name).json"
    }

    /// The sign-in that is there; nil for none, and for a file that cannot be read or understood.
    public func load(_ portal: AccessPortal) -> SignInToken? {
        guard let path = try? path(of: portal),
            let bytes = try? AtomicFile.readSecret(path, limit: 1 << 20)
        else { return nil }
        return SignInCodec.decode(bytes, of: portal, place: .cli)
    }

    /// Puts a token in the place of the file, in one step.
    /// - Throws: `SystemError`; the old file is then as it was. ENOSYS where libcrypto is missing.
    func store(_ token: borrowing SignInToken, of portal: AccessPortal) throws(SystemError) {
        guard let path = try? path(of: portal) else {
            throw SystemError("EVP_Digest", directory, code: 38)
        }
        let json = SignInCodec.encode(token, of: portal, isOwn: false, isDurable: true)
        var bytes = json.withBytes { Array($0) }
        defer { bytes.wipe() }
        try AtomicFile.replace(path, with: bytes, isSecret: true)
    }

    /// Takes the file away.
    func remove(_ portal: AccessPortal) {
        if let path = try? path(of: portal) { _ = AtomicFile.remove(path) }
    }
}
