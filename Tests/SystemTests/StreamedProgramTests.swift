// Programs whose output is taken as it comes, the order to stop, and threads that share work.
import Foundation
import Glibc
import Model
import Testing

@testable import System

private func words(_ words: [String]) -> [UnsafeMutablePointer<CChar>] {
    words.compactMap { strdup($0) }
}

private func run(
    _ script: String, stop: StopOrder? = nil
) throws -> (status: Subprocess.Status?, output: String, errors: String) {
    let stop = try stop ?? StopOrder()
    var program = try StreamedProgram(
        path: "/bin/sh", arguments: words(["sh", "-c", script]),
        environment: words(["PATH=/usr/bin:/bin", "X=y"]))
    var output: [UInt8] = []
    var errors: [UInt8] = []
    let status = try program.run(until: stop) { stream, bytes in
        switch stream {
        case .output: output += bytes
        case .errors: errors += bytes
        }
    }
    return (
        status, String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self)
    )
}

@Test func bothStreamsAreTaken() throws {
    let result = try run("echo $X; echo no >&2; exit 3")
    #expect(result.status == .exited(3) && result.output == "y\n" && result.errors == "no\n")
}

@Test func muchOutputIsTakenWhole() throws {
    let result = try run("head -c 3000000 /dev/zero | tr '\\0' x; kill -9 $$")
    #expect(result.status == .signalled(9) && result.output.utf8.count == 3_000_000)
}

@Test func nothingIsThereToRead() throws {
    #expect(try run("cat; echo over").output == "over\n")
}

@Test func whatWasLeftInTheBackgroundIsNotWaitedFor() throws {
    let result = try run("sleep 100 & echo $!; exit 0")
    kill(pid_t(result.output.trimmed) ?? 0, SIGKILL)
    #expect(result.status == .exited(0))
}

@Test func theOrderToStopIsPassedOn() throws {
    let stop = try StopOrder()
    stop.give(signal: SIGINT, isKnown: false)
    let result = try run(
        "trap 'echo told; exit 7' INT; sleep 0.2; while :; do sleep 0.05; done", stop: stop)
    // It came before the trap, or after it.
    #expect(result.status == .signalled(SIGINT) || result.status == .exited(7))
}

@Test func whoKnowsItIsNotToldTwice() throws {
    let stop = try StopOrder()
    stop.give(signal: SIGINT, isKnown: true)
    #expect(try run("trap 'exit 7' INT; sleep 0.5; exit 4", stop: stop).status == .exited(4))
}

@Test func impatienceEndsWhoeverIgnoresIt() throws {
    let stop = try StopOrder()
    stop.give(signal: SIGINT, isKnown: true)
    stop.give(signal: SIGINT, isKnown: true)
    #expect(try run("trap '' INT TERM; sleep 100", stop: stop).status == nil)
}

@Test func aTextWithoutInterpreterIsRunByTheShell() throws {
    let path = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
    defer { unlink(path) }
    try "echo from $0 $1\n".write(toFile: path, atomically: false, encoding: .utf8)
    chmod(path, 0o755)
    var program = try StreamedProgram(
        path: path, arguments: words(["x", "word"]), environment: [])
    var output: [UInt8] = []
    let status = try program.run(until: StopOrder()) { output += $1 }
    #expect(status == .exited(0))
    #expect(String(decoding: output, as: UTF8.self) == "from \(path) word\n")
}

@Test func threadsShareTheirWork() throws {
    let left = Monitor(1000)
    let threads = try WorkerThreads(8) {
        while left.change({ count in
            count -= 1
            return count >= 0
        }) {}
    }
    let signals = try StopSignals()
    while !threads.haveEnded { signals.wait(orEndOf: threads) }
    #expect(left.change { $0 } == -8)
}

@Test func oneThreadWaitsForAnother() throws {
    let turn = Monitor(0)
    let threads = try WorkerThreads(2) {
        turn.change { $0 += 1 }
        turn.change(when: { $0 >= 2 }) { $0 += 10 }
    }
    let signals = try StopSignals()
    while !threads.haveEnded { signals.wait(orEndOf: threads) }
    #expect(turn.change { $0 } == 22)
}
