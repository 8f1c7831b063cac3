// Texts sealed under a pass phrase: one made with Python's cryptography, and everything that is none.
import Crypto
import Model
import Testing

/// As jose2go writes it: PBES2-HS256+A128KW with 8192 iterations, A256GCM, a member of its own.
private let sealed =
    [
        "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJjcmVhdGVkIjoiMjAyNi0wMS0wMiAwMzowNDowNSArMDAwMCBV",
        "VEMiLCJlbmMiOiJBMjU2R0NNIiwicDJjIjo4MTkyLCJwMnMiOiJ6YmE5RkdiVGg0eTNpT1RrIn0.ZQQ2tywGW6YW",
        "os79rga-GatGJV3VdQQ7QLxEmAhCKR7qWFy3jnyk5A.Y76CY2-O33UQFnye.Wbps_mADEJlasU7wDVALzOBBMEDM",
        "0aFeTOyMgixKp7aUZ2AjFrKf93SeSJZWEuKzJylb7YzlmPwa33wX9-I55xU5g5XaKZpxAqHC0XgtDl-DSXlM9shL",
        "5TYk7o3k7-Vl8M0X9x4y1jGgDdYmLv6h9XYFGHodP3w48xru-PjQWsubsxLOBDGsWPElzUIV5lbKPimlWh-K9vZT",
        "IbTu3SeirdJ1QtbttS4zkaEoGWZq5KyF6C-uUVaPUoTf01EsxZo9klEMKMklBWnBluiIJEXN3Hr7NdxAZ8CGpW6g",
        "rH94FDyUh5IRHl8bi0BBqFfqFIANck037QSWjbrfmPgBbtZv4Ti-Qiy7j--NXrRyzWApMzJqtyujs7hJo5wyTrCV",
        "Xu9oNzx1zSonKYMjlm6DPLNz_ae6lqSDW8pci8WqqCkQRavnh2DMYrD1ey398RzhGwMd9t7v0IvqwX-AFnLv_SLB",
        "YGUK-XdjFdHB6QCFsb-lHZWl6ucbOkiE8MmgVnrU9e7G9H5tk4TJ6OFt6SLGi-S0iWWvRe8.-ai6D4BWJsRJjOR7",
        "HLre_g",
    ].joined()

@Test(arguments: ["", "\n", " \r\n"])
func theTextIsOpened(end: String) throws {
    let text = try #require(PassphraseJWE(Array((sealed + end).utf8)))
    let opened = try text.open(passphrase: Secret("correct horse"))
    let start = opened?.withBytes { String(decoding: $0.prefix(14), as: UTF8.self) }
    #expect(start == #"{"Key": "work""#)
}

@Test(arguments: ["", "correct horsf", "correct horse "])
func anotherPassPhraseOpensNothing(phrase: String) throws {
    let text = try #require(PassphraseJWE(Array(sealed.utf8)))
    #expect(try text.open(passphrase: Secret(phrase)) == nil)
}

/// The header is authenticated as it stands, the key and the text in themselves. The last character
/// of a part has bits that stand for nothing.
@Test func noByteMayBeAnother() throws {
    let bytes = Array(sealed.utf8)
    let dot = UInt8(ascii: ".")
    for at in stride(from: 0, to: bytes.count - 1, by: 7)
    where bytes[at] != dot && bytes[at + 1] != dot {
        var changed = bytes
        changed[at] = changed[at] == UInt8(ascii: "A") ? UInt8(ascii: "E") : UInt8(ascii: "A")
        guard let text = PassphraseJWE(changed) else { continue }
        #expect(try text.open(passphrase: Secret("correct horse")) == nil, "byte \(at)")
    }
}

private func header(_ json: String) -> String {
    let rest = sealed.split(separator: ".").dropFirst().joined(separator: ".")
    return Base64.encodeForURL(json.utf8) + "." + rest
}

@Test(arguments: [
    "", "....", "x", sealed + ".x", "{}", String(sealed.dropLast(20)),
    header("{}"), header("x"),
    header(#"{"alg":"dir","enc":"A256GCM","p2c":8192,"p2s":"AAAA"}"#),
    header(#"{"alg":"PBES2-HS256+A128KW","enc":"A128CBC-HS256","p2c":8192,"p2s":"AAAA"}"#),
    header(#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":0,"p2s":"AAAA"}"#),
    header(#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2000000000,"p2s":"AAAA"}"#),
    header(#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":8192}"#),
    header(#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","zip":"DEF","p2c":8192,"p2s":"AAAA"}"#),
])
func whatIsNoneIsNotTakenForOne(text: String) {
    #expect(PassphraseJWE(Array(text.utf8)) == nil)
}
