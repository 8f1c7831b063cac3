// Who is let through, and who is not.
import Model
import Testing

@testable import Server

private struct Case: CustomTestStringConvertible {
    let header: [String: String]
    let isAdmitted: Bool
    let port: UInt16?
    let refusal: Refusal?

    init(
        _ header: [String: String], isAdmitted: Bool = true, port: UInt16? = 9911,
        _ refusal: Refusal?
    ) {
        self.header = header
        self.isAdmitted = isAdmitted
        self.port = port
        self.refusal = refusal
    }

    var testDescription: String { "\(header), port \(String(describing: port))" }
}

@Test(arguments: [
    Case(["Host": "127.0.0.1:9911"], nil),
    Case(["Host": "localhost:9911"], nil),
    Case(["Host": "LocalHost:9911"], nil),
    // As the SDK for C says it.
    Case(["Host": "127.0.0.1"], nil),
    Case(["Host": "localhost"], nil),
    Case(["Host": "127.0.0.2"], .host("127.0.0.2")),
    Case(["Host": "evil.example"], .host("evil.example")),
    Case(["Host": "127.0.0.1:9912"], .host("127.0.0.1:9912")),
    Case(["Host": "evil.example:9911"], .host("evil.example:9911")),
    Case(["Host": "localhost.evil.example:9911"], .host("localhost.evil.example:9911")),
    Case([:], .host("")),
    Case(["Host": "127.0.0.1"], port: 80, nil),
    Case(["Host": "127.0.0.1:80"], port: 80, nil),
    Case(["Host": "anything"], port: nil, nil),
    Case(["Host": "127.0.0.1:9911", "Origin": "null"], .origin("null")),
    Case(["Host": "anything", "Origin": "http://x"], port: nil, .origin("http://x")),
    Case(["Host": "127.0.0.1:9911"], isAdmitted: false, .otherUser),
])
private func theGate(_ test: Case) {
    let refusal = Gate(port: test.port).refusal(isAdmitted: test.isAdmitted) { test.header[$0] }
    #expect(refusal == test.refusal)
}

@Test func aTokenAdmitsItself() {
    let token = EndpointToken.random()
    let other = EndpointToken.random()
    let count = token.text.count
    let own = token.text.withBytes { token.admits($0) }
    let foreign = other.text.withBytes { token.admits($0) }
    let part = token.text.withBytes {
        token.admits(UnsafeRawBufferPointer(rebasing: $0.dropLast()))
    }
    let none = token.admits(nil)
    #expect(count == 64)
    #expect([own, foreign, part, none] == [true, false, false, false])
}

@Test func metadataTokensEnd() {
    let tokens = MetadataTokens()
    let start = MonotonicTime(sinceBoot: 1_000_000_000)
    let token = tokens.make(lifetime: .seconds(10), now: start)
    func isAdmitted(after duration: Duration) -> Bool {
        token.withBytes { tokens.admits($0, now: start + duration) }
    }
    let before = isAdmitted(after: .seconds(9))
    let afterwards = isAdmitted(after: .seconds(10))
    #expect([before, afterwards] == [true, false])
    #expect(!tokens.admits(nil, now: start))
}

@Test(
    arguments: [
        ("1", 1), ("21600", 21_600), ("0", nil), ("21601", nil), ("-1", nil), ("", nil), (nil, nil),
        ("1.5", nil), ("１", nil), ("000000000000001", nil),
    ] as [(String?, Int?)])
func lifetimesOfMetadataTokens(_ text: String?, _ seconds: Int?) {
    #expect(MetadataTokens.lifetime(text) == seconds.map { .seconds($0) })
}
