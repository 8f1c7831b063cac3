// The list that a person chooses a role from: what it shows, and what an answer means.
import AWS
import Model
import Testing

@testable import credtool

private func role(_ account: String, _ name: String, _ provider: String = "Corp") -> SAMLRole {
    SAMLRole(
        role: .role(name, accountID: account, partition: "aws"),
        provider: ARN("arn:aws:iam::\(account):saml-provider/\(provider)").unsafelyUnwrapped)
}

private let roles = [
    role("111122223333", "Admin"), role("111122223333", "team/Reader"),
    role("444455556666", "Admin"),
]

@Test func aLineForEachRole() {
    #expect(
        RoleList(roles).text == """
              1  111122223333  Admin
              2  111122223333  Reader
              3  444455556666  Admin
            """)
}

@Test func identityProvidersAreShownWhereTheyTellRolesApart() {
    let list = RoleList([role("111122223333", "A", "One"), role("111122223333", "A", "Two")])
    #expect(list.text.hasSuffix("A  (arn:aws:iam::111122223333:saml-provider/Two)"))
}

@Test func numbersStandInAColumn() {
    let many = (1...10).map { role("111122223333", "R\($0)") }
    #expect(RoleList(many).text.hasPrefix("   1  111122223333  R1\n"))
}

@Test(
    arguments: [
        ("1", 0), ("3", 2), ("Reader", 1), ("arn:aws:iam::444455556666:role/Admin", 2), ("0", nil),
        ("4", nil), ("-1", nil), ("Admin", nil), ("reader", nil), ("x", nil),
    ] as [(String, Int?)])
func answers(_ answer: String, _ index: Int?) {
    #expect(RoleList(roles).role(answer) == index.map { roles[$0] })
}

@Test func namesOfOthersDoNotSteerTheTerminal() {
    #expect(!RoleList([role("111122223333", "A\u{1b}[2J")]).text.contains("\u{1b}"))
}
