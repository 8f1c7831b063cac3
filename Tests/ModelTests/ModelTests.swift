// Durations, moments, names and keys: what is read, what is refused, and how it is written.
import Model
import Testing

@Test(arguments: [
    ("45m", 2700), ("1h30m", 5400), ("1h", 3600), ("90s", 90), ("1h1m1s", 3661), ("2h5s", 7205),
    ("900", 900), ("0", 0), ("0m", 0), ("007m", 420), ("90m", 5400),
])
func durationsAsArguments(text: String, seconds: Int) {
    #expect(Duration(argument: text) == .seconds(seconds))
}

@Test(arguments: [
    "", " ", "h", "m30", "1h30", "30m1h", "1h1h", "1d", "1.5h", "-5", "-5m", "+5", "+5m", "5 m",
    "5M", "½h", "٣m", "9223372036854775807h", "99999999999999999999", "9223372036854775807s1s",
    "2562047788015215h60m", "9223372036854775807", "315360001", "87600h1s", "5256001m",
])
func noDurations(_ text: String) { #expect(Duration(argument: text) == nil) }

@Test(arguments: [
    ("90d", 7_776_000, "90d"), ("1d", 86_400, "1d"), ("3650d", 315_360_000, "3650d"),
    ("12h", 43_200, "12h"), ("24h", 86_400, "1d"), ("60", 60, "1m"), ("0d", 0, "0s"),
])
func agesAreReadAndWritten(text: String, seconds: Int, written: String) {
    #expect(Duration(age: text) == .seconds(seconds))
    #expect(Duration.seconds(seconds).age == written)
}

@Test(arguments: ["", "d", "-1d", "+1d", "1.5d", "1d12h", "3651d", "99999999999999999999d", "٣d"])
func noAges(_ text: String) { #expect(Duration(age: text) == nil) }

@Test(arguments: [
    (0, "0s"), (20, "20s"), (60, "1m"), (2700, "45m"), (3600, "1h"), (5400, "1h30m"),
    (3661, "1h1m1s"), (7205, "2h5s"), (43200, "12h"), (129_600, "36h"), (-5, "0s"),
])
func durationsWritten(seconds: Int, text: String) {
    #expect(Duration.seconds(seconds).argument == text)
    if seconds >= 0 { #expect(Duration(argument: text) == .seconds(seconds)) }
}

@Test(arguments: [
    "315360000", "87600h", "5256000m", "87599h59m60s", "000000000000000000000315360000",
])
func tenYearsAreTheLongest(_ text: String) {
    #expect(Duration(argument: text) == Duration.longestArgument)
}

@Test(arguments: [
    ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
    ("baa", "0039231913392937"),
])
func hashesOfTheDraft(text: String, hash: String) {
    #expect(FNV1a.hexadecimal(text.utf8) == hash)
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes { FNV1a.hexadecimal($0) } == hash)
}

@Test func wholeSecondsDropTheFraction() {
    #expect(Duration.milliseconds(1999).wholeSeconds == 1)
    #expect(Duration.milliseconds(1999).argument == "1s")
}

@Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-01-31T09:00:00Z", 1_769_850_000),
    ("2026-01-31T09:00:00.999Z", 1_769_850_000), ("2026-01-31T09:00:00.1234567891Z", 1_769_850_000),
    ("2026-01-31T09:00:00+00:00", 1_769_850_000), ("2024-02-29T23:59:59Z", 1_709_251_199),
    ("2106-02-07T06:28:16Z", 4_294_967_296),
])
func momentsRead(text: String, seconds: Int) {
    #expect(Timestamp(rfc3339: text)?.secondsSinceEpoch == seconds)
}

@Test(arguments: [
    "", "Z", "2026-01-31", "2026-01-31T09:00:00", "2026-01-31 09:00:00Z", "2026-02-31T09:00:00Z",
    "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:60:00Z",
    "2026-01-31T09:00:61Z", "2026-01-31T09:00:00.Z", "2026-01-31T09:00:00.5",
    "2026-01-31T09:00:00+01:00", "2026-01-31T09:00:00Zx", "+026-01-31T09:00:00Z",
    "2026-01-31T09:00:0xZ", "２０２６-01-31T09:00:00Z", "yyyy-mm-ddThh:mm:ssZ",
])
func noMoments(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

@Test func momentsWrittenAndReckoned() {
    let moment = Timestamp(secondsSinceEpoch: 1_769_850_000)
    #expect(moment.description == "2026-01-31T09:00:00Z")
    #expect(moment.basicISO8601 == "20260131T090000Z")
    #expect(Timestamp(rfc3339: moment.description) == moment)
    let later = moment + .seconds(3600)
    #expect(later.description == "2026-01-31T10:00:00Z")
    #expect(later - moment == .seconds(3600))
    #expect(moment - later == .seconds(-3600))
    #expect(moment < later)
    #expect(moment + .milliseconds(1900) == moment + .seconds(1))
}

@Test(arguments: [
    ("arn:aws:iam::123456789012:role/Admin", "Admin"),
    ("arn:aws-cn:iam::123456789012:role/team/one/Admin", "team/one/Admin"),
    ("arn:aws:iam::123456789012:user/ada", nil), ("arn:aws:iam::123456789012:role/", nil),
    ("arn:aws:iam::123456789012:role", nil), ("arn:aws:sts::123456789012:role/Admin", nil),
    ("arn:aws:sts::123456789012:assumed-role/Admin/x:y", nil),
])
func namesOfRoles(text: String, role: String?) throws {
    let arn = try #require(ARN(text))
    #expect(arn.description == text)
    #expect(arn.roleName == role)
    #expect(!arn.isRootUser)
}

@Test func partsOfAnARN() throws {
    let arn = try #require(ARN("arn:aws:lambda:eu-west-1:123456789012:function:f:1"))
    #expect(arn.partition == "aws")
    #expect(arn.service == "lambda")
    #expect(arn.region == "eu-west-1")
    #expect(arn.accountID == "123456789012")
    #expect(arn.resource == "function:f:1")
    #expect(ARN("arn:aws:iam::123456789012:root")?.isRootUser == true)
    #expect(
        ARN.role("team/Admin", accountID: "1", partition: "aws").description
            == "arn:aws:iam::1:role/team/Admin")
}

@Test(arguments: [
    "", "arn", "Admin", "arn:aws:iam::123456789012", "arn:aws:iam::123456789012:",
    "ARN:aws:iam::1:role/x", "arn::iam::1:role/x", "arn:aws:::1:role/x", " arn:aws:iam::1:role/x",
])
func noARNs(_ text: String) { #expect(ARN(text) == nil) }

@Test(arguments: [
    ("AKIAIOSFODNN7EXAMPLE", false, "AKIA…MPLE"), ("ASIAIOSFODNN7EXAMPLE", true, "ASIA…MPLE"),
    ("abcdefgh_1234567", false, "abcd…4567"),
    (String(repeating: "A", count: 128), false, "AAAA…AAAA"), ("test", false, "te…"),
    ("app/user-1@home.example", false, "app/…mple"),
])
func accessKeyIDs(text: String, isTemporary: Bool, masked: String) throws {
    let id = try #require(AccessKeyID(text))
    #expect(id.description == text)
    #expect(id.isTemporary == isTemporary)
    #expect(id.masked == masked)
}

@Test(arguments: [
    "", "AKIAIOSFODNN7EXAMPL ", "AKIAIOSFODNN7EXAMPL\n", "AKIAIOSFODNN7EXAMPLÉ",
    "AKIA,OSFODNN7EXAMPLE", "AKIA=OSFODNN7EXAMPLE", "AKIA\u{7f}",
    String(repeating: "A", count: 129),
])
func noAccessKeyIDs(_ text: String) { #expect(AccessKeyID(text) == nil) }

@Test func credentialsOfALongTermKey() throws {
    let id = try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE"))
    let key = AccessKey(id: id, secret: Secret("made up"))
    let credentials = Credentials(key.copy())
    #expect(credentials.accessKeyID == id)
    let isSame = credentials.secretAccessKey.equals(Secret("made up"))
    #expect(isSame)
    #expect(credentials.expiration == nil)
    let hasToken = credentials.sessionToken != nil
    #expect(!hasToken)
}
