// What every sign-in with a code and PKCE makes up: its random words.
internal import Crypto
internal import Model

/// A verifier, and the state that a browser brings back, made for one sign-in.
struct AuthorizationCode: ~Copyable {
    let verifier = Secret(randomWord(32))
    let state = randomWord(16)

    /// The SHA-256 of the verifier.
    ///
    /// Source: RFC 7636, section 4.2.
    var challenge: String {
        get throws(LibraryUnavailable) {
            Base64.encodeForURL(
                try verifier.withBytes { (bytes) throws(LibraryUnavailable) in
                    try SHA256.digest(bytes)
                })
        }
    }
}

/// `count` random bytes in base64url.
func randomWord(_ count: Int) -> String {
    Base64.encodeForURL((0..<count).map { _ in UInt8.random(in: 0...255) })
}
