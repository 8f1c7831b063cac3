// Private keys and certificates of every kind: what is read, what is refused, what signs.
import Crypto
import Model
import Testing

private struct Row: Sendable {
    let name: String
    let text: String
    let kind: KeyKind
    var isEncrypted = false
}

private let curve = KeyKind.ec(curve: "prime256v1")
private let rows = [
    Row(name: "PKCS#1", text: MadeUp.rsaPKCS1, kind: .rsa(bits: 1024)),
    Row(name: "PKCS#8 of RSA", text: MadeUp.rsaPKCS8, kind: .rsa(bits: 1024)),
    Row(
        name: "PKCS#1 encrypted", text: MadeUp.rsaEncrypted, kind: .rsa(bits: 1024),
        isEncrypted: true),
    Row(name: "SEC1", text: MadeUp.ecSEC1, kind: curve),
    Row(name: "PKCS#8 of EC", text: MadeUp.ecPKCS8, kind: curve),
    Row(name: "SEC1 encrypted", text: MadeUp.ecEncryptedSEC1, kind: curve, isEncrypted: true),
    Row(name: "PKCS#8 encrypted", text: MadeUp.ecEncryptedPKCS8, kind: curve, isEncrypted: true),
]

@Test(arguments: rows)
private func keysOfEveryKindAreRead(row: Row) throws {
    let word: Secret? = row.isEncrypted ? Secret(madeUpWord) : nil
    let key = try PrivateKey.read(Secret(row.text), passphrase: word)
    #expect(key.kind == row.kind)
    // A certificate before it, or behind it, is no hindrance.
    let mixed = try PrivateKey.read(
        Secret(MadeUp.rsaCertificate + "\n" + row.text + "\n" + MadeUp.ecCertificate),
        passphrase: word)
    #expect(mixed.kind == row.kind)
    #expect(try kindOfKey(key.pkcs8.copy()) == row.kind)
}

private func kindOfKey(_ pkcs8: consuming Secret) throws -> KeyKind? {
    switch try PrivateKey(pkcs8: pkcs8) {
    case .some(let key): key.kind
    case .none: nil
    }
}

@Test(arguments: rows.filter(\.isEncrypted))
private func passphrasesAreWantedAndLookedAt(row: Row) {
    #expect(throws: KeyFileError.encrypted) { _ = try PrivateKey.read(Secret(row.text)) }
    for word in ["made-up wor", "", madeUpWord + "x", String(repeating: "x", count: 5000)] {
        #expect(throws: KeyFileError.wrongPassphrase) {
            _ = try PrivateKey.read(Secret(row.text), passphrase: Secret(word))
        }
    }
}

@Test(arguments: [
    "", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", MadeUp.ecCertificate,
])
func whatIsNoKeyIsRefused(text: String) {
    #expect(throws: KeyFileError.nothing) { _ = try PrivateKey.read(Secret(text)) }
    #expect(throws: KeyFileError.nothing) {
        _ = try PrivateKey.read(Secret(text), passphrase: Secret("x"))
    }
}

@Test(arguments: [
    (MadeUp.rsaCertificate, "730750818665451459101842416358141509827966271487"),
    (MadeUp.ecCertificate, "1"), (MadeUp.ecCertificate64, "18446744073709551616"),
])
func serialsAreDecimal(text: String, serial: String) throws {
    let certificate = try #require(try Certificate.read(Secret(text)).first)
    #expect(certificate.serial == serial)
    #expect(certificate.version == 3 && !certificate.isAuthority && !certificate.isHashWeak)
    #expect(certificate.notBefore == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
    #expect(certificate.notAfter == Timestamp(rfc3339: "2036-01-01T00:00:00Z"))
    #expect(certificate.subject == certificate.issuer && certificate.maySign)
    #expect(try Certificate(der: certificate.der) == certificate)
    #expect(try Certificate(der: Array(certificate.der.dropLast())) == nil)
}

@Test func certificatesStandInTheirOrder() throws {
    let text = "words\n\(MadeUp.ecPKCS8)\n\(MadeUp.rsaCertificate)\n\(MadeUp.ecCertificate)\n"
    let subjects = try Certificate.read(Secret(text)).map(\.subject)
    #expect(subjects == ["/CN=rsa", "/CN=ec"])
    #expect(throws: KeyFileError.nothing) { _ = try Certificate.read(Secret(MadeUp.ecPKCS8)) }
}

@Test func aKeyBelongsToItsCertificateAlone() throws {
    let rsa = try PrivateKey.read(Secret(MadeUp.rsaPKCS1))
    let ec = try PrivateKey.read(Secret(MadeUp.ecSEC1))
    let certificates = try Certificate.read(
        Secret(MadeUp.rsaCertificate + "\n" + MadeUp.ecCertificate))
    var belonging: [Bool] = []
    for certificate in certificates {
        belonging += [rsa.belongs(to: certificate), ec.belongs(to: certificate)]
    }
    #expect(belonging == [true, false, false, true])
}

@Test func aPKCS12FileHasBoth() throws {
    guard let file = Base64.decodeSecret(Array(MadeUp.pkcs12.utf8.filter { $0 != 0x0a })) else {
        Issue.record("the sample is not base64")
        return
    }
    let box = try PKCS12.read(file, passphrase: Secret(madeUpWord))
    #expect(box.certificates.map(\.serial) == ["1"])
    let belongs = box.key.belongs(to: box.certificates[0])
    #expect(belongs)
    #expect(throws: KeyFileError.encrypted) { _ = try PKCS12.read(file) }
    #expect(throws: KeyFileError.wrongPassphrase) {
        _ = try PKCS12.read(file, passphrase: Secret("x"))
    }
    #expect(throws: KeyFileError.nothing) { _ = try PKCS12.read(Secret(MadeUp.ecPKCS8)) }
}
