// Loading libcrypto, and the rule that its failures on valid input are bugs.
internal import COpenSSL
internal import Model

enum OpenSSL {
    /// Loads libcrypto if that has not happened yet.
    static func load() throws(LibraryUnavailable) {
        guard let reason = copenssl_load() else { return }
        throw LibraryUnavailable(
            library: COPENSSL_LIBRARY, package: "libssl3", reason: String(cString: reason))
    }

    /// Stops the program where OpenSSL refuses what cannot be refused, such as a hash.
    static func require(_ result: Int32, _ name: StaticString) {
        precondition(result == 1, "OpenSSL failed in \(name)")
    }
}
