// Logs: whole lines of many writers, files put aside, and what a reader sees of it.
import Foundation
import Glibc
import Testing

@testable import System

private final class Folder {
    let path = NSTemporaryDirectory() + "credtool-log-\(UUID().uuidString)"
    var log: LogFile { LogFile(path: "\(path)/state/log", limit: 100) }
    var text: String { (try? String(contentsOfFile: "\(path)/state/log", encoding: .utf8)) ?? "" }
    init() { mkdir(path, 0o700) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct LogFileTests {
    @Test func aLineIsAdded() throws {
        let folder = Folder()
        try folder.log.append("one\n")
        try folder.log.append("two\n")
        #expect(folder.text == "one\ntwo\n")
        var status = stat()
        #expect(stat(folder.log.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func aLongFileIsPutAside() throws {
        let folder = Folder()
        try folder.log.append(String(repeating: "x", count: 98) + "\n")
        folder.log.rotate()
        #expect(folder.text.utf8.count == 99)
        try folder.log.append("y\n")
        folder.log.rotate()
        #expect(folder.text.isEmpty)
        try folder.log.append("z\n")
        folder.log.rotate()
        #expect(folder.text == "z\n")
        let older = try String(contentsOfFile: folder.log.olderPath, encoding: .utf8)
        #expect(older.hasSuffix("x\ny\n"))
    }

    @Test func aReaderSeesLinesAsTheyCome() throws {
        let folder = Folder()
        let log = folder.log
        var reader = try LogReader(log)
        func lines() throws -> [String] {
            try reader.lines().map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try lines() == [])
        try log.append("a\nb")
        #expect(try lines() == ["a"])
        try log.append("c\n")
        #expect(try lines() == ["bc"])
        try log.append(String(repeating: "x", count: 100) + "\n")
        log.rotate()
        try log.append("new\n")
        #expect(try lines().count == 1)
        #expect(try lines() == ["new"])
        var other = try LogReader(log)
        #expect(try other.lines().count == 4)
    }

    @Test func theJournalIsToldInItsProtocol() throws {
        let folder = Folder()
        let path = "\(folder.path)/socket"
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        #expect(!SystemJournal.send([("A", "b")], to: path))
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        #expect(bound == 0)
        #expect(SystemJournal.send([("MESSAGE", "one\ntwo"), ("PRIORITY", "6")], to: path))
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = recv(socket, &buffer, buffer.count, 0)
        #expect(
            String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "MESSAGE=one\nPRIORITY=6\n"
        )
    }
}
