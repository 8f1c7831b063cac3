// Each method with a stand-in program of the same manners, and the real pinentry on a terminal.
import Foundation
import Glibc
import Model
import System
import Testing

@testable import Prompts

private let serial = "arn:aws:iam::111122223333:mfa/al_ice"

/// A directory of programs, alone in PATH beside the system's own.
private final class Programs {
    let path = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a program that notes its arguments, one a line, and then runs `script`.
    func add(_ name: String, _ script: String) {
        let text = "#!/bin/sh\nprintf '%s\\n' \"$@\" > '\(path)/arguments'\n\(script)\n"
        // By another process: a child that another thread starts meanwhile would hold a file that
        // is open here for writing, and the kernel runs no such program.
        do {
            _ = try Subprocess(
                ["sh", "-c", #"cat > "$0"; chmod 755 "$0""#, "\(path)/\(name)"],
                deadline: .seconds(60)
            ).run(writing: Secret(text))
        } catch {
            Issue.record(error)
        }
    }

    /// A pinentry that notes what it is told and answers GETPIN with `answer`.
    func addPinentry(_ answer: String, name: String = "pinentry") {
        add(
            name,
            """
            echo 'OK Pleased to meet you, process $$'
            while read -r line; do
                printf '%s\\n' "$line" >> '\(path)/told'
                case $line in
                OPTION\\ no-grab) echo 'ERR 83886254 Unknown option <Pinentry>' ;;
                GETPIN) \(answer) ;;
                BYE) echo 'OK closing connection'; exit 0 ;;
                *) echo OK ;;
                esac
            done
            """)
    }

    func environment(_ changes: [String: String?] = [:]) -> ProcessEnvironment {
        let none: [String: String?] = [
            "PATH": "\(path):/usr/bin:/bin", "PINENTRY_PROGRAM": nil, "DISPLAY": nil,
            "WAYLAND_DISPLAY": nil, "YKMAN_OATH_CREDENTIAL_NAME": nil,
            "YKMAN_OATH_DEVICE_SERIAL": nil,
        ]
        return ProcessEnvironment(changing: none.merging(changes) { $1 })
    }

    func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    func code(
        _ method: MFAPromptMethod, process: String? = nil, _ changes: [String: String?] = [:],
        terminal: String? = nil, limit: Duration = .seconds(60)
    ) -> Result<String, PromptError> {
        let prompt = Prompt(
            method, process: process, environment: environment(changes), terminal: terminal,
            limit: limit)
        do { return .success(try prompt.code(mfaSerial: serial, profile: "dev")) } catch {
            return .failure(error)
        }
    }
}

@Suite struct PromptTests {
    private let programs: Programs

    init() throws { programs = try Programs() }

    // MARK: pinentry

    @Test func pinentryIsAskedInItsProtocol() throws {
        programs.addPinentry("echo 'D 123 456%25'; echo OK")
        let answer = programs.code(
            .pinentry, ["TERM": "vt100", "LC_ALL": "C.UTF-8", "DISPLAY": ":7"],
            terminal: "/dev/pts/9")
        #expect(answer == .success("123 456%"))
        #expect(
            try programs.lines("told") == [
                "OPTION no-grab", "OPTION ttyname=/dev/pts/9", "OPTION ttytype=vt100",
                "OPTION lc-ctype=C.UTF-8", "OPTION display=:7", "SETTITLE credtool",
                "SETDESC MFA code of \(serial) for profile dev", "SETPROMPT Code:",
                "SETTIMEOUT 60", "GETPIN", "BYE",
            ])
    }

    @Test func pinentryProgramNamesAnother() {
        programs.addPinentry("echo 'D 111111'; echo OK")
        programs.addPinentry("echo 'D 222222'; echo OK", name: "other")
        #expect(programs.code(.pinentry, ["PINENTRY_PROGRAM": "other"]) == .success("222222"))
    }

    @Test func pinentrysRefusalsAreToldApart() {
        programs.addPinentry("echo 'ERR 83886179 Operation cancelled <Pinentry>'")
        #expect(programs.code(.pinentry) == .failure(.cancelled(.pinentry)))
        programs.addPinentry("echo OK")
        #expect(programs.code(.pinentry) == .failure(.cancelled(.pinentry)))
        programs.addPinentry("echo 'ERR 83886142 Timeout <Pinentry>'")
        #expect(programs.code(.pinentry) == .failure(.timedOut(after: .seconds(60))))
        programs.addPinentry("echo 'ERR 83918950 No such device <Pinentry>'")
        #expect(
            programs.code(.pinentry)
                == .failure(
                    .failed(
                        program: "pinentry", .exited(0), message: "No such device <Pinentry>")))
        programs.addPinentry("echo; echo 'no display' >&2; echo >&2; exit 4")
        #expect(
            programs.code(.pinentry)
                == .failure(
                    .failed(program: "pinentry", .exited(4), message: "no display")))
    }

    // MARK: zenity, kdialog

    @Test func zenityAndKdialogAreGivenTheQuestion() throws {
        programs.add("zenity", "echo Gtk-WARNING >&2; echo ' 123456'")
        #expect(programs.code(.zenity) == .success("123456"))
        #expect(
            try programs.lines("arguments") == [
                "--entry", "--title=credtool",
                "--text=MFA code of arn:aws:iam::111122223333:mfa/al__ice for profile dev",
            ])
        programs.add("kdialog", "echo 654321")
        #expect(programs.code(.kdialog) == .success("654321"))
        #expect(
            try programs.lines("arguments") == [
                "--title", "credtool", "--inputbox", "MFA code of \(serial) for profile dev",
            ])
    }

    @Test(arguments: [MFAPromptMethod.zenity, .kdialog])
    func dialogsEndInTheirWays(_ method: MFAPromptMethod) {
        let name = method.rawValue
        programs.add(name, "exit 1")
        #expect(programs.code(method) == .failure(.cancelled(method)))
        programs.add(name, "echo")
        #expect(programs.code(method) == .failure(.cancelled(method)))
        programs.add(name, "echo 'x: cannot open display: :5' >&2; exit 1")
        #expect(
            programs.code(method)
                == .failure(
                    .failed(
                        program: name, .exited(1), message: "x: cannot open display: :5")))
        programs.add(name, "echo 'could not connect to display' >&2; kill -ABRT $$")
        #expect(
            programs.code(method)
                == .failure(
                    .failed(
                        program: name, .signalled(6), message: "could not connect to display")))
        programs.add(name, "exec sleep 60")
        #expect(
            programs.code(method, limit: .milliseconds(200))
                == .failure(.timedOut(after: .milliseconds(200))))
    }

    @Test(arguments: [MFAPromptMethod.zenity, .kdialog, .pinentry])
    func noQuestionSteersWhatShowsIt(_ method: MFAPromptMethod) throws {
        programs.addPinentry("echo 'D 123456'; echo OK")
        for name in ["zenity", "kdialog"] { programs.add(name, "echo 123456") }
        _ = try Prompt(method, environment: programs.environment()).code(
            mfaSerial: serial, profile: "d\u{1b}[2J\u{9b}1m\u{202e}ev\n")
        let shown = try programs.lines(method == .pinentry ? "told" : "arguments").joined()
        #expect(shown.contains("for profile d\u{fffd}[2J\u{fffd}1m\u{fffd}ev\u{fffd}"))
    }

    // MARK: ykman, process

    @Test func ykmanIsAskedForTheCredential() throws {
        programs.add("ykman", "echo 123456")
        #expect(programs.code(.ykman) == .success("123456"))
        #expect(
            try programs.lines("arguments") == ["oath", "accounts", "code", "--single", serial])
        let changes = ["YKMAN_OATH_CREDENTIAL_NAME": "aws me", "YKMAN_OATH_DEVICE_SERIAL": "7"]
        #expect(programs.code(.ykman, changes) == .success("123456"))
        #expect(
            try programs.lines("arguments")
                == ["--device", "7", "oath", "accounts", "code", "--single", "aws me"])
        programs.add("ykman", "exit 2")
        #expect(
            programs.code(.ykman)
                == .failure(.failed(program: "ykman", .exited(2), message: "")))
    }

    @Test(
        arguments: [
            ("echo 123456", .success("123456")),
            ("printf ' 123456\\r\\n'", .success("123456")),
            // aws-vault gives it to a shell, and people use that.
            ("printf 'otp\\n%s\\n' $((123455 + 1)) | tail -n 1", .success("123456")),
            ("stand-in 'a b'", .success("654321")),
            ("echo 12345", .failure(.noCode(program: "mfa_process"))),
            ("echo １２３４５６", .failure(.noCode(program: "mfa_process"))),
            ("echo code: 123456", .failure(.noCode(program: "mfa_process"))),
            ("", .failure(.noCode(program: "mfa_process"))),
            (
                "echo 123456; exit 3",
                .failure(.failed(program: "mfa_process", .exited(3), message: ""))
            ),
            // It must not read what is meant for the program that credtool runs.
            ("readlink /proc/self/fd/0 | grep -qx /dev/null && echo 111111", .success("111111")),
        ] as [(String, Result<String, PromptError>)])
    func theProcessPrintsTheCode(_ process: String, _ expected: Result<String, PromptError>) {
        programs.add("stand-in", "[ \"$1\" = 'a b' ] && echo 654321")
        #expect(programs.code(.process, process: process) == expected)
    }

    @Test func theProcessHasToBeSetAndToEnd() {
        #expect(programs.code(.process) == .failure(.processUnset))
        #expect(
            programs.code(.process, process: "exec sleep 60", limit: .milliseconds(200))
                == .failure(.timedOut(after: .milliseconds(200))))
    }

    // MARK: Which are there

    @Test(
        arguments: [
            (.pinentry, "pinentry-gnome3"), (.zenity, "zenity"), (.kdialog, "kdialog"),
            (.ykman, "yubikey-manager"),
        ] as [(MFAPromptMethod, String)])
    func aMissingProgramIsNamedWithItsPackage(_ method: MFAPromptMethod, _ package: String) {
        let error = PromptError.missing(program: method.rawValue, package: package)
        #expect(programs.code(method, ["PATH": programs.path]) == .failure(error))
    }

    @Test func theFactsAreFound() throws {
        func facts(_ changes: [String: String?]) -> PromptFacts {
            PromptFacts(
                programs.environment(["PATH": programs.path].merging(changes) { $1 }))
        }
        #expect(facts([:]).dialogs.isEmpty)
        #expect(!facts(["DISPLAY": ""]).hasDisplay)
        #expect(facts(["DISPLAY": ":0"]).hasDisplay)
        #expect(facts(["WAYLAND_DISPLAY": "wayland-0"]).hasDisplay)
        programs.add("zenity", "")
        programs.add("pinentry-curses", "")
        symlink("pinentry-curses", "\(programs.path)/pinentry")
        // That pinentry knows the terminal alone.
        #expect(facts([:]).dialogs == [.zenity])
        programs.add("pinentry-qt", "")
        #expect(facts(["PINENTRY_PROGRAM": "pinentry-qt"]).dialogs == [.pinentry, .zenity])
    }

    // MARK: The real ones

    @Test(arguments: [("pinentry-tty", "123456\n"), ("pinentry-curses", "123456\r")])
    func aRealPinentryAsksOnTheTerminal(_ program: String, _ keys: String) throws {
        let terminal = try PseudoTerminal()
        let answer = terminal.typing(keys, after: "mfa/al_ice for profile dev") {
            programs.code(
                .pinentry, ["PINENTRY_PROGRAM": program, "TERM": "vt100", "LC_ALL": "C.UTF-8"],
                terminal: terminal.name)
        }
        #expect(answer == .success("123456"))
    }

    @Test(arguments: ["pinentry-tty", "pinentry-curses"])
    func aRealPinentryGivesUpInTime(_ program: String) throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let answer = terminal.typing("", after: "dev") {
            programs.code(
                .pinentry, ["PINENTRY_PROGRAM": program, "TERM": "vt100", "LC_ALL": "C.UTF-8"],
                terminal: terminal.name, limit: .seconds(1))
        }
        #expect(answer == .failure(.timedOut(after: .seconds(1))))
        // Ended from outside it would leave the terminal without echo.
        #expect(terminal.modes == modes)
    }

    @Test func aRealPinentryIsCancelled() throws {
        let terminal = try PseudoTerminal()
        let answer = terminal.typing("\t\t\r", after: "dev") {
            programs.code(
                .pinentry,
                ["PINENTRY_PROGRAM": "pinentry-curses", "TERM": "vt100", "LC_ALL": "C.UTF-8"],
                terminal: terminal.name)
        }
        #expect(answer == .failure(.cancelled(.pinentry)))
    }
}

/// A terminal whose person is the test.
private final class PseudoTerminal: Sendable {
    private let person: Int32
    private let program: Int32
    let name: String

    init() throws {
        person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2): posix_openpt(3) and its kin are hidden from Swift.
        var isLocked: Int32 = 0
        var number: Int32 = 0
        try #require(ioctl(person, 0x4004_5431, &isLocked) == 0)
        try #require(ioctl(person, 0x8004_5430, &number) == 0)
        name = "/dev/pts/\(number)"
        // Held open, so that the person's end is there before and after the program's.
        program = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    }

    deinit {
        close(person)
        close(program)
    }

    /// Echo, line editing and the like.
    var modes: UInt32 {
        var settings = termios()
        tcgetattr(program, &settings)
        return settings.c_lflag
    }

    /// Runs `body`, and types `keys` once the terminal shows `text`.
    func typing<R>(_ keys: String, after text: String, _ body: () -> R) -> R {
        let isOver = DispatchSemaphore(value: 0)
        let hasEnded = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
            defer { hasEnded.signal() }
            var shown: [UInt8] = []
            var hasTyped = false
            while isOver.wait(timeout: .now()) == .timedOut {
                var poll = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
                guard Glibc.poll(&poll, 1, 50) > 0 else { continue }
                var part = [UInt8](repeating: 0, count: 4096)
                let size = read(person, &part, part.count)
                guard size > 0 else { return }
                shown += part.prefix(size)
                // A dialog breaks its lines where it likes, and draws a frame around them.
                let letters = String(decoding: shown, as: UTF8.self).filter {
                    $0.isLetter || $0 == "_" || $0 == "/"
                }
                if !hasTyped, letters.contains(text.filter { $0 != " " }) {
                    hasTyped = true
                    _ = keys.withCString { write(person, $0, strlen($0)) }
                }
            }
        }
        defer {
            isOver.signal()
            hasEnded.wait()
        }
        return body()
    }
}
