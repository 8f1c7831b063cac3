// The AWS CLI's own cache of console sign-ins: read, and kept fresh where it is in use.
internal import Crypto
internal import Glibc
public import Model
internal import System

/// The folder `~/.aws/login/cache`: a JSON file a sign-in, which botocore and the SDKs read, too.
///
/// They rewrite a file in place and take no lock, so that half a file is as good as none.
public struct CLILoginCache: Sendable {
    private let directory: String

    /// The cache in `directory`, which need not exist.
    public init(directory: String) { self.directory = directory }

    /// The file of a sign-in.
    ///
    /// Source: botocore, utils.py, generate_login_cache_key.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func path(of session: ConsoleSession) throws(LibraryUnavailable) -> String {
        "\(directory)/\(try SHA256.digest(session.name.utf8).hex).json"
    }

    /// Whether there is a file, whatever is in it.
    func has(_ session: ConsoleSession) -> Bool {
        guard let path = try? path(of: session) else { return false }
        return path.withPath { access($0, F_OK) } == 0
    }

    /// The sign-in that is there; nil for none, and for a file that cannot be read or understood.
    func load(_ session: ConsoleSession) -> ConsoleToken? {
        guard let path = try? path(of: session), let bytes = read(path) else { return nil }
        return ConsoleCodec.decode(bytes, place: .cli)
    }

    private func read(_ path: String) -> Secret? {
        try? AtomicFile.readSecret(path, limit: 1 << 20)
    }

    /// Puts a token in the place of the file, in one step.
    /// - Throws: `SystemError`; the old file is then as it was. ENOSYS where libcrypto is missing.
    func store(
        _ token: borrowing ConsoleToken, of session: ConsoleSession
    ) throws(SystemError) {
        guard let path = try? path(of: session) else {
            throw SystemError("EVP_Digest", directory, code: ENOSYS)
        }
        let old: JSONDocument? =
            switch read(path) {
            case .some(let bytes): try? JSONDocument(bytes)
            case .none: nil
            }
        let json = ConsoleCodec.encode(token, replacing: old)
        var bytes = json.withBytes { Array($0) }
        defer { bytes.wipe() }
        try AtomicFile.replace(path, with: bytes, isSecret: true)
    }

    /// Takes the file away.
    func remove(_ session: ConsoleSession) {
        if let path = try? path(of: session) { _ = AtomicFile.remove(path) }
    }
}
