// When a long text goes through a pager, and through which.
import Testing

@testable import System

@Test(
    arguments: [
        (true, ["TERM": "xterm"], "less"),
        (true, ["TERM": "xterm", "PAGER": "more -d"], "more -d"),
        (true, ["TERM": "xterm", "PAGER": "cat"], nil),
        (true, ["TERM": "xterm", "PAGER": ""], nil),
        (true, ["TERM": "dumb", "PAGER": "less"], nil), (true, ["TERM": ""], nil), (true, [:], nil),
        (false, ["TERM": "xterm", "PAGER": "less"], nil),
    ] as [(Bool, [String: String], String?)])
func thePagerIsTheUsersOrNone(
    _ isTerminal: Bool, _ variables: [String: String], _ expected: String?
) {
    #expect(Pager(isTerminal: isTerminal) { variables[$0] }?.command == expected)
}
