// What a program begins with that is started and left alone.
import Glibc
import System
import Testing

@Suite struct DetachedProgramTests {
    /// The signals are those of `Waiting`; any other program is ended by them.
    @Test(arguments: [true, false])
    func theOrderToEndIsKeptForWhoTakesIt(_ takesEndings: Bool) throws {
        let path = "/tmp/detached-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(path) }
        // No shell, since it may unblock them.
        let status = try DetachedProgram.start(
            ["cp", "/proc/self/status", path], environment: ProcessEnvironment(),
            watch: .seconds(10), takesEndings: takesEndings)
        #expect(status == nil)
        let text = String(decoding: try #require(try AtomicFile.read(path)), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("SigBlk:\t") })
        let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].reduce(UInt64(0)) { $0 | 1 << ($1 - 1) }
        let blocked = UInt64(line.dropFirst(8), radix: 16)
        #expect(blocked == (takesEndings ? endings : 0))
    }
}
