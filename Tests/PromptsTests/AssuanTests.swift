// What is said to a pinentry, and what its answers mean.
import Model
import Testing

@testable import Prompts

@Test func aQuestionIsOneCommandALine() {
    let question = PinentryQuestion(
        title: "credtool", description: "100%\nMFA\r\u{1}é", prompt: "Code:", timeout: 120,
        terminal: "/dev/tty", terminalType: "xterm", locale: "C.UTF-8", display: ":0")
    #expect(
        question.commands == [
            "OPTION no-grab", "OPTION ttyname=/dev/tty", "OPTION ttytype=xterm",
            "OPTION lc-ctype=C.UTF-8", "OPTION display=:0", "SETTITLE credtool",
            "SETDESC 100%25%0AMFA%0D%01é", "SETPROMPT Code:", "SETTIMEOUT 120", "GETPIN", "BYE",
        ])
}

@Test func aLineIsNeverTooLong() {
    let escaped = Assuan.escaped(String(repeating: "%", count: 2000))
    #expect(escaped == String(repeating: "%25", count: 300))
    #expect(Assuan.escaped(String(repeating: "é", count: 2000)).utf8.count == 900)
}

@Test(arguments: [
    ("123456", "123456"), ("1%25%0A2", "1%\n2"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"),
    ("%C3%A9", "é"),
])
func dataIsUnescaped(_ line: String, _ expected: String) {
    #expect(String(decoding: Assuan.unescaped(line.utf8), as: UTF8.self) == expected)
}

@Test(
    arguments: [
        ("OK Pleased to meet you\nOK\nD 123456\nOK\nOK closing\n", .text("123456")),
        ("OK\nERR 83886254 Unknown option\n# hm\nS PINLENGTH 6\nD 12\nD 3%2B\nOK\n", .text("123+")),
        ("OK\nOK\nOK\nOK\n", .text("")),
        ("OK\nOK\nERR 83886179 Operation cancelled <Pinentry>\n", .cancelled),
        ("OK\nOK\nERR 83886278 Fully cancelled <Pinentry>\n", .cancelled),
        ("OK\nOK\nERR 83886142 Timeout <Pinentry>\n", .timedOut),
        (
            "OK\nOK\nERR 83918950 Inappropriate ioctl for device <Pinentry>\n",
            .refused("Inappropriate ioctl for device <Pinentry>")
        ),
        ("OK\nOK\nERR what\n", .refused("what")),
        ("", .none), ("OK\nOK\n", .none), ("OK\nOK\nD 123456\n", .none),
        // Data to another command is no answer.
        ("OK\nD 111111\nOK\n", .none),
    ] as [(String, PinentryAnswer)])
func answersAreRead(_ output: String, _ expected: PinentryAnswer) {
    #expect(Assuan.answer(to: ["OPTION x", "GETPIN", "BYE"], in: output.utf8) == expected)
}
