import Model
import Testing

// What reading answers and signing requests leave behind in memory: nothing.
@testable import AWS

@Test func documentsLeaveNoTrace() throws {
    let needle = MemoryScan.marker()
    func read() throws -> Bool {
        let body = Secret(capacity: 100) { room in
            var writer = SecretWriter(room)
            writer.write("<a><b>")
            needle.withBytes { writer.write($0) }
            writer.write("</b></a>")
            return writer.count
        }
        let document = try XMLDocument(body)
        switch document.secret(["b"], in: document.root) {
        case .some(let secret): return secret.equals(needle)
        case .none: return false
        }
    }
    #expect(try read())
    let after = MemoryScan.count(of: needle)
    #expect(after == 0)
}

@Test func signaturesLeaveNoTrace() throws {
    let key = MemoryScan.marker()
    let token = MemoryScan.marker()
    func sign(_ placement: SignatureV4.Placement) throws -> Int {
        let credentials = Credentials(
            accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
            secretAccessKey: key.copy(), sessionToken: token.copy())
        let signer = SignatureV4(
            region: "us-east-1", service: "sts", date: .init(secondsSinceEpoch: 0),
            placement: placement)
        let request = SignableRequest(method: "GET", headers: [], bodyHash: "")
        _ = try signer.headerFields(request, credentials: credentials)
        return try signer.presignedTarget(request, credentials: credentials).count
    }
    #expect(try sign(.header) > 0)
    #expect(try sign(.query(expires: .seconds(60))) > 0)
    let traces = [MemoryScan.count(of: key), MemoryScan.count(of: token)]
    #expect(traces == [0, 0])
}
