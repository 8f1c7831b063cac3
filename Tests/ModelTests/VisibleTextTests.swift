// What of other people's texts may reach a terminal.
import Model
import Testing

@Test(arguments: [
    ("plain ü€😀\u{200d}", "plain ü€😀\u{200d}"), ("", ""),
    ("a\u{1b}[31mb\u{0}c\td\ne", "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e"),
    (
        "\r\n\u{7f}\u{80}\u{9b}\u{9f}\u{a0}",
        "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{a0}"
    ),
    ("\u{61c}\u{200d}\u{200e}\u{200f}\u{2010}", "\u{fffd}\u{200d}\u{fffd}\u{fffd}\u{2010}"),
    (
        "\u{2027}\u{2028}\u{2029}\u{202a}\u{202e}\u{202f}",
        "\u{2027}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{202f}"
    ),
    ("\u{2065}\u{2066}\u{2069}\u{206a}", "\u{2065}\u{fffd}\u{fffd}\u{206a}"),
])
func visibleText(_ text: String, _ visible: String) {
    #expect(text.visible == visible)
    #expect(visible.visible == visible)
}

@Test func linesStayLines() {
    #expect("a\n\u{1b}b\r\n\n".visibleLines == "a\n\u{fffd}b\u{fffd}\n\n")
}

@Test(arguments: [
    ("https://example.com/x", "https://example.com/x"), ("no url", "no url"), ("", ""),
    ("https://me:hush@example.com/x", "https://…@example.com/x"),
    ("http://me:hu@sh@example.com", "http://…@example.com"),
    ("http://me:hu/sh@example.com", "http://…@example.com"),
    ("http://me:hu\n?#sh@exam\nple.com", "http://…@exam\nple.com"),
    ("me:hush@proxy:3128", "…@proxy:3128"), ("hush://://@x", "hush://…@x"),
    ("1hush://@x", "…@x"), ("@x", "…@x"),
])
func urlsLoseUserAndPassword(_ url: String, _ shown: String) {
    #expect(url.withoutUserInfo == shown)
}
