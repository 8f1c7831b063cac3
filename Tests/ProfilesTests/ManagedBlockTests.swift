// The block of synced profiles: found, replaced, and everything around it left alone.
import Testing

@testable import Profiles

private let mine = "# mine\n[profile x]\nregion = eu-west-1"

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func block(_ text: String) -> ManagedBlock? {
    ManagedBlock(session: "s", of: Array(text.utf8))
}

private let two = [
    SyncedProfile(name: "a", accountID: "111122223333", roleName: "R"),
    SyncedProfile(
        name: "b", accountID: "444455556666", roleName: "R",
        ownLines: ["region = eu-north-1", "# why"]),
]

private let written = """
    # credtool sso sync s: begin
    [profile a]
    sso_session = s
    sso_account_id = 111122223333
    sso_role_name = R

    [profile b]
    sso_session = s
    sso_account_id = 444455556666
    sso_role_name = R
    region = eu-north-1
    # why

    # credtool sso sync s: end

    """

@Test(arguments: [
    ("", ""), (mine, mine + "\n\n"), (mine + "\n", mine + "\n\n"),
])
func aBlockGoesToTheEnd(before: String, kept: String) throws {
    #expect(text(try #require(block(before)).file(with: two)) == kept + written)
}

@Test func aFileWithCRLFKeepsIt() throws {
    let before = mine.replacing("\n", with: "\r\n") + "\r\n"
    let after = text(try #require(block(before)).file(with: two))
    #expect(after == (mine + "\n\n" + written).replacing("\n", with: "\r\n"))
    #expect(block(after)?.profiles == two)
}

@Test(arguments: ["", "[profile y]\n", "[profile y]\nregion = eu-west-1", "\u{0}\u{ff}"])
func whatIsAroundABlockStays(after: String) throws {
    let found = try #require(block(mine + "\n\n" + written + after))
    #expect(found.profiles == two)
    #expect(text(found.file(with: [two[1]])).hasPrefix(mine + "\n\n# credtool"))
    #expect(text(found.file(with: [two[1]])).hasSuffix(": end\n" + after))
    #expect(text(found.file(with: two)) == mine + "\n\n" + written + after)
    #expect(text(found.file(with: [])) == mine + "\n\n" + after)
}

@Test func aBlockOfAnotherSessionIsNone() {
    let other = ManagedBlock(session: "t", of: Array(written.utf8))
    #expect(other?.profiles == [])
}

@Test func aBlockWithoutEndIsNotTouched() {
    #expect(block("# credtool sso sync s: begin\n[profile a]\n") == nil)
    #expect(block(written.replacing(": end", with: ": ende")) == nil)
    #expect(block(written + "# credtool sso sync s: begin\n") == nil)
    #expect(block("# credtool sso sync s: begin\n" + written) == nil)
}

@Test func twoBlocksBecomeOne() throws {
    let found = try #require(block(mine + "\n" + written + "# mine\n" + written + "# y\n"))
    #expect(found.profiles == two + two)
    #expect(text(found.file(with: two)) == mine + "\n" + written + "# mine\n# y\n")
    #expect(text(found.file(with: [])) == mine + "\n# mine\n# y\n")
}

@Test func theDifferenceIsShownByProfile() throws {
    let found = try #require(block(written))
    #expect(found.difference(to: two).isEmpty)
    var renamed = two
    renamed[0].name = "z"
    #expect(found.difference(to: renamed) == ["- [profile a]", "+ [profile z]"])
    #expect(found.difference(to: [two[1]]).first == "- [profile a]")
    let more = SyncedProfile(name: "n", accountID: "1", roleName: "Q")
    #expect(
        found.difference(to: two + [more]) == [
            "+ [profile n]", "+ sso_session = s", "+ sso_account_id = 1", "+ sso_role_name = Q",
        ])
}

private func role(_ account: String, _ name: String, _ role: String = "R") -> ProfileSync.Role {
    ProfileSync.Role(accountID: account, accountName: name, roleName: role)
}

@Test(arguments: [
    ([role("1", "team")], "{account_name}-{role_name}", "", ["team-R"]),
    ([role("1", "My Team (é)")], "{account_name}-{role_name}", "p/", ["p/My-Team-----R"]),
    ([role("1", "a"), role("2", "a")], "{account_name}-{role_name}", "", ["a-R-1", "a-R-2"]),
    ([role("1", "会計")], "{account_name}-{role_name}", "", ["1---R"]),
    ([role("1", "taken")], "{account_name}-{role_name}", "", ["taken-R-1"]),
    ([role("1", "a")], "{role_name}@{account_id}", "", ["R@1"]),
    ([role("1", "a", "Q"), role("1", "a", "R")], "x", "", ["x-1", "x-1-2"]),
])
func namesAreMadeByATemplate(
    roles: [ProfileSync.Role], template: String, prefix: String, names: [String]
) {
    let made = ProfileSync.profiles(
        for: roles, template: template, prefix: prefix, old: [], taken: ["taken-R"], prunes: false)
    #expect(made.profiles.map(\.name) == names && made.vanished.isEmpty)
}

@Test(arguments: [
    (role("111122223333", "any\nname", "Admin_1+=,.@-"), true), (role("11112222333", "a"), false),
    (role("11112222333\n", "a"), false), (role("111122223333", "a", ""), false),
    (role("111122223333", "a", "R\ncredential_process = x"), false),
    (role("111122223333", "a", "R ;"), false), (role("111122223333", "a", "é"), false),
])
func whatIsNoRoleOfAWSsIsNotWritten(role: ProfileSync.Role, fits: Bool) {
    #expect(role.fitsFile == fits)
}

@Test(arguments: [true, false])
func vanishedRolesGoOnDemand(prunes: Bool) {
    let made = ProfileSync.profiles(
        for: [role("444455556666", "c")], template: "{account_name}", prefix: "", old: two,
        taken: [], prunes: prunes)
    #expect(made.vanished == [two[0]])
    // A renamed account's profile keeps what was added to it.
    #expect(made.profiles.map(\.name) == (prunes ? ["c"] : ["a", "c"]))
    #expect(made.profiles.last?.ownLines == two[1].ownLines)
}
