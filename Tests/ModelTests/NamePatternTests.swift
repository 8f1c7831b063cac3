// Which names a pattern chooses, and how wide they are.
import Model
import Testing

@Test(arguments: [
    ("", "work", true), ("work", "work", true), ("or", "work", true), ("OR", "work", true),
    ("work", "WORK", true), ("x", "work", false), ("workx", "work", false),
    ("w*", "work", true), ("*k", "work", true), ("*o*", "work", true), ("*", "", true),
    ("o*", "work", false), ("wor?", "work", true), ("wor?", "wor", false), ("?", "", false),
    ("w*r*k", "worrk", true), ("w*r*k", "worrkx", false), ("*a*b*", "xaxxbx", true),
    ("a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false), ("[w]*", "work", false),
    ("gr?n", "grün", true), ("GRÜN", "grün", true),
])
func patterns(pattern: String, name: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
}

@Test(arguments: [
    ("work", "work", true), ("WORK", "work", true), ("or", "work", false), ("w*", "work", true),
    ("wor", "work", false), ("", "work", false), ("", "", true),
])
func patternsOfWholeNames(pattern: String, name: String, expected: Bool) {
    #expect(NamePattern(pattern, isWhole: true).matches(name) == expected)
}

@Test(arguments: [
    ("", 0), ("work", 4), ("grün", 4), ("gru\u{308}n", 4), ("東京", 4), ("한국", 4), ("🚀", 2),
    ("a…", 2), ("\u{200b}a", 1),
])
func widths(text: String, width: Int) { #expect(text.displayWidth == width) }

@Test(arguments: [
    ("work", 4, "work"), ("working", 4, "wor…"), ("東京都", 6, "東京都"), ("東京都", 5, "東京…"),
    ("東京都", 4, "東…"), ("ab", 1, "…"),
])
func cuts(text: String, width: Int, expected: String) {
    #expect(text.cut(toWidth: width) == expected)
}
