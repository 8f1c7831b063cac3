// Keys on P-256: a published one in each form, what is no key, and signatures.
import Crypto
import Model
import Testing

/// The key of RFC 6979, appendix A.2.5, written by OpenSSL's command.
private let sec1 = """
    -----BEGIN EC PRIVATE KEY-----
    MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49
    AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8
    maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
    -----END EC PRIVATE KEY-----
    """
private let pkcs8 = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
    Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
    +mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
    -----END PRIVATE KEY-----
    """
private let x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
private let y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"

@Test(arguments: [sec1, pkcs8])
func keysAreReadInBothForms(pem: String) throws {
    guard let key = try ECDSAKey(pem: Secret(pem)) else {
        Issue.record("not read")
        return
    }
    let point = key.publicKey
    #expect(point.x.hex == x && point.y.hex == y)
    let written = key.pem()
    #expect(written.withBytes { String(decoding: $0, as: UTF8.self) } == sec1 + "\n")
}

/// A key of another curve, an encrypted one, a public one, and what is none.
@Test(arguments: [
    "", "x", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
    """
    -----BEGIN EC PRIVATE KEY-----
    MIGkAgEBBDAAAAAAAAAAAAAAAAAAAAAAya+p2EW6dRZrXCFXZ7HWk05Qw9s26JsS
    e4piKxIPZyGgBwYFK4EEACKhZANiAAQHwjDSC1rLhOJ1EkXP6mxmKJK8+EhqAYEn
    ql4WBJpv3Yq1Mm0PabW3COtZWrTtbvZVd7DbO8vUoKhDBuAzbvZcO3mUn4c7WzTR
    tmj+60QUOiW/4HncS+w26C6HrmQkGek=
    -----END EC PRIVATE KEY-----
    """,
    """
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDmG08GXqHfzdgUoZnW
    URnKAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQCvQ2pAmNaLwfEfUQ
    kmiHPwSBkNg78Q+fd9pz9/vdNVNQxjuVGiJfxs3pNBhFNO+sgcwv73SOfI8oBB/w
    3cmTNGMhZekxaQvdaCr3ql1K9KHAPK1CDa7ju6nKWtRTSVMRc4jnTSmIdHSkHjEK
    VMCXeG9579S2mhDgyzuNovn6qJhYtpFd7i+1TqA75qNFak4TQdXrZLvyWfGFru0/
    JxCNeCrE7A==
    -----END ENCRYPTED PRIVATE KEY-----
    """,
    """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
    Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
    -----END PUBLIC KEY-----
    """,
])
func otherTextsAreNoKeys(pem: String) throws {
    let isNil = try ECDSAKey(pem: Secret(pem)) == nil
    #expect(isNil)
}

@Test func aSignatureIsTwoNumbersOfFullLength() throws {
    let key = try ECDSAKey()
    // One number in 256 begins with a zero byte, which DER leaves out.
    for count in 0..<600 {
        #expect(key.signature(of: Array(repeating: 7, count: count)).count == 64)
    }
    let again = try ECDSAKey()
    #expect(key.publicKey.x != again.publicKey.x)
}
