// Signature Version 4 against the SDKs' test suite, and against a table of its own.
import AWS
import Crypto
import FoundationEssentials
import HTTP
import Model
import Testing

private func text(_ secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

/// The example key of AWS's documentation.
private func exampleCredentials(token: String? = nil) throws -> Credentials {
    Credentials(
        accessKeyID: try #require(AccessKeyID("AKIDEXAMPLEAKIDEXAMPLE")),
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        sessionToken: token.map { Secret($0) } ?? nil)
}

// MARK: - A table of our own

private struct CanonicalCase: CustomTestStringConvertible {
    let name: String
    var path = "/"
    var query: [QueryItem] = []
    var headers = [HTTPHeader("Host", "example.com")]
    var token: String?
    var normalizes = true
    var encodesTwice = true
    let expected: String
    var testDescription: String { name }
}

private let canonicalCases = [
    CanonicalCase(
        name: "the least", expected: "/\n\nhost:example.com\nx-amz-date:DATE\n\nhost;x-amz-date"),
    CanonicalCase(
        name: "names in lower case, in order, spaces collapsed, duplicates joined",
        headers: [
            HTTPHeader("X-B", " a   b "), HTTPHeader("host", "example.com"),
            HTTPHeader("x-b", "\tc"), HTTPHeader("Content-Type", "text/plain"),
        ],
        expected:
            "/\n\ncontent-type:text/plain\nhost:example.com\nx-amz-date:DATE\nx-b:a b,c\n\n"
            + "content-type;host;x-amz-date;x-b"),
    CanonicalCase(
        name: "the query sorted after encoding, by name and then by value",
        query: [
            QueryItem("b", "2"), QueryItem("a b", "/+ü"), QueryItem("b", "1"), QueryItem("B", ""),
        ],
        expected:
            "/\nB=&a%20b=%2F%2B%C3%BC&b=1&b=2\nhost:example.com\nx-amz-date:DATE\n\nhost;x-amz-date"
    ),
    CanonicalCase(
        name: "an encoded path is encoded once more", path: "/a%20b/ü",
        expected: "/a%2520b/%C3%BC\n\nhost:example.com\nx-amz-date:DATE\n\nhost;x-amz-date"),
    CanonicalCase(
        name: "or not, for S3", path: "/a%20b/ü", encodesTwice: false,
        expected: "/a%20b/%C3%BC\n\nhost:example.com\nx-amz-date:DATE\n\nhost;x-amz-date"),
    CanonicalCase(
        name: "dots and empty segments go", path: "/a//./b/../c/",
        expected: "/a/c/\n\nhost:example.com\nx-amz-date:DATE\n\nhost;x-amz-date"),
    CanonicalCase(
        name: "dots stay where they are wanted", path: "//a/../b", normalizes: false,
        expected: "//a/../b\n\nhost:example.com\nx-amz-date:DATE\n\nhost;x-amz-date"),
    CanonicalCase(
        name: "the session token is signed", token: "made/up==",
        expected:
            "/\n\nhost:example.com\nx-amz-date:DATE\nx-amz-security-token:made/up==\n\n"
            + "host;x-amz-date;x-amz-security-token"),
]

@Test(arguments: canonicalCases)
private func canonicalRequest(_ example: CanonicalCase) throws {
    let date = Timestamp(secondsSinceEpoch: 1_440_938_160)
    var signer = SignatureV4(region: "us-east-1", service: "sts", date: date)
    signer.normalizesPath = example.normalizes
    signer.encodesPathTwice = example.encodesTwice
    let request = SignableRequest(
        method: "POST", path: example.path, query: example.query, headers: example.headers,
        bodyHash: "HASH")
    let canonical = signer.canonicalRequest(
        request, credentials: try exampleCredentials(token: example.token))
    let expected = example.expected.split(separator: "DATE", omittingEmptySubsequences: false)
        .joined(separator: "20150830T123600Z")
    #expect(text(canonical) == "POST\n\(expected)\nHASH")
}

/// The worked example of "Create a signed AWS API request" for IAM's ListUsers.
@Test func signatureOfTheDocumentation() throws {
    let signer = SignatureV4(
        region: "us-east-1", service: "iam", date: Timestamp(secondsSinceEpoch: 1_440_938_160))
    let key = try signer.signingKey(Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
    #expect(
        key.withBytes { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
            == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    let stringToSign = """
        AWS4-HMAC-SHA256
        20150830T123600Z
        20150830/us-east-1/iam/aws4_request
        f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59
        """
    #expect(
        try signer.signature(stringToSign, signingKey: key)
            == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
}

// MARK: - The SDKs' suite

private struct Context: Decodable {
    struct Key: Decodable {
        let access_key_id: String
        let secret_access_key: String
        let token: String?
    }
    let credentials: Key
    let expiration_in_seconds: Int
    let normalize: Bool
    let region: String
    let service: String
    let sign_body: Bool
    let timestamp: String
    let omit_session_token: Bool?
}

/// The suite's key ID is shorter than any that AWS gives out, so it goes in and out by name.
private let suiteKeyID = "AKIDEXAMPLE"
private let longKeyID = "AKIDEXAMPLEAKIDEXAMPLE"

private func parse(_ text: String) throws -> SignableRequest {
    let halves = text.split(separator: "\n\n", maxSplits: 1)
    var lines = halves[0].split(separator: "\n").map(String.init)
    let start = lines.removeFirst()
    let firstSpace = try #require(start.firstIndex(of: " "))
    var target = start[start.index(after: firstSpace)...]
    if target.hasSuffix(" HTTP/1.1") { target = target.dropLast(9) }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var headers: [HTTPHeader] = []
    for line in lines {
        if line.hasPrefix(" "), let last = headers.popLast() {
            headers.append(HTTPHeader(last.name, last.value + "\n" + line))
        } else {
            let field = line.split(separator: ":", maxSplits: 1)
            headers.append(HTTPHeader(String(field[0]), String(field[1])))
        }
    }
    let body = halves.count > 1 ? String(halves[1]) : ""
    return SignableRequest(
        method: String(start[..<firstSpace]), path: String(parts[0]),
        query: parts.count > 1 ? items(parts[1]) : [], headers: headers,
        bodyHash: try SHA256.digest(body.utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined())
}

private func items(_ query: Substring) -> [QueryItem] {
    query.split(separator: "&").map { item in
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return QueryItem(decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
    }
}

private func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        if byte == UInt8(ascii: "%"), let value = UInt8(digits, radix: 16) {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

private let suite = Conformance.list("sigv4")

@Test(Conformance.isPresent) func signingSuiteIsComplete() {
    #expect(suite.count >= 40)
}

@Test(
    Conformance.isPresent, arguments: suite.filter { !$0.hasPrefix("double-") },
    ["header", "query"])
func signingSuite(_ name: String, _ kind: String) throws {
    let folder = "sigv4/\(name)"
    let context = try JSONDecoder().decode(
        Context.self, from: Conformance.data("\(folder)/context.json"))
    let date = try #require(Timestamp(rfc3339: context.timestamp))
    var signer = SignatureV4(
        region: context.region, service: context.service, date: date,
        placement: kind == "header"
            ? .header : .query(expires: .seconds(context.expiration_in_seconds)))
    signer.normalizesPath = context.normalize
    // Its path came with a plain space and was encoded later, to be a valid request line.
    signer.encodesPathTwice = name != "get-space-normalized"
    signer.addsBodyHash = context.sign_body && kind == "header"
    signer.omitsSessionToken = context.omit_session_token ?? false
    #expect(context.credentials.access_key_id == suiteKeyID)
    let credentials = Credentials(
        accessKeyID: try #require(AccessKeyID(longKeyID)),
        secretAccessKey: Secret(context.credentials.secret_access_key),
        sessionToken: context.credentials.token.map { Secret($0) } ?? nil)
    let request = try parse(try #require(Conformance.text("\(folder)/request.txt")))
    func file(_ stage: String) throws -> String {
        try #require(Conformance.text("\(folder)/\(kind)-\(stage).txt"))
    }

    // The key ID is part of what query signing signs.
    let canonical = text(signer.canonicalRequest(request, credentials: credentials))
        .split(separator: longKeyID, omittingEmptySubsequences: false)
        .joined(separator: suiteKeyID)
    #expect(canonical == (try file("canonical-request")))
    let stringToSign = try signer.stringToSign(Secret(canonical))
    #expect(stringToSign == (try file("string-to-sign")))
    let key = try signer.signingKey(credentials.secretAccessKey)
    #expect(
        try signer.signature(stringToSign, signingKey: key) == (try file("signature")))

    let signed = try file("signed-request")
    if kind == "header" {
        let fields = try signer.headerFields(request, credentials: credentials)
        let expected = try parse(signed)
        for field in fields {
            let value = field.value.split(separator: longKeyID, omittingEmptySubsequences: false)
                .joined(separator: suiteKeyID)
            #expect(
                expected.headers.contains {
                    $0.name.lowercased() == field.name.lowercased() && $0.value == value
                }, "\(field.name)")
        }
    } else {
        let target = text(try signer.presignedTarget(request, credentials: credentials))
        let query = items(target.split(separator: "?", maxSplits: 1)[1])
        #expect(
            Set(query.map(\.name)) == Set(try parse(signed).query.map(\.name)))
    }
}

@Test(Conformance.isPresent, arguments: suite.filter { $0.hasPrefix("double-") })
func signingSuiteEncodesPathsTwice(_ name: String) throws {
    // These have no context: the canonical request tells the date, the signed one the scope.
    let folder = "sigv4/\(name)"
    let request = try parse(try #require(Conformance.text("\(folder)/request.txt")))
    let date = try #require(Timestamp(rfc3339: "2021-05-11T15:40:45Z"))
    let signer = SignatureV4(region: "us-east-2", service: "lambda", date: date)
    let canonical = signer.canonicalRequest(request, credentials: try exampleCredentials())
    #expect(text(canonical) == Conformance.text("\(folder)/header-canonical-request.txt"))
    if let stringToSign = Conformance.text("\(folder)/header-string-to-sign.txt") {
        #expect(try signer.stringToSign(canonical) + "\n" == stringToSign)
        let signed = try #require(Conformance.text("\(folder)/header-signed-request.txt"))
        let fields = try signer.headerFields(request, credentials: try exampleCredentials())
        let signature = try #require(fields.last?.value.split(separator: "=").last)
        #expect(signed.contains("Signature=\(signature)"))
    }
}
