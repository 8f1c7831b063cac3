// Keys in long files: at every place of a piece, with the right line.
import Model
import Testing

@testable import Scan

private let id = "AKIA" + "Y34FZKBOKMUTVV7A"
private let secret = "q8Zr/Tn0bXk4mWf7+LsV" + "c2JhYp9dGu3EeRa1QoMt"
private let text = "aws_access_key_id=\(id)\naws_secret_access_key=\(secret)\n"
private let now = Timestamp(secondsSinceEpoch: 0)

/// The lines and IDs that are found in a text that is passed in parts of `size` bytes.
private func found(_ text: String, _ size: Int, _ stream: KeyStream) -> [String] {
    stream.begin()
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: size) {
            let end = min(bytes.count, start + size)
            stream.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
    }
    stream.end()
    return stream.found.map { "\($0.line) \($0.sighting.id?.description ?? "-")" }
}

@Test(arguments: [
    // Around the end of the first piece, and where the second one begins again.
    1_048_576, 1_048_576 - 4096, 1_048_576 - 8192, 1_048_576 - 4096 - 20, 1_048_576 - 30, 2_088_000,
])
func findsAKeyOnceWhereverItStands(around place: Int) {
    let stream = KeyStream(now: now)
    for shift in stride(from: -130, through: 130, by: 13) {
        let lines = (place + shift) / 8
        let start = String(repeating: "1234567\n", count: lines)
        #expect(
            found(start + text + start, 300_007, stream) == ["\(lines + 2) \(id)"],
            "\(place) \(shift)")
    }
}

@Test func aStreamIsUsedAgain() {
    let stream = KeyStream(now: now)
    #expect(found(text, 7, stream) == ["2 \(id)"])
    #expect(found("", 7, stream) == [])
    #expect(found("\n" + text, 1000, stream) == ["3 \(id)"])
}

@Test(arguments: [
    ("a text", false), ("\0", true), (String(repeating: "x", count: 7999) + "\0", true),
    (String(repeating: "x", count: 8000) + "\0", false),
])
func knowsWhatIsNoText(text: String, isBinary: Bool) {
    let stream = KeyStream(now: now)
    stream.begin()
    Array(text.utf8).withUnsafeBytes { stream.append($0) }
    #expect(stream.isBinary == isBinary)
}

@Test(arguments: [1, 3, 50, 1000])
func takesObjectsApart(size: Int) {
    let bytes = Array("aa blob 3\nx\ny\nbb missing\ncc tree 0\n\ndd commit 1\nz\n".utf8)
    var stream = ObjectStream()
    var events: [String] = []
    bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: size) {
            let end = min(bytes.count, start + size)
            stream.take(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) { event in
                switch event {
                case .begin(let object): events.append("\(object.id) \(object.kind) ")
                case .content(let part):
                    events[events.count - 1] += String(decoding: part, as: UTF8.self)
                case .end: events[events.count - 1] += "."
                }
            }
        }
    }
    #expect(events == ["aa blob x\ny.", "cc tree .", "dd commit z."])
    #expect(!stream.isMalformed && !stream.isWhole)
}

@Test(arguments: [
    ("", true), ("aa blob 1\nx\n", true), ("aa blob 1\nx", false), ("aa blob 2\nx\n", false),
    ("aa blob", false), ("aa missing\n", false),
])
func knowsWhatIsWhole(text: String, isWhole: Bool) {
    var stream = ObjectStream()
    Array(text.utf8).withUnsafeBytes { stream.take($0) { _ in } }
    #expect(stream.isWhole == isWhole)
}

@Test func whatIsNoObjectEndsTheStream() {
    var stream = ObjectStream()
    Array(repeating: UInt8(ascii: "x"), count: 300).withUnsafeBytes { stream.take($0) { _ in } }
    #expect(stream.isMalformed)
}
