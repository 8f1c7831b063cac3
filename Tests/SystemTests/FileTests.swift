// Files, directories and locks in a directory of the test's own.
import Foundation
import System
import Testing

/// A directory that goes away with its owner.
private final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        stat("\(path)/\(name)", &status)
        return status.st_mode & 0o7777
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

@Test func replacingMakesDirectoriesAndKeepsTheModeThatWas() throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/a/b/file"
    #expect(try AtomicFile.read(file) == nil)
    try AtomicFile.replace(file, with: [1, 2])
    #expect(try AtomicFile.read(file) == [1, 2])
    #expect(scratch.mode("a") == 0o700)
    #expect(scratch.mode("a/b/file") == 0o600)
    chmod(file, 0o640)
    try AtomicFile.replace(file, with: [3])
    #expect(try AtomicFile.read(file) == [3])
    #expect(scratch.mode("a/b/file") == 0o640)
}

@Test func replacingALinkReplacesItsTarget() throws {
    let scratch = try Scratch()
    try AtomicFile.replace("\(scratch.path)/target", with: [1])
    symlink("target", "\(scratch.path)/link")
    try AtomicFile.replace("\(scratch.path)/link", with: [2])
    #expect(try AtomicFile.read("\(scratch.path)/target") == [2])
    var status = stat()
    lstat("\(scratch.path)/link", &status)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(try scratch.names() == ["link", "target"])
}

@Test func aLinkToNothingGetsItsTarget() throws {
    let scratch = try Scratch()
    symlink("elsewhere/target", "\(scratch.path)/link")
    try AtomicFile.replace("\(scratch.path)/link", with: [2])
    #expect(try AtomicFile.read("\(scratch.path)/elsewhere/target") == [2])
    #expect(try scratch.names() == ["elsewhere", "link"])
}

@Test func aDirectoryIsNoFile() throws {
    let scratch = try Scratch()
    #expect(throws: SystemError("read", scratch.path, code: EISDIR)) {
        try AtomicFile.read(scratch.path)
    }
    #expect(throws: SystemError.self) { try AtomicFile.replace(scratch.path, with: [1]) }
}

@Test func readingTakesFilesOfEverySize() throws {
    let scratch = try Scratch()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try AtomicFile.replace("\(scratch.path)/large", with: bytes)
    #expect(try AtomicFile.read("\(scratch.path)/large") == bytes)
    // Its size is told as 0, and it is not empty.
    #expect(try AtomicFile.read("/proc/self/status")?.isEmpty == false)
}

@Test func theRuntimeDirectoryIsThisUsersAlone() throws {
    let scratch = try Scratch()
    let path = try RuntimeDirectory.make(xdgRuntimeDirectory: scratch.path)
    #expect(path == "\(scratch.path)/credtool")
    #expect(scratch.mode("credtool") == 0o700)
    chmod(path, 0o755)
    #expect(throws: SystemError("lstat", path, code: EPERM)) {
        try RuntimeDirectory.make(xdgRuntimeDirectory: scratch.path)
    }
}

@Test func aLockHasOneHolderAndItsEndFreesIt() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/lock"
    // flock tells open files apart, so a second open in this process is like another process.
    func isFree() -> Bool {
        let file = open(path, O_RDWR)
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) == 0
    }
    do {
        let held = try FileLock(path: path, within: .zero)
        #expect(!isFree())
        _ = consume held
    }
    #expect(isFree())
    let other = open(path, O_RDWR)
    defer { close(other) }
    flock(other, LOCK_EX)
    do throws(SystemError) {
        _ = try FileLock(path: path, within: .milliseconds(30))
        Issue.record("two holders of one lock")
    } catch { #expect(error.isHeldLock) }
    #expect(throws: SystemError.self) {
        _ = try FileLock(path: "\(scratch.path)/none/lock", within: .zero)
    }
}
