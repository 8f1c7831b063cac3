// The name that a role's session has where none is asked for.
import Testing

@testable import Planning

@Test(arguments: [
    ("ada", "box", "ada@box"), ("ada", "box.example.com", "ada@box"), ("", "", "credtool"),
    ("ada", "", "ada@"), ("", "box", "@box"), ("ada lovelace", "b/x", "ada-lovelace@b-x"),
    ("ädä", "böx", "-d-@b-x"),
    (
        String(repeating: "u", count: 80), String(repeating: "h", count: 80),
        String(repeating: "u", count: 32) + "@" + String(repeating: "h", count: 31)
    ),
    (String(repeating: "u", count: 80), "h", String(repeating: "u", count: 62) + "@h"),
])
func sessionsAreNamedAfterUserAndMachine(user: String, host: String, name: String) {
    #expect(PlanFacts.sessionName(user: user, host: host) == name)
}
