// What `scan` says of each kind of finding, and how far it is.
import Model
import Testing

@testable import Scan
@testable import credtool

private let id = "AKIA" + "Y34FZKBOKMUTVV7A"

private func finding(
    _ path: String, _ place: ScanFinding.Place, id: String? = id, more: Int = 0
) -> ScanFinding {
    ScanFinding(
        path, place,
        Sighting(
            id: id.flatMap { AccessKeyID($0) }, secretStart: "q8Zr", offset: 0, fingerprint: ""),
        more: more)
}

private let object = ScanFinding.Place.object(
    id: "0123456789abcdef0123", path: "config/prod.env", isMessage: false)

@Test(
    arguments: [
        (
            finding("/home/a/.env", .line(3)), nil,
            "~/.env:3: key \(id) of account 609629065308, secret q8Zr…",
            "credtool add NAME stores it; then take it out of the file"
        ),
        (
            finding("/home/a/.aws/credentials", .line(3), more: 2), "my work",
            "~/.aws/credentials:3: key \(id) of account 609629065308, secret q8Zr…, and 2 more times there",
            "credtool import 'my work' takes it over"
        ),
        (
            finding("/srv/x", .line(1), id: "ASIAIOSFODNN7AAAAAAA"), nil,
            "/srv/x:1: a session's key ASIAIOSFODNN7AAAAAAA, secret q8Zr…",
            "it ends by itself; credtool exec hands out sessions that stand in no file"
        ),
        (
            finding("/home/ab/x", .line(1), id: nil), nil,
            "/home/ab/x:1: secret q8Zr…, without an ID beside it",
            "credtool add NAME stores it with its ID; then take it out of the file"
        ),
        (
            finding("/home/a/app/.git", object), nil,
            "~/app, git: config/prod.env (0123456789ab): key \(id) of account 609629065308, secret q8Zr…",
            "whoever has a copy has it: credtool rotate makes a new key where credtool has this one;"
                + " else make one, then: "
                + "aws iam delete-access-key --access-key-id \(id)"
        ),
        (
            finding(
                "/srv/x.git", .object(id: "0123456789abcdef", path: nil, isMessage: true), id: nil),
            nil,
            "/srv/x.git, git: the message of 0123456789ab: secret q8Zr…, without an ID beside it",
            "whoever has a copy has it: credtool rotate makes a new key where credtool has this one;"
                + " else make one, then: "
                + "aws iam delete-access-key --access-key-id ID"
        ),
        (
            finding(
                "/srv/x.git", .object(id: "0123456789abcdef", path: nil, isMessage: false),
                id: "ASIAIOSFODNN7AAAAAAA"), nil,
            "/srv/x.git, git: 0123456789ab, in no commit: a session's key ASIAIOSFODNN7AAAAAAA,"
                + " secret q8Zr…",
            "it ends by itself; until then, whoever has a copy can use it"
        ),
    ] as [(ScanFinding, String?, String, String)])
func tellsPlaceKindAndNextStep(finding: ScanFinding, profile: String?, text: String, next: String) {
    let report = ScanReport(finding: finding, profile: profile, home: "/home/a")
    #expect(report.text == "\(text)\n    \(next)")
}

@Test func findingsStandInTheOrderOfTheirPlaces() {
    let sorted =
        [finding("/a", .line(9)), finding("/a", .line(10)), finding("/a", object)]
        + [finding("/b", .line(1))]
    #expect(Array(sorted.reversed()).sorted() == sorted)
}

@Test(arguments: [
    (
        ScanProgress(done: 0, files: 0, bytes: 0, found: 0),
        "[....................] 0%, 0 files, 0 B, 0 found"
    ),
    (
        ScanProgress(done: 0.5, files: 1234, bytes: 999_999, found: 1),
        "[##########..........] 50%, 1,234 files, 999.9 kB, 1 found"
    ),
    (
        ScanProgress(done: 1, files: 1_000_000, bytes: 12_345_678_901, found: 20),
        "[####################] 100%, 1,000,000 files, 12.3 GB, 20 found"
    ),
    (
        ScanProgress(done: 0.999, files: 999, bytes: 1_000_000, found: 0),
        "[###################.] 99%, 999 files, 1.0 MB, 0 found"
    ),
])
func showsHowFarItIs(progress: ScanProgress, text: String) {
    #expect(progress.text == text)
}
