// Secrets: what they hold, whom they equal, and that they are wiped.
import Glibc
import Model
import Testing

private struct Refusal: Error, Equatable {}

@Test(arguments: [
    ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "ab", false), ("ab", "aB", false),
    ("", "a", false), ("x\0y", "x\0y", true), ("x\0y", "x\0z", false),
])
func equality(_ left: String, _ right: String, _ isEqual: Bool) {
    let found = Secret(left).equals(Secret(right))
    #expect(found == isEqual)
}

@Test func holdsTheBytesAndShowsNone() {
    let secret = Secret("made up")
    #expect(secret.count == 7)
    #expect(secret.withBytes { Array($0) } == Array("made up".utf8))
    #expect(secret.description == "<secret>")
    let isCopyEqual = secret.copy().equals(secret)
    #expect(isCopyEqual)
}

@Test func fillMayUseLessThanItsRoom() {
    let secret = Secret(capacity: 10_000) { buffer in
        #expect(buffer.count == 10_000)
        #expect(buffer.allSatisfy { $0 == 0 })
        buffer[0] = 7
        return 1
    }
    #expect(secret.withBytes { Array($0) } == [7])
}

@Test func whatFillThrowsComesOut() {
    #expect(throws: Refusal()) {
        _ = try Secret(capacity: 8) { buffer throws(Refusal) -> Int in throw Refusal() }
    }
}

/// A pipe that holds on to a page of memory itself, not to a copy of its bytes: what it gives
/// after the page was unmapped is what was left in it.
private final class HeldPage {
    private let ends: (read: Int32, write: Int32)
    private let count: Int

    /// Nil where the kernel refuses.
    init?(_ bytes: UnsafeRawBufferPointer) {
        typealias VMSplice = @convention(c) (Int32, UnsafePointer<iovec>, Int, UInt32) -> Int
        var pair: [Int32] = [0, 0]
        guard let symbol = dlsym(nil, "vmsplice"), pipe(&pair) == 0 else { return nil }
        ends = (pair[0], pair[1])
        count = bytes.count
        var vector = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        guard unsafeBitCast(symbol, to: VMSplice.self)(ends.write, &vector, 1, 0) == bytes.count
        else { return nil }
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    func bytes() -> [UInt8] {
        var buffer = [UInt8](repeating: 0xFF, count: count)
        let length = read(ends.read, &buffer, count)
        return Array(buffer.prefix(max(0, length)))
    }
}

private let text = Array("a secret that is made up".utf8)

@Test func pageSeenThroughThePipeIsTheSecretsOwn() throws {
    let secret = Secret("a secret that is made up")
    guard let page = secret.withBytes({ HeldPage($0) }) else {
        Issue.record("vmsplice is refused")
        return
    }
    let bytes = page.bytes()
    #expect(bytes == text)
    _ = secret.count
}

@Test func bytesAreWipedWithTheirOwner() throws {
    var page: HeldPage?
    do {
        let secret = Secret("a secret that is made up")
        page = secret.withBytes { HeldPage($0) }
    }
    let bytes = page?.bytes()
    #expect(bytes == [UInt8](repeating: 0, count: text.count))
}

@Test func partsShareThePagesUntilTheLastIsGone() throws {
    var page: HeldPage?
    do {
        let part: Secret
        do {
            let secret = Secret("a secret that is made up")
            page = secret.withBytes { HeldPage($0) }
            part = secret.part(2..<8)
            #expect(part.withBytes { Array($0) } == Array("secret".utf8))
            let isPage = part.withBytes { part in
                secret.withBytes { part.baseAddress == $0.baseAddress.map { $0 + 2 } }
            }
            #expect(isPage)
        }
        #expect(part.part(0..<3).withBytes { Array($0) } == Array("sec".utf8))
    }
    let bytes = page?.bytes()
    #expect(bytes == [UInt8](repeating: 0, count: text.count))
}

@Test func bytesAreWipedWhereFillThrows() {
    var page: HeldPage?
    #expect(throws: Refusal()) {
        _ = try Secret(capacity: text.count) { buffer throws(Refusal) -> Int in
            buffer.copyBytes(from: text)
            page = HeldPage(UnsafeRawBufferPointer(buffer))
            throw Refusal()
        }
    }
    let bytes = page?.bytes()
    #expect(bytes == [UInt8](repeating: 0, count: text.count))
}

@Test func pagesAreLeftOutOfCoreDumps() throws {
    let secret = Secret("made up")
    let address = secret.withBytes { UInt(bitPattern: $0.baseAddress) }
    let flags = try #require(vmFlags(ofPageAt: address))
    #expect(flags.contains("dd"))
    _ = secret.count
}

/// The kernel's flags of the mapping that starts at or holds `address`.
private func vmFlags(ofPageAt address: UInt) -> [Substring]? {
    guard let file = fopen("/proc/self/smaps", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    var isInside = false
    while fgets(&line, Int32(line.count), file) != nil {
        let text = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let range = text.split(separator: " ").first?.split(separator: "-") ?? []
        if range.count == 2, let start = UInt(range[0], radix: 16),
            let end = UInt(range[1], radix: 16)
        {
            isInside = start <= address && address < end
        } else if isInside, text.hasPrefix("VmFlags:") {
            return text.split(whereSeparator: \.isWhitespace)
        }
    }
    return nil
}
