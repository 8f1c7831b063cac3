// Base64, written and read.
import Model
import Testing

/// Source: RFC 4648, section 10.
@Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
])
func base64(text: String, padded: String) {
    let bare = padded.filter { $0 != "=" }
    #expect(Base64.encode(text.utf8) == padded)
    #expect(Base64.encodeForURL(text.utf8) == bare)
    #expect(Base64.decode(padded.utf8) == Array(text.utf8))
    #expect(Base64.decode(bare.utf8) == Array(text.utf8))
    #expect(decodedSecret(padded) == Array(text.utf8))
}

private func decodedSecret(_ text: String) -> [UInt8]? {
    guard let secret = Base64.decodeSecret(Array(text.utf8)) else { return nil }
    return secret.withBytes { Array($0) }
}

/// Source: RFC 7636, appendix B.
@Test func bothAlphabets() {
    let bytes: [UInt8] = [3, 236, 255, 224, 193]
    #expect(Base64.encodeForURL(bytes) == "A-z_4ME")
    #expect(Base64.encode(bytes) == "A+z/4ME=")
    #expect(Base64.decode("A-z_4ME".utf8) == bytes)
    #expect(Base64.decode("A+z/4ME=".utf8) == bytes)
}

@Test(arguments: ["Z", "Zm9vY", "Zg=v", "Zm 9v", "Zm9v\n", "Z===", "ä"])
func otherTextsAreNoBase64(text: String) {
    #expect(Base64.decode(text.utf8) == nil)
    #expect(decodedSecret(text) == nil)
}
