// Wrapping and escaping.
import Testing

@testable import Flags

@Suite struct ProseTests {
    @Test(arguments: [
        ("", []), ("a", ["a"]), ("aa bb cc", ["aa bb", "cc"]), ("aaaaaaaa b", ["aaaaaaaa", "b"]),
        ("a `b c` d", ["a", "`b c`", "d"]), ("aa  bb", ["aa bb"]),
    ])
    func wrapsAtBlanks(text: String, lines: [String]) {
        #expect(wrap(text, width: 5) == lines)
    }

    @Test func partsParagraphsAndLists() {
        let prose = Prose("One\ntwo.\n\n- a bc\n- c\n\nThree.")
        #expect(
            prose.blocks == [.paragraph("One two."), .list(["a bc", "c"]), .paragraph("Three.")])
        #expect(
            prose.lines(width: 7, indent: 2)
                == ["  One", "  two.", "", "  - a", "    bc", "  - c", "", "  Three."])
    }

    @Test(arguments: [
        ("short-lived", "short-lived"), (#"a\b"#, #"a\eb"#),
        ("the `--role` of", #"the \fB\-\-role\fR of"#),
        ("`it's ~/.aws`", #"\fBit\(aqs \(ti/.aws\fR"#),
    ])
    func escapesRoff(text: String, source: String) {
        #expect(Roff.text(text) == source)
    }

    @Test func guardsWhatWouldBeARequest() {
        var page = Roff()
        page.typed(".SH")
        #expect(page.source.contains("\n\\&.SH\n"))
        page.prose(String(repeating: "x", count: 78) + " .SH not a section")
        #expect(page.source.contains("\n\\&.SH not"))
    }

    @Test(arguments: [
        ("credtool help [COMMAND]", #"\fBcredtool\fR \fBhelp\fR [\fICOMMAND\fR]"#),
        ("x [--] [COMMAND ARGS...]", #"\fBx\fR [\fB\-\-\fR] [\fICOMMAND\fR \fIARGS\fR...]"#),
    ])
    func stylesUsage(usage: String, source: String) {
        #expect(Roff.usage(usage) == source)
    }
}
