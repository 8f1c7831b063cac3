// Published vectors, and what must be refused.
import Crypto
import Model
import Testing

private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Test func sha256OfFIPS180() throws {
    #expect(
        hex(try SHA256.digest("abc".utf8))
            == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
        hex(try SHA256.digest([]))
            == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
}

@Test func hmacOfRFC4231() throws {
    let key = Secret("Jefe")
    let mac = try key.withBytes { (key) throws(LibraryUnavailable) in
        try SHA256.hmac(key: key, "what do ya want for nothing?".utf8)
    }
    #expect(hex(mac) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
}

@Test func scryptOfRFC7914() throws {
    let parameters = ScryptParameters(logN: 10, blockSize: 8, parallelism: 16)
    guard let key = try parameters.key(passphrase: Secret("password"), salt: Array("NaCl".utf8))
    else {
        Issue.record("no key")
        return
    }
    // The first 32 of the 64 bytes that the RFC prints.
    #expect(
        key.withBytes { hex($0) }
            == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
}

@Test(arguments: [
    ScryptParameters(logN: 63, blockSize: 8, parallelism: 1),
    ScryptParameters(logN: 20, blockSize: 32, parallelism: 1),
    ScryptParameters(logN: 1, blockSize: 8, parallelism: 1),
])
func scryptRefusesUnreasonableCosts(_ parameters: ScryptParameters) throws {
    #expect(!parameters.isReasonable)
    let isNil = try parameters.key(passphrase: Secret("x"), salt: []) == nil
    #expect(isNil)
}

@Test func aesGCMOpensWhatItSealedAndNothingElse() throws {
    let key = Secret("0123456789abcdef0123456789abcdef")
    let other = Secret("0123456789abcdef0123456789abcdeF")
    let nonce = [UInt8](repeating: 7, count: AESGCM.nonceSize)
    let header = Array("header".utf8)
    let sealed = try AESGCM.seal(
        Secret("plain"), key: key, nonce: nonce, authenticating: header)
    #expect(sealed.count == 5 + AESGCM.tagSize)

    if let opened = try AESGCM.open(sealed, key: key, nonce: nonce, authenticating: header) {
        #expect(opened.withBytes { Array($0) } == Array("plain".utf8))
    } else {
        Issue.record("what was sealed did not open")
    }

    let wrongKey =
        try AESGCM.open(sealed, key: other, nonce: nonce, authenticating: header) == nil
    #expect(wrongKey)
    let wrongHeader =
        try AESGCM.open(sealed, key: key, nonce: nonce, authenticating: header + [0]) == nil
    #expect(wrongHeader)
    for index in sealed.indices {
        var flipped = sealed
        flipped[index] ^= 1
        let refused =
            try AESGCM.open(flipped, key: key, nonce: nonce, authenticating: header) == nil
        #expect(refused)
    }
    let short = try AESGCM.open([1, 2], key: key, nonce: nonce, authenticating: header) == nil
    #expect(short)
}
