// Files, directories and locks in a directory of the test's own.
import Foundation
import Model
import Testing

@testable import System

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

private func array(_ secret: consuming Secret?) -> [UInt8]? {
    guard let secret = consume secret else { return nil }
    return secret.withBytes { Array($0) }
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
    try AtomicFile.replace(file, with: [4], isSecret: true)
    #expect(scratch.mode("a/b/file") == 0o600)
}

@Test func whereAFileCouldBeMadeIsTold() throws {
    let scratch = try Scratch()
    #expect(AtomicFile.mayWrite("\(scratch.path)/file"))
    #expect(AtomicFile.mayWrite("\(scratch.path)/a/b/file"))
    try AtomicFile.replace("\(scratch.path)/file", with: [1])
    #expect(!AtomicFile.mayWrite("\(scratch.path)/file/in a file"))
    // Read-only for root, too.
    #expect(!AtomicFile.mayWrite("/proc/sys/a/b"))
    #expect(try scratch.names() == ["file"])
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
    for size in [0, 1, 4095, 4096, 4097, 100_000] {
        try AtomicFile.replace("\(scratch.path)/sized", with: Array(bytes.prefix(size)))
        #expect(try AtomicFile.read("\(scratch.path)/sized")?.count == size)
        let secret = try AtomicFile.readSecret("\(scratch.path)/sized", limit: 100_000)
        #expect(array(secret) == Array(bytes.prefix(size)))
    }
    // Its size is told as 0, and it is not empty.
    #expect(try AtomicFile.read("/proc/self/status")?.isEmpty == false)
}

@Test func devicesAndPipesAreNoFiles() throws {
    let scratch = try Scratch()
    let pipe = "\(scratch.path)/pipe"
    mkfifo(pipe, 0o600)
    for path in ["/dev/zero", pipe] {
        for error in [
            #expect(throws: SystemError.self) { try AtomicFile.read(path) },
            #expect(throws: SystemError.self) { _ = try AtomicFile.readSecret(path, limit: 9) },
            #expect(throws: SystemError.self) { try AtomicFile.replace(path, with: [1]) },
        ] {
            #expect(error?.isNoRegularFile == true)
            #expect(error?.reason == "is no regular file")
        }
    }
    // People name it for a file that is empty.
    #expect(try AtomicFile.read("/dev/null") == [])
}

@Test func aFileHasALimit() throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/file"
    try AtomicFile.replace(file, with: [UInt8](repeating: 1, count: 5000))
    #expect(try AtomicFile.read(file, limit: 5000)?.count == 5000)
    #expect(throws: SystemError("read", file, code: EFBIG)) {
        try AtomicFile.read(file, limit: 4999)
    }
    #expect(try AtomicFile.readSecret(file, limit: 5000)?.count == 5000)
    #expect(throws: SystemError("read", file, code: EFBIG)) {
        _ = try AtomicFile.readSecret(file, limit: 4999)
    }
    // One whose size is not told beforehand.
    #expect(throws: SystemError("read", "/proc/self/status", code: EFBIG)) {
        try AtomicFile.read("/proc/self/status", limit: 10)
    }
}

@Test func aShellsPipeIsReadToItsEnd() throws {
    let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    defer { close(reading) }
    let writer = Thread {
        usleep(20_000)
        _ = bytes.withUnsafeBytes { AtomicFile.write($0, to: writing, "a pipe") }
        close(writing)
    }
    writer.start()
    let secret = try AtomicFile.readSecret("/dev/fd/\(reading)", limit: 1 << 20)
    #expect(array(secret) == bytes)
}

/// Bytes that are no UTF-8, characters that stand for such bytes elsewhere, and plain ones.
@Test(
    arguments: [
        [0xff], [0x61, 0x80, 0x62], [0xc3, 0xa9], [0xc3], [0xf4, 0x8f, 0xbf, 0xbf],
        [0xf4, 0x8f, 0xbe, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98, 0x80], [0x2f, 0xcc, 0x88],
        [0xc0, 0x80], [0xf4, 0x80, 0x80, 0x80], [],
    ] as [[UInt8]])
func aPathKeepsItsBytes(_ bytes: [UInt8]) throws {
    let text = (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
        String(path: $0.baseAddress.unsafelyUnwrapped)
    }
    let back = text.withPath { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
    #expect(back.map { UInt8(bitPattern: $0) } == bytes)
    #expect(text.pathForDisplay.utf8.contains(0xf4) == (bytes == [0xf4, 0x80, 0x80, 0x80]))

    let scratch = try Scratch()
    let file = "\(scratch.path)/d\(text)/f\(text)"
    try AtomicFile.replace(file, with: [7])
    #expect(try AtomicFile.read(file) == [7])
}

// MARK: What killed writers leave

@Test func deadWritersFilesAreSweptAndNoOthers() throws {
    let scratch = try Scratch()
    let names = [
        ".vault.credtool-1z", ".config.credtool-abc", ".config.credtool-live", ".x.credtool-new",
        ".config.credtool-", ".config.credtool-A_B", "config.credtool-abc", "config.abc", ".aws",
        ".dir.credtool-1",
    ]
    for name in names {
        let path = "\(scratch.path)/\(name)"
        if name.hasPrefix(".dir") { mkdir(path, 0o700) } else { close(creat(path, 0o600)) }
        var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        if !name.hasSuffix("new") { utimensat(AT_FDCWD, path, &times, 0) }
    }
    let live = open("\(scratch.path)/.config.credtool-live", O_RDWR)
    defer { close(live) }
    flock(live, LOCK_EX)
    try AtomicFile.replace("\(scratch.path)/config", with: [1])
    #expect(try scratch.names() == (names.dropFirst(2) + ["config"]).sorted())
}

@Test func aNewFileIsLockedAndItsOwnersAloneUntilItIsInPlace() throws {
    let scratch = try Scratch()
    let target = "\(scratch.path)/config"
    do {
        _ = try TemporaryFile(for: target)
        let made = try TemporaryFile(for: target)
        let name = try #require(try scratch.names().first)
        #expect(TemporaryFile.isTemporary(name) && name.hasPrefix(".config."))
        #expect(scratch.mode(name) == 0o600)
        let other = open("\(scratch.path)/\(name)", O_RDWR)
        defer { close(other) }
        #expect(flock(other, LOCK_EX | LOCK_NB) != 0)
        _ = consume made
    }
    #expect(try scratch.names() == [])
}

// MARK: Directories and locks

@Test func theRuntimeDirectoryIsThisUsersAlone() throws {
    let scratch = try Scratch()
    let path = try RuntimeDirectory.make(
        xdgRuntimeDirectory: scratch.path, fallback: "\(scratch.path)/other")
    #expect(path == "\(scratch.path)/credtool")
    #expect(scratch.mode("credtool") == 0o700)
    chmod(path, 0o755)
    #expect(throws: SystemError("lstat", path, code: EPERM)) {
        try RuntimeDirectory.make(
            xdgRuntimeDirectory: scratch.path, fallback: "\(scratch.path)/other")
    }
}

@Test(
    .enabled(
        if: access("/run/user/\(getuid())", F_OK) != 0, "this user has a runtime directory anyway"))
func withoutARuntimeDirectoryTheUsersOwnFilesHaveOne() throws {
    let scratch = try Scratch()
    let fallback = "\(scratch.path)/share/credtool-run"
    #expect(try RuntimeDirectory.make(xdgRuntimeDirectory: nil, fallback: fallback) == fallback)
    #expect(scratch.mode("share/credtool-run") == 0o700)
    #expect(
        try RuntimeDirectory.make(xdgRuntimeDirectory: "relative", fallback: fallback) == fallback)
}

@Test(
    .enabled(
        if: geteuid() == 0 && access("/run/user/0", F_OK) != 0,
        "only root can be in another user's home"))
func rootMakesNoDirectoryInAnotherUsersHome() throws {
    let scratch = try Scratch()
    chown(scratch.path, 65534, 65534)
    #expect(throws: SystemError("lstat", scratch.path, code: EPERM)) {
        try RuntimeDirectory.make(xdgRuntimeDirectory: nil, fallback: "\(scratch.path)/a/b")
    }
    #expect(try scratch.names() == [])
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

@Test func whatTheDiskGivesBackDecides() throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/file"
    try AtomicFile.replace(file, with: [1])
    var seen: [UInt8]?
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(throws: SystemError.self) {
        try AtomicFile.replace(file, with: bytes) { found in
            seen = found
            return false
        }
    }
    #expect(seen == bytes)
    #expect(try AtomicFile.read(file) == [1])
    #expect(try scratch.names() == ["file"])
    try AtomicFile.replace(file, with: bytes) { $0 == bytes }
    #expect(try AtomicFile.read(file) == bytes)
}
