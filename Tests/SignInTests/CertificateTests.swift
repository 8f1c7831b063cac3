// Certificates to sign in with: the record of a vault, chains, and what AWS would refuse.
import Crypto
import Model
import Testing

@testable import SignIn

private func certificate(_ text: String) throws -> Certificate {
    try #require(try Certificate.read(Secret(text)).first)
}

private func identity(
    _ text: String = MadeUp.ecCertificate, key: String = MadeUp.ecSEC1,
    others: [Certificate] = []
) throws -> CertificateIdentity {
    CertificateIdentity(
        try certificate(text), others: others, key: try PrivateKey.read(Secret(key)))
}

/// What a record gives: the certificate, and whether the key is the one that was kept.
private func decoded(
    _ bytes: borrowing Secret, _ kept: borrowing CertificateIdentity
) throws -> (Certificate, isSameKey: Bool)? {
    switch try CertificateIdentity(encoded: bytes) {
    case .some(let read): (read.certificate, read.key.pkcs8.equals(kept.key.pkcs8))
    case .none: nil
    }
}

@Test func aRecordGivesBackWhatWasKept() throws {
    let kept = try identity()
    let read = try decoded(kept.encoded(), kept)
    #expect(read?.0 == kept.certificate && read?.isSameKey == true)
}

@Test func aRecordThatIsCutOrChangedIsNone() throws {
    let kept = try identity()
    let whole = kept.encoded()
    for count in 0..<whole.count {
        let isNone = try decoded(whole.part(0..<count), kept) == nil
        #expect(isNone, "\(count) bytes")
    }
    for offset in [0, 1, 4, 5, 12] {
        let changed = Secret(capacity: whole.count) { room in
            whole.withBytes { room.copyMemory(from: $0) }
            room[offset] ^= 0xff
            return whole.count
        }
        let isNone = try decoded(changed, kept) == nil
        #expect(isNone, "byte \(offset)")
    }
}

/// Of those here each vouches for itself, as an anchor does.
@Test func whoVouchesForItselfIsNoPartOfAChain() throws {
    let others = [try certificate(MadeUp.ecCertificate64), try certificate(MadeUp.rsaCertificate)]
    let chain = try identity(others: others).chain
    #expect(chain.isEmpty)
}

@Test(arguments: [
    ("2025-12-31T23:59:59Z", "not yet"), ("2026-01-01T00:00:00Z", "good"),
    ("2035-12-31T23:59:59Z", "good"), ("2036-01-01T00:00:00Z", "expired"),
])
func theTimeOfACertificate(now: String, state: String) throws {
    let identity = try identity()
    let now = try #require(Timestamp(rfc3339: now))
    var found = "good"
    do throws(CertificateError) { try identity.check(now: now) } catch {
        switch error {
        case .expired: found = "expired"
        case .notYetValid: found = "not yet"
        default: found = "\(error)"
        }
    }
    #expect(found == state)
}

@Test func shortKeysAreRefused() throws {
    let identity = try identity(MadeUp.rsaCertificate, key: MadeUp.rsaPKCS1)
    var found: CertificateError?
    do throws(CertificateError) { try identity.check(now: identity.certificate.notBefore) } catch {
        found = error
    }
    #expect(found == .weakKey(.rsa(bits: 1024)))
}
