// Which browser is opened, with what, and where none is.
import Foundation
import Model
import System
import Testing

@testable import Loopback

/// A directory that goes away with its owner.
private final class Directory {
    let path = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What a program writes there, once it stands there whole.
    func text(_ name: String) -> String? {
        for _ in 0..<1000 {
            if let text = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) {
                return text
            }
            usleep(10_000)
        }
        return nil
    }

    /// A program, written by another process: a child that another thread starts meanwhile would
    /// hold a file that is open here for writing, and the kernel runs no such program.
    func program(_ name: String, _ script: String) throws -> String {
        _ = try Subprocess(
            ["sh", "-c", #"cat > "$0"; chmod 755 "$0""#, "\(path)/\(name)"],
            deadline: .seconds(60)
        ).run(writing: Secret("#!/bin/sh\n\(script)\n"))
        return "\(path)/\(name)"
    }
}

@Suite struct BrowserTests {
    @Test func commands() {
        let url = "https://x.example/a?b=c"
        let cases: [(String?, Bool, [[String]])] = [
            (nil, false, [["xdg-open", url]]),
            (nil, true, [["wslview", url], ["xdg-open", url]]),
            ("firefox", false, [["firefox", url]]),
            ("firefox", true, [["firefox", url]]),
            (
                "chromium --app=%s -x:lynx", false,
                [["chromium", "--app=\(url)", "-x"], ["lynx", url]]
            ),
            ("'/opt/my browser/it' --new", false, [["/opt/my browser/it", "--new", url]]),
            ("/o'brien/it", false, [["/o'brien/it", url]]),
            ("sh -c 'run %s; %s'", false, [["sh", "-c", "run \(url); \(url)"]]),
            (" :%s: ", false, [["%s", url]]),
            (":", false, []),
        ]
        for (chosen, isWSL, expected) in cases {
            #expect(
                Browser.commands(for: url, chosen: chosen, isWSL: isWSL) == expected,
                "\(chosen ?? "unset")")
        }
    }

    @Test(arguments: [
        ("https://x.example", true), ("http://127.0.0.1:80/a_b~c?d=e%20&f=g+h#i,j;k*!@[]", true),
        ("https://", false), ("", false), ("x.example", false), ("file:///etc/passwd", false),
        ("javascript:alert(1)", false), ("-https://x", false), ("HTTPS://x", false),
        ("https://x/ y", false), ("https://x/\"", false), ("https://x/'", false),
        ("https://x/`id`", false), ("https://x/$(id)", false), ("https://x/\\", false),
        ("https://x/\n", false), ("https://x/\0", false), ("https://ä", false),
        ("https://x/|", false), ("https://x/{}", false), ("https://x/<>", false),
    ])
    func urls(url: String, isSafe: Bool) {
        #expect(Browser.isSafe(url) == isSafe)
    }

    @Test func likelihood() {
        func facts(_ text: String) -> BrowserFacts {
            BrowserFacts(
                isRemote: text.contains("r"), isContainer: text.contains("c"),
                hasDisplay: text.contains("d"), isWSL: text.contains("w"))
        }
        for text in ["d", "w", "dw"] { #expect(Browser.isLikely(facts(text)), "\(text)") }
        for text in ["", "r", "c", "rc", "rd", "cd", "rw", "cw", "rcdw"] {
            #expect(!Browser.isLikely(facts(text)), "\(text)")
        }
    }

    @Test(arguments: [
        ("DISPLAY", "d"), ("WAYLAND_DISPLAY", "d"), ("SSH_CONNECTION", "r"), ("SSH_TTY", "r"),
        ("container", "c"), ("WSL_DISTRO_NAME", "w"), ("WSL_INTEROP", "w"), ("NOTHING", ""),
    ])
    func facts(variable: String, fact: String) {
        let names = [
            "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "container",
            "WSL_DISTRO_NAME", "WSL_INTEROP",
        ]
        var environment = ProcessEnvironment()
        for name in names { environment.changes.updateValue(nil, forKey: name) }
        let bare = BrowserFacts(environment)
        environment.changes[variable] = ":0"
        let facts = BrowserFacts(environment)
        #expect(facts.hasDisplay == (fact == "d"))
        #expect(facts.isRemote == (fact == "r"))
        #expect(facts.isWSL == (fact == "w"))
        #expect(facts.isContainer == (fact == "c" || bare.isContainer))
    }

    @Test func theProgramRunsAloneWithoutSecretsAndUnseen() throws {
        let directory = try Directory()
        // A session of its own, no terminal and no output, and a life after its parent's.
        let program = try directory.program(
            "browser",
            """
            cd '\(directory.path)'
            echo seen; echo seen >&2
            files=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2)
            count=$(ls /proc/$$/fd | wc -l)
            printf '%s\\n' "$@" "$files" $count > part
            env | grep -E '^(AWS|CREDTOOL)_' >> part
            cut -d ' ' -f 6 /proc/$$/stat >> part
            mv part facts
            while [ ! -e over ]; do sleep 0.05; done
            cut -d ' ' -f 4 /proc/$$/stat > part
            mv part parent
            """)
        let environment = ProcessEnvironment(changing: [
            "BROWSER": "\(program) --new-window", "AWS_SECRET_ACCESS_KEY": "x", "AWS_PROFILE": "y",
            "CREDTOOL_FILE_PASSPHRASE": "z",
        ])
        let url = "https://x.example/?a=b&c=d"
        // A descriptor that a child would inherit.
        let inheritable = dup(0)
        try Browser.open(url, environment: environment)
        close(inheritable)
        let facts = try #require(directory.text("facts")).split(separator: "\n").map(String.init)
        // The shell has its script open besides, and the pipe to count by. Then comes no variable.
        #expect(
            facts.dropLast()
                == ["--new-window", url] + Array(repeating: "/dev/null", count: 3) + ["5"])
        let session = try #require(facts.last.flatMap { Int32($0) })
        #expect(session != getsid(0))
        try Data().write(to: URL(fileURLWithPath: "\(directory.path)/over"))
        let parent = try #require(directory.text("parent"))
        #expect(try #require(Int32(parent.trimmed)) != getpid())
    }

    @Test func failures() throws {
        let directory = try Directory()
        let bad = try directory.program("bad", "exit 3")
        let killed = try directory.program("killed", "kill -9 $$")
        let good = try directory.program(
            "good",
            "echo \"$1\" > '\(directory.path)/part'; mv '\(directory.path)/part' '\(directory.path)/url'"
        )
        func open(_ browser: String, _ url: String = "https://x.example") throws(BrowserError) {
            try Browser.open(url, environment: .init(changing: ["BROWSER": browser]))
        }
        #expect(throws: BrowserError.failed(program: bad, .exited(3))) { try open(bad) }
        #expect(throws: BrowserError.failed(program: killed, .signalled(9))) {
            try open("\(bad):\(killed):/no/such/browser")
        }
        #expect(throws: BrowserError.noProgram(["/no/such", "/nor/such"])) {
            try open("/no/such:/nor/such")
        }
        #expect(throws: BrowserError.noProgram([])) { try open(":") }
        #expect(throws: BrowserError.invalidURL) { try open(good, "file:///etc/passwd") }
        try open("/no/such:\(bad):\(good)", "https://y.example")
        #expect(directory.text("url") == "https://y.example\n")
    }
}
