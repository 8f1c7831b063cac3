// Real programs, run to their end or ended.
import Foundation
import Model
import Testing

@testable import System

private func text(_ result: borrowing Subprocess.Result) -> String {
    result.output.withBytes { String(decoding: $0, as: UTF8.self) }
}

private func shell(_ script: String, deadline: Duration? = .seconds(60)) -> Subprocess {
    Subprocess(["sh", "-c", script], deadline: deadline)
}

/// A program in a directory of its own, which goes away with its owner.
private final class Program {
    let directory = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
    var path: String { "\(directory)/stand-in" }

    init(_ content: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        // By another process: a child that another thread starts meanwhile would hold a file that
        // is open here for writing, and the kernel runs no such program.
        let script = #"cat > "$0"; chmod "$1" "$0""#
        _ = try Subprocess(
            ["sh", "-c", script, path, String(mode, radix: 8)], deadline: .seconds(60)
        ).run(writing: Secret(content))
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}

/// Whether it runs; one that has ended can wait long for whoever adopted it.
private func isAlive(_ id: String) -> Bool {
    let id = id.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else {
        return false
    }
    return stat.split(separator: ") ").last?.hasPrefix("Z") == false
}

@Suite struct SubprocessTests {
    @Test func outputStatusAndErrorOutputAreKeptApart() throws {
        var command = shell("printf out; printf err >&2; exit 3")
        command.errorOutput = .collected
        let result = try command.run()
        #expect(result.status == .exited(3))
        #expect(text(result) == "out")
        #expect(result.errorOutput == "err")
        let killed = try shell("kill -9 $$").run()
        #expect(killed.status == .signalled(9))
    }

    @Test func argumentsReachTheProgramAsTheyAre() throws {
        let words = ["", " ", "$HOME", "*", "a'b\"c\\", "naïve", "-n"]
        let result = try Subprocess(
            ["sh", "-c", #"for word; do printf '%s\n' "$word"; done"#, "sh"] + words,
            deadline: .seconds(60)
        ).run()
        #expect(text(result) == words.map { "\($0)\n" }.joined())
        #expect(throws: SubprocessError.system(SystemError("posix_spawn", "true", code: EINVAL))) {
            _ = try Subprocess(["true", "a\0b"], deadline: nil).run()
        }
    }

    @Test func theEnvironmentIsTheParentsWithTheChanges() throws {
        let environment = ProcessEnvironment(changing: ["NEW": "a=b", "HOME": nil, "LANG": ""])
        #expect(environment["NEW"] == "a=b")
        #expect(environment["HOME"] == nil)
        #expect(environment["LANG"] == nil)
        #expect(environment["PATH"] == String(cString: getenv("PATH")))
        let result = try Subprocess(
            ["env", "-0"], environment: environment, deadline: .seconds(60)
        ).run()
        let lines = text(result).split(separator: "\0")
        #expect(lines.contains("NEW=a=b"))
        #expect(lines.contains("LANG="))
        #expect(lines.contains("PATH=\(String(cString: getenv("PATH")))"))
        #expect(!lines.contains { $0.hasPrefix("HOME=") })
        #expect(lines.count { $0.hasPrefix("LANG=") } == 1)
    }

    @Test func theProgramIsLookedForInThePathOfTheEnvironment() throws {
        let program = try Program("#!/bin/sh\necho here\n")
        let dead = try Program("#!/bin/sh\n", mode: 0o644)
        let path = "/nonexistent:\(dead.directory):\(program.directory)"
        let environment = ProcessEnvironment(changing: ["PATH": path])
        #expect(try environment.path(of: "stand-in") == program.path)
        let result = try Subprocess(["stand-in"], environment: environment, deadline: nil).run()
        #expect(text(result) == "here\n")
    }

    @Test func whatCannotBeRunSaysWhy() throws {
        func cause(_ name: String, path: String? = nil) -> ExecuteError.Cause? {
            do {
                let changes = path.map { ["PATH": $0] } ?? [:]
                _ = try Subprocess(
                    [name], environment: ProcessEnvironment(changing: changes), deadline: nil
                ).run()
                return nil
            } catch {
                guard case .cannotStart(let error) = error else { return nil }
                #expect(error.program == name)
                return error.cause
            }
        }
        let plain = try Program("#!/bin/sh\n", mode: 0o644)
        let text = try Program("text", mode: 0o644)
        let foreign = try Program("MZ and so on", mode: 0o644)
        let formless = try Program("no program")
        let orphan = try Program("#! /nonexistent/interpreter -x\n")
        #expect(cause("") == .notFound)
        #expect(cause("no-such-program") == .notFound)
        #expect(cause("/nonexistent/x") == .notFound)
        #expect(cause("/tmp") == .directory)
        #expect(cause("tmp", path: "/") == .directory)
        #expect(cause(plain.path) == .notExecutable)
        #expect(cause("stand-in", path: plain.directory) == .notExecutable)
        #expect(cause(text.path) == .unknownFormat)
        #expect(cause(foreign.path) == .foreignBinary("Windows"))
        #expect(cause(formless.path) == .unknownFormat)
        #expect(cause(orphan.path) == .missingInterpreter("/nonexistent/interpreter"))
        #expect(
            cause("stand-in", path: orphan.directory)
                == .missingInterpreter("/nonexistent/interpreter"))
        let writing = open(formless.path, O_WRONLY | O_CLOEXEC)
        defer { close(writing) }
        #expect(cause(formless.path) == .beingWritten)
    }

    @Test func whatIsTooLongSaysSo() {
        let long = [String](repeating: String(repeating: "x", count: 100_000), count: 100)
        #expect(
            throws: SubprocessError.cannotStart(ExecuteError(program: "true", code: E2BIG))
        ) {
            _ = try Subprocess(["true"] + long, deadline: nil).run()
        }
    }

    @Test func aNameInPathNeedNotBeUTF8() throws {
        let program = try Program("#!/bin/sh\necho here\n")
        let odd: [CChar] = program.directory.utf8.map { CChar($0) } + [0x2f, -1, 0]
        let name = String(path: odd)
        _ = odd.withUnsafeBufferPointer { new in rename(program.path, new.baseAddress) }
        let path = String(name.unicodeScalars.suffix(1))
        let environment = ProcessEnvironment(changing: ["PATH": program.directory])
        let result = try Subprocess([path], environment: environment, deadline: nil).run()
        #expect(text(result) == "here\n")
    }

    @Test func theInputIsNothingUnlessSomethingIsWritten() throws {
        let nothing = try Subprocess(["cat"], deadline: .seconds(60)).run()
        #expect(text(nothing) == "")
        let long = String(repeating: "0123456789", count: 50_000)
        let written = try Subprocess(["cat"], deadline: .seconds(60)).run(writing: Secret(long))
        #expect(text(written) == long)
    }

    @Test func aProgramNeedNotReadItsInput() throws {
        let long = Secret(String(repeating: "x", count: 500_000))
        let result = try shell("exec 0<&-; echo done; exit 7").run(writing: long)
        #expect(text(result) == "done\n")
        #expect(result.status == .exited(7))
    }

    @Test func theOutputHasALimit() throws {
        var command = shell("echo $$ >&2; exec yes")
        #expect(throws: SubprocessError.tooMuchOutput(program: "sh", limit: 1 << 20)) {
            _ = try command.run()
        }
        command = Subprocess(["head", "-c", "1000", "/dev/zero"], deadline: nil)
        command.outputLimit = 1000
        let result = try command.run()
        #expect(result.output.count == 1000)
        command.outputLimit = 999
        #expect(throws: SubprocessError.tooMuchOutput(program: "head", limit: 999)) {
            _ = try command.run()
        }
    }

    @Test func collectedErrorOutputIsCutAndNeverBlocks() throws {
        var command = shell("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo end")
        command.errorOutput = .collected
        let result = try command.run()
        #expect(result.errorOutput.utf8.count == 65_536)
        #expect(text(result) == "end\n")
    }

    /// Those that it started end with it: in the foreground, in the background, and two deep.
    @Test(arguments: ["", "trap '' TERM; "])
    func theDeadlineEndsWhatTheProgramStarted(_ trap: String) throws {
        let note = try Program("")
        let loop = "\(trap)echo $$ >> \(note.path); while :; do sleep 0.05; done"
        let command = shell(
            "sh -c \"\(loop.replacing("$", with: "\\$"))\" & (sh -c '\(loop.replacing("'", with: #"'\''"#))'; :)",
            deadline: .seconds(1))
        #expect(throws: SubprocessError.timedOut(program: "sh", after: .seconds(1))) {
            _ = try command.run()
        }
        let ids = try String(contentsOfFile: note.path, encoding: .utf8).split(separator: "\n")
        #expect(ids.count == 2)
        #expect(!ids.contains { isAlive(String($0)) })
    }

    @Test func anEndThatNobodyCanTellIsNoSuccess() {
        #expect(throws: SystemError("waitpid", "process 1", code: ECHILD)) {
            try ChildProcess.reap(1)
        }
    }

    /// One that ends at SIGTERM, and one that has to be killed.
    @Test(arguments: ["", "trap '' TERM; "])
    func theDeadlineEndsTheProgram(_ trap: String) throws {
        let note = try Program("")
        let command = shell(
            "\(trap)echo $$ > \(note.path); while :; do sleep 0.05; done",
            deadline: .seconds(1))
        #expect(throws: SubprocessError.timedOut(program: "sh", after: .seconds(1))) {
            _ = try command.run()
        }
        let id = try String(contentsOfFile: note.path, encoding: .utf8)
        #expect(!id.isEmpty)
        #expect(!isAlive(id))
    }

    @Test func whatIsLeftInTheBackgroundIsNotWaitedFor() throws {
        let result = try shell("sleep 60 & echo $!").run()
        let id = text(result)
        #expect(isAlive(id))
        pid_t(id.dropLast()).map { _ = kill($0, SIGKILL) }
    }

    @Test func theChildHasNoSignalBlockedAndIsInTheSameGroup() throws {
        // As on the threads of a library, all of whose signals are blocked.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        // Without a shell, which would unblock them for itself.
        let mask = try Subprocess(["grep", "SigBlk", "/proc/self/status"], deadline: nil).run()
        #expect(text(mask) == "SigBlk:\t0000000000000000\n")
        let group = try shell("cut -d ' ' -f 5 /proc/self/stat").run()
        #expect(text(group) == "\(getpgrp())\n")
    }

    @Test func theChildGetsNoEndOfAPipeButItsOwn() throws {
        var command = shell("for f in /proc/$$/fd/*; do echo ${f##*/} $(readlink $f); done")
        command.errorOutput = .collected
        let result = try command.run(writing: Secret("x"))
        var files: [Substring: [Substring]] = [:]
        for line in text(result).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { files[words[1], default: []].append(words[0]) }
        }
        // Both ends of a pipe have one name.
        let standard = files.filter { !Set($0.value).isDisjoint(with: ["0", "1", "2"]) }
        #expect(standard.count == 3)
        #expect(standard.allSatisfy { $0.value.count == 1 && $0.key.hasPrefix("pipe:") })
    }
}
