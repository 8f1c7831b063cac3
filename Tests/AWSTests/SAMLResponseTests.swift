// What SAML responses say, and which texts are none. The sample is pysaml2's.
import Foundation
import Model
import Testing

@testable import AWS

private let admin = SAMLRole(
    role: .role("Admin", accountID: "111122223333", partition: "aws"),
    provider: ARN("arn:aws:iam::111122223333:saml-provider/Corp").unsafelyUnwrapped)
private let deploy = SAMLRole(
    role: .role("ops/Deploy", accountID: "444455556666", partition: "aws"),
    provider: ARN("arn:aws:iam::444455556666:saml-provider/Corp").unsafelyUnwrapped)

private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

private func claims(_ posted: String) throws(SAMLResponseError) -> SAMLClaims {
    try SAMLResponse(Secret(posted)).claims
}

/// The sample with one part in the place of another, which has to be there.
private func sample(_ old: String, _ new: String) -> String {
    precondition(samlSample.contains(old), old)
    return base64(samlSample.replacingOccurrences(of: old, with: new))
}

@Test func allOfAResponseIsRead() throws {
    let claims = try claims(base64(samlSample))
    #expect(claims.roles == [admin, deploy])
    #expect(claims.sessionName == "alice@example.com")
    #expect(claims.sessionDuration == .seconds(7200))
    #expect(claims.audiences == ["urn:amazon:webservices"])
    #expect(claims.recipient == "https://signin.aws.amazon.com/saml")
    #expect(claims.notBefore == Timestamp(rfc3339: "2026-01-02T03:00:00Z"))
    #expect(claims.notOnOrAfter == Timestamp(rfc3339: "2026-01-02T03:05:00Z"))
    #expect(claims.sessionEnd == Timestamp(rfc3339: "2026-01-02T05:00:00Z"))
}

@Test(arguments: [
    ("role,provider", admin.role.description, admin.provider.description, true),
    ("provider, role", "\(admin.provider)", " \(admin.role)", true),
    ("two roles", "\(admin.role)", "\(admin.role)", false),
    ("two providers", "\(admin.provider)", "\(admin.provider)", false),
    ("no ARN", "Admin", "\(admin.provider)", false),
    ("a user", "arn:aws:iam::111122223333:user/me", "\(admin.provider)", false),
    ("an OIDC provider", "\(admin.role)", "arn:aws:iam::111122223333:oidc-provider/x", false),
])
func pairsOfARNs(_ name: String, _ first: String, _ second: String, _ isPair: Bool) {
    #expect(SAMLRole("\(first),\(second)") == (isPair ? admin : nil), "\(name)")
}

@Test func threeARNsAreNoPair() {
    #expect(SAMLRole("\(admin.role),\(admin.provider),\(admin.role)") == nil)
    #expect(SAMLRole("\(admin.role)") == nil)
}

@Test func aRoleThatStandsTwiceIsOfferedOnce() throws {
    let claims = try claims(
        sample(
            "\(deploy.provider), \(deploy.role)",
            "\(admin.provider),\(admin.role)"))
    #expect(claims.roles == [admin])
}

/// A comment in a name must not cut it: what is read would not be what is signed.
@Test func aCommentCutsNothing() throws {
    #expect(try claims(sample("role/Admin,", "role/Ad<!-- x -->min,")).roles.first == admin)
}

@Test func theEarlierEndCounts() throws {
    let claims = try claims(
        sample(
            "SubjectConfirmationData NotOnOrAfter=\"2026-01-02T03:05:00Z\"",
            "SubjectConfirmationData NotOnOrAfter=\"2026-01-02T03:01:00.123Z\""))
    #expect(claims.notOnOrAfter == Timestamp(rfc3339: "2026-01-02T03:01:00Z"))
}

/// Forms turn a plus sign into a blank, files wrap lines, programs end theirs.
@Test func whatBecomesOfBase64OnTheWay() throws {
    // The text has both characters that are no letter or digit.
    let xml = samlSample.replacingOccurrences(of: "alice@", with: "alice>>>???~~~@")
    let text = base64(xml)
    #expect(text.contains("+") && text.contains("/"))
    let wrapped = Data(xml.utf8).base64EncodedString(options: .lineLength76Characters)
    for posted in [text, text.replacingOccurrences(of: "+", with: " "), wrapped, "\n\(text)\r\n"] {
        let response = try SAMLResponse(Secret(posted))
        #expect(response.claims.sessionName == "alice>>>???~~~@example.com")
        let isAsPosted = response.text.equals(Secret(text))
        #expect(isAsPosted)
    }
}

@Test(arguments: 0...3)
func base64OfEveryLength(_ count: Int) throws {
    let text = base64(samlSample + String(repeating: "\n", count: count))
    for padded in [text, text.filter { $0 != "=" }] {
        #expect(try claims(padded).roles.count == 2)
    }
}

@Test(arguments: [
    ("", SAMLResponseError.empty), (" \n", .empty), ("<Response/>", .notBase64),
    ("SAMLResponse=\(base64(samlSample))", .notBase64), ("A", .notBase64), ("QQ===", .notBase64),
    (base64("<a/>"), .otherDocument("a")),
    (base64("<p:AuthnRequest/>"), .otherDocument("AuthnRequest")),
    (base64("<p:Response/>"), .noAssertion),
    (base64(samlSample + samlSample), .several),
    (base64(samlSample) + "\n" + base64(samlSample), .several),
    (
        sample(
            "</ns1:Assertion>", "</ns1:Assertion><ns1:Assertion/>"), .several
    ),
    (sample("</ns1:Assertion>", "</ns1:Assertion><ns1:EncryptedAssertion/>"), .several),
    (base64("<Response><EncryptedAssertion/></Response>"), .encrypted),
    (
        sample(
            "status:Success\"/>", "status:Responder\"/><ns0:StatusMessage>No</ns0:StatusMessage>"),
        .refused(status: "Responder", message: "No")
    ),
    (
        sample(
            "status:Success\"/>",
            "status:Responder\"><ns0:StatusCode Value=\"a:Denied\"/></ns0:StatusCode>"
        ), .refused(status: "Denied", message: "")
    ),
    (String(repeating: "A", count: 100_001), .tooLong(100_001)),
])
func textsThatAreNoResponse(_ posted: String, _ error: SAMLResponseError) {
    #expect(throws: error) { _ = try claims(posted) }
}

@Test(arguments: [
    "{}", "<Response>", "<!DOCTYPE a [<!ENTITY b \"c\">]><Response>&b;</Response>",
    "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><Response/>",
    String(repeating: "<Response>", count: 17) + String(repeating: "</Response>", count: 17),
])
func documentsThatAreRefused(_ xml: String) {
    let error = #expect(throws: SAMLResponseError.self) { _ = try claims(base64(xml)) }
    guard case .notXML = error else {
        Issue.record("\(String(describing: error))")
        return
    }
}
