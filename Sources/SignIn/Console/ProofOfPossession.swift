// The proof that goes with a token request: that whoever sends it has the key of the sign-in.
internal import Crypto
internal import Model

/// Proofs of possession (DPoP) with one key.
///
/// Source: RFC 9449, section 4.2; RFC 7515, RFC 7518, section 6.2.
enum ProofOfPossession {
    /// A proof for one POST to `url`: a JSON Web Token in compact form.
    ///
    /// - Parameters:
    ///   - url: The whole URL, without a query.
    ///   - id: What no other proof is called.
    static func token(
        url: String, now: Timestamp, id: String = randomWord(16), key: borrowing ECDSAKey
    ) -> String {
        let point = key.publicKey
        let header = JSONValue.object([
            .init("typ", .string("dpop+jwt")), .init("alg", .string("ES256")),
            .init(
                "jwk",
                .object([
                    .init("kty", .string("EC")), .init("x", .string(Base64.encodeForURL(point.x))),
                    .init("y", .string(Base64.encodeForURL(point.y))),
                    .init("crv", .string("P-256")),
                ])),
        ])
        let claims = JSONValue.object([
            .init("htm", .string("POST")), .init("htu", .string(url)),
            .init("iat", .integer(now.secondsSinceEpoch)), .init("jti", .string(id)),
        ])
        let signed = [header, claims].map { Base64.encodeForURL(Array($0.text(.compact).utf8)) }
            .joined(separator: ".")
        return "\(signed).\(Base64.encodeForURL(key.signature(of: signed.utf8)))"
    }
}
