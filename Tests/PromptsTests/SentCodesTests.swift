// Each code is sent once, also by several processes.
import Foundation
import Model
import Prompts
import Synchronization
import Testing

private let serial = "arn:aws:iam::111122223333:mfa/alice"

private func codes(in directory: String?) -> SentCodes { SentCodes { directory } }

private func at(_ seconds: Int) -> Timestamp { Timestamp(secondsSinceEpoch: seconds) }

private final class Scratch {
    let path = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
    var file: String { "\(path)/mfa-codes" }

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Test(arguments: [false, true])
func aCodeIsSentOncePerDeviceUntilItsTimeIsOver(_ hasDirectory: Bool) throws {
    let scratch = try Scratch()
    let sent = codes(in: hasDirectory ? scratch.path : nil)
    #expect(sent.remember(mfaSerial: serial, code: "123456", now: at(1000)))
    #expect(!sent.remember(mfaSerial: serial, code: "123456", now: at(1089)))
    #expect(sent.remember(mfaSerial: serial, code: "123457", now: at(1000)))
    #expect(sent.remember(mfaSerial: "\(serial)2", code: "123456", now: at(1000)))
    #expect(sent.remember(mfaSerial: serial, code: "654321", now: at(1080)))
    #expect(sent.remember(mfaSerial: serial, code: "123456", now: at(1090)))
    #expect(!sent.remember(mfaSerial: serial, code: "654321", now: at(1090)))
    sent.forget(mfaSerial: serial, code: "654321", now: at(1090))
    #expect(sent.remember(mfaSerial: serial, code: "654321", now: at(1090)))
    // The clock was set back by a day.
    #expect(sent.remember(mfaSerial: serial, code: "654321", now: at(1090 - 86400)))
}

@Test func theFileIsSharedPrivateAndWithoutCodes() throws {
    let scratch = try Scratch()
    #expect(codes(in: scratch.path).remember(mfaSerial: serial, code: "123456"))
    #expect(!codes(in: scratch.path).remember(mfaSerial: serial, code: "123456"))
    #expect(codes(in: nil).remember(mfaSerial: serial, code: "123456"))
    let text = try String(contentsOfFile: scratch.file, encoding: .utf8)
    #expect(!text.contains("123456"))
    #expect(!text.contains("alice"))
    #expect(text.split(separator: "\n").count == 1)
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.file)[.posixPermissions]
    #expect(mode as? Int == 0o600)
}

@Test func whatIsOverLeavesTheFile() throws {
    let scratch = try Scratch()
    let sent = codes(in: scratch.path)
    #expect(sent.remember(mfaSerial: serial, code: "111111", now: at(1000)))
    #expect(sent.remember(mfaSerial: serial, code: "222222", now: at(2000)))
    let text = try String(contentsOfFile: scratch.file, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 1)
}

@Test(arguments: [
    "", "\n\n", "x", "1000 a", "\(Int.min) a b\n\(Int.max) a b\n", "1000 a b c\n\u{0}\u{ff}",
])
func aBrokenFileIsAnEmptyOne(_ content: String) throws {
    let scratch = try Scratch()
    try Data(content.utf8).write(to: URL(fileURLWithPath: scratch.file))
    let sent = codes(in: scratch.path)
    #expect(sent.remember(mfaSerial: serial, code: "123456", now: at(1000)))
    #expect(!sent.remember(mfaSerial: serial, code: "123456", now: at(1000)))
}

@Test func whereNoFileCanBeWrittenTheProcessRemembers() throws {
    let sent = codes(in: "/proc/nonexistent")
    #expect(sent.remember(mfaSerial: serial, code: "123456"))
    #expect(!sent.remember(mfaSerial: serial, code: "123456"))
}

@Test func oneOfManyAtOnceMaySendTheCode() throws {
    let scratch = try Scratch()
    let directory = scratch.path
    let winners = Mutex(0)
    // An object each, as in processes of their own: only the file is shared.
    DispatchQueue.concurrentPerform(iterations: 32) { _ in
        if codes(in: directory).remember(mfaSerial: serial, code: "123456") {
            winners.withLock { $0 += 1 }
        }
    }
    #expect(winners.withLock { $0 } == 1)
    withExtendedLifetime(scratch) {}
}

@Test(arguments: [(0, 30), (29, 1), (30, 30), (1_784_000_011, 29)])
func theNextCodeComesWithTheNextStep(_ now: Int, _ wait: Int) {
    #expect(SentCodes.untilNextCode(at(now)) == .seconds(wait))
}
