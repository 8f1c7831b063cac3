// JSON web tokens' signatures: the examples of RFC 7515, and what must not pass for one.
import Crypto
import Model
import Testing

/// RFC 7515, appendices A.2, A.3 and A.4: what is signed, its signature, and the key.
enum RFC7515 {
    static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
        + "c19yb290Ijp0cnVlfQ"
    static let rs256 =
        "eyJhbGciOiJSUzI1NiJ9." + claims + "."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Q"
        + "c_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTy"
        + "WzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwu"
        + "sC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5A"
        + "XLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    static let es256 =
        "eyJhbGciOiJFUzI1NiJ9." + claims + "."
        + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqP"
        + "P3-Kg6NU1Q"
    static let es512 =
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cw"
        + "nZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpR"
        + "wcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"

    static let modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrc"
        + "S2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGz"
        + "jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xs"
        + "mtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8"
        + "q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"

    static var rsa: PublicKey {
        PublicKey(modulus: bytes(modulus), exponent: bytes("AQAB"))
    }

    static var p256: PublicKey? {
        PublicKey(
            curve: .p256, x: bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            y: bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
    }

    static var p521: PublicKey? {
        PublicKey(
            curve: .p521,
            x: bytes(
                "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxc"
                    + "WceqwQGk"),
            y: bytes(
                "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf6"
                    + "3e3kyMj2"))
    }

    static func bytes(_ text: String) -> [UInt8] { Base64.decode(text.utf8) ?? [] }
}

private func verifies(
    _ token: String, _ key: PublicKey?, _ algorithm: SignatureAlgorithm,
    change: (inout [UInt8]) -> Void = { _ in }
) throws -> Bool {
    let parts = token.split(separator: ".").map(String.init)
    var signature = RFC7515.bytes(parts[2])
    change(&signature)
    return try Secret("\(parts[0]).\(parts[1])").withBytes { text in
        try #require(key).verifies(signature, over: text, algorithm)
    }
}

@Test func signaturesOfRFC7515() throws {
    #expect(try verifies(RFC7515.rs256, RFC7515.rsa, .rs256))
    #expect(try verifies(RFC7515.es256, RFC7515.p256, .es256))
    #expect(try verifies(RFC7515.es512, RFC7515.p521, .es512))
}

@Test func whatIsNoSignatureOfTheKey() throws {
    for bit in [0, 100, 255] {
        #expect(try !verifies(RFC7515.rs256, RFC7515.rsa, .rs256) { $0[bit] ^= 1 })
    }
    #expect(try !verifies(RFC7515.es256, RFC7515.p256, .es256) { $0[40] ^= 1 })
    // Of another text, of another length, of none.
    #expect(try !verifies("x." + RFC7515.rs256.dropFirst(22), RFC7515.rsa, .rs256))
    #expect(try !verifies(RFC7515.es256, RFC7515.p256, .es256) { $0.removeLast() })
    #expect(try !verifies(RFC7515.es256, RFC7515.p256, .es256) { $0 = [] })
    #expect(try !verifies(RFC7515.rs256, RFC7515.rsa, .rs256) { $0 = [] })
    #expect(
        try !verifies(RFC7515.es256, RFC7515.p256, .es256) {
            $0 = Array(repeating: 0, count: 64)
        })
}

@Test func aKeyIsForItsOwnAlgorithms() throws {
    #expect(try !verifies(RFC7515.rs256, RFC7515.p256, .rs256))
    #expect(try !verifies(RFC7515.rs256, RFC7515.rsa, .rs384))
    #expect(try !verifies(RFC7515.es256, RFC7515.p521, .es256))
    #expect(RFC7515.rsa.fits(.rs512) && !RFC7515.rsa.fits(.es256))
    #expect(PublicKey(curve: .p256, x: [1], y: [2]) == nil)
    // No point of the curve.
    let off = PublicKey(curve: .p256, x: Array(repeating: 1, count: 32), y: RFC7515.bytes(""))
    #expect(off == nil)
    let wrong = PublicKey(
        curve: .p256, x: Array(repeating: 1, count: 32), y: Array(repeating: 1, count: 32))
    #expect(try !verifies(RFC7515.es256, wrong, .es256))
    #expect(
        try !verifies(RFC7515.rs256, PublicKey(modulus: [], exponent: []), .rs256))
}
