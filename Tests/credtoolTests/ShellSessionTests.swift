// How a shell under a session is introduced.
import Testing

@testable import credtool

@Test(
    arguments: [
        (
            ShellSession(
                profile: "prod", subject: "role deploy", accountID: "111122223333",
                timeLeft: .seconds(3590)),
            "this shell has profile prod, role deploy, account 111122223333, 1h left; exit ends it"
        ),
        (
            ShellSession(
                profile: "work", subject: nil, accountID: "111122223333", timeLeft: .seconds(59)),
            "this shell has profile work, account 111122223333, 59s left; exit ends it"
        ),
        (
            ShellSession(profile: "work", subject: nil, accountID: nil, timeLeft: nil),
            "this shell has profile work; exit ends it"
        ),
    ])
func aShellSaysWhatIsKnown(_ session: ShellSession, _ greeting: String) {
    #expect(session.greeting == greeting)
}
