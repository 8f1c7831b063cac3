// One command in many accounts: who is meant, who is asked first, what is shown and said at the end.
import AWS
import Engine
import Flags
import Model
import Profiles
import Testing

@testable import Planning
@testable import credtool

// MARK: Who is meant

private let names = ["prod-a", "prod-b", "nonprod", "dev", "Dev2"]
private let tags: [String: String] = [
    "prod-a": "Team=Blue,Stage=Prod", "prod-b": "Team=Red,Stage=Prod", "dev": "team=Blue",
]

private func chosen(_ selection: EachSelection) throws -> [String] {
    try selection.chosen(of: names) { tags[$0].flatMap(SessionTag.list) ?? [] }
}

@Test(arguments: [
    ([], names), (["prod-*"], ["prod-a", "prod-b"]), (["prod-a"], ["prod-a"]),
    (["dev*"], ["dev", "Dev2"]), (["DEV"], ["dev"]),
    (["dev", "prod-?"], ["prod-a", "prod-b", "dev"]),
    (["*", "dev"], names), (["nonprod"], ["nonprod"]),
])
func profilesAreChosenByName(patterns: [String], expected: [String]) throws {
    #expect(try chosen(EachSelection(patterns: patterns)) == expected)
}

@Test(arguments: ["prod", "x*", "dev??", ""])
func aPatternThatFitsNothingIsAnError(pattern: String) {
    #expect(throws: Failure.noMatch(pattern, nearest: nil)) {
        try chosen(EachSelection(patterns: ["prod-*", pattern]))
    }
}

@Test(arguments: [
    ("Team=Blue", [], ["prod-a", "dev"]), ("team=blue", [], ["prod-a", "dev"]),
    ("Stage=P*", [], ["prod-a", "prod-b"]), ("Stage=Prod,Team=Red", [], ["prod-b"]),
    ("Team=*", ["prod-*"], ["prod-a", "prod-b"]),
])
func profilesAreChosenByTag(text: String, patterns: [String], expected: [String]) throws {
    let tags = text.split(separator: ",").map { tag in
        let parts = tag.split(separator: "=").map(String.init)
        return EachSelection.Tag(key: parts[0], value: parts[1])
    }
    #expect(try chosen(EachSelection(patterns: patterns, tags: tags)) == expected)
}

@Test(arguments: ["Team=Blu", "Stage=", "Other=x"])
func tagsThatNobodyHasAreAnError(text: String) throws {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    #expect(throws: Failure.noTaggedProfile(text)) {
        try chosen(EachSelection(tags: [EachSelection.Tag(key: parts[0], value: parts[1])]))
    }
}

@Test(
    arguments: [
        ("each x", .nothingChosen), ("each --tag a x", .malformedTag("a")),
        ("each --tag =a x", .malformedTag("=a")), ("each --profiles , x", .nothingChosen),
    ] as [(String, Failure)])
func aChoiceIsNeeded(line: String, failure: Failure) throws {
    let invocation = try parse(line.split(separator: " ").map(String.init))
    #expect(throws: failure) { try EachSelection(invocation) }
}

// MARK: Who is asked first

private func led(_ beginnings: [String?], _ results: [Int: EachBeginning]) -> (
    tried: [Int], givenUp: [[Int]]
) {
    var tried: [Int] = []
    var givenUp: [[Int]] = []
    EachBeginning.lead(beginnings) { position in
        tried.append(position)
        return results[position] ?? .isThere
    } giveUp: {
        givenUp.append([$0, $1])
    }
    return (tried, givenUp)
}

@Test func oneOfEachKindIsObtainedFirst() {
    let (tried, givenUp) = led(["a", nil, "b", "a", "b", "a"], [:])
    #expect(tried == [0, 2] && givenUp.isEmpty)
}

@Test func whoFailsForHimselfLetsTheNextTry() {
    let (tried, givenUp) = led(["a", "a", "a"], [0: .isOpen])
    #expect(tried == [0, 1] && givenUp.isEmpty)
}

@Test func nobodyIsAskedAgainWhereAPersonGaveNothing() {
    let (tried, givenUp) = led(["a", "b", "a", "a"], [0: .isOpen, 2: .failed])
    #expect(tried == [0, 2, 1] && givenUp == [[3, 2]])
}

private let key = StoredKey(
    profile: "work", accessKeyID: AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped,
    vault: .secretService, callerARN: nil)

private func plan(
    _ mfaSerial: String?, roles: [String] = [], profile: String = "work"
) -> CredentialPlan {
    let hour = Setting<Duration>(.seconds(3600), from: .standard)
    let session = SessionTokenCall(
        duration: hour, mfaSerial: mfaSerial.map { Setting($0, from: .standard) })
    let calls = roles.map { name in
        Call.assumeRole(
            AssumeRoleCall(
                role: Setting(
                    ARN.role(name, accountID: "111122223333", partition: "aws"), from: .standard)))
    }
    return CredentialPlan(.storedKey(key), calls: [.sessionToken(session)] + calls)
}

private let target = STSTarget(region: "eu-west-1", endpointURL: nil)

@Test func rolesBehindOneCodeBeginAlike() {
    func beginning(_ plan: CredentialPlan) -> String? {
        Fingerprint.personalBeginning(plan, target: target)
    }
    #expect(beginning(plan("mfa", roles: ["a"])) == beginning(plan("mfa", roles: ["b", "c"])))
    #expect(beginning(plan("mfa", roles: ["a"])) != beginning(plan("other", roles: ["a"])))
    #expect(beginning(plan("mfa", roles: ["a"])) != beginning(plan(nil, roles: ["a"])))
    // A locked vault is asked for once.
    #expect(beginning(plan(nil, roles: ["a"])) == beginning(plan(nil, roles: ["b"])))
    let process = CredentialProcess(
        profile: "x", command: Setting("true", from: .standard), accountID: nil)
    #expect(beginning(CredentialPlan(.credentialProcess(process))) == nil)
}

@Test func whatAnErrorSaysOfTheOthers() {
    let asked = plan("mfa", roles: ["a"])
    let denied = AWSError.service(
        AWSServiceError(operation: "x", code: "AccessDenied", message: "no", status: 403))
    func says(_ error: EngineError?) -> EachBeginning { EachBeginning(error, of: asked) }
    #expect(says(nil) == .isThere)
    #expect(says(.call(denied, of: asked)) == .isThere)
    #expect(says(.call(denied, of: asked.upTo(stage: 1))) == .failed)
    #expect(says(.roleMaximum(.seconds(1), .call(denied, of: asked))) == .isThere)
    #expect(says(.wrongCode(mfaSerial: "mfa", tries: 3)) == .failed)
    #expect(says(.vault(.absent(profile: "work"), key: key)) == .isOpen)
    #expect(says(.vault(.locked, key: key)) == .failed)
    #expect(says(.signIn(.noRole, profile: "x")) == .isThere)
    #expect(says(.environment) == .isOpen)
}

// MARK: What is shown

private func lines(_ parts: [String]) -> String {
    var lines = EachLines(name: "prod")
    var text: [UInt8] = []
    for part in parts {
        Array(part.utf8).withUnsafeBytes { text += lines.add($0) }
    }
    text += lines.takeRest()
    return String(decoding: text, as: UTF8.self)
}

@Test(arguments: [
    ([], ""), (["a\n"], "prod | a\n"), (["a"], "prod | a\n"), (["a\nb\n"], "prod | a\nprod | b\n"),
    (["a", "b\nc", "d"], "prod | ab\nprod | cd\n"), (["\n"], "prod | \n"),
    (["", "a\r\n"], "prod | a\r\n"),
])
func linesHaveTheNameInFront(parts: [String], text: String) { #expect(lines(parts) == text) }

@Test func namesInFrontDoNotSteerTheTerminal() {
    var lines = EachLines(name: "a\u{1b}[2J")
    let text = Array("x\n".utf8).withUnsafeBytes { lines.add($0) }
    #expect(!text.contains(0x1b))
}

@Test func aLineWithoutEndIsShownInParts() {
    let text = lines([String](repeating: String(repeating: "x", count: 60_000), count: 3))
    #expect(text.split(separator: "\n").count == 2)
}

@Test(
    arguments: [
        (.ended(0), 0, true), (.ended(3), 3, false), (.signalled(15), 143, false),
        (.killed, 137, false), (.notRun(Wording("no")), 125, false),
    ] as [(EachOutcome, Int32, Bool)])
func outcomesAreCodes(outcome: EachOutcome, code: Int32, isSuccess: Bool) {
    #expect(outcome.code == code && outcome.isSuccess == isSuccess)
}

@Test func aRunIsALineOfJSON() {
    var text = EachText()
    Array("a\nü\"".utf8).withUnsafeBytes { text.add($0) }
    #expect(
        EachOutcome.ended(2).json(profile: "p", region: nil, output: text)
            == #"{"code":2,"output":"a\u000aü\"","profile":"p","region":null}"# + "\n")
    #expect(
        EachOutcome.notRun(Wording("no")).json(profile: "p", region: "r", output: EachText())
            == #"{"code":125,"error":"no","output":"","profile":"p","region":"r"}"# + "\n")
}

@Test func anOutputThatIsTooLargeIsCut() {
    var text = EachText()
    let part = [UInt8](repeating: 0x61, count: EachText.limit - 1)
    part.withUnsafeBytes { text.add($0) }
    #expect(!text.isTruncated)
    part.withUnsafeBytes { text.add($0) }
    #expect(text.isTruncated && text.bytes.count == EachText.limit)
}

@Test func progressNamesWhatRuns() {
    var progress = EachProgress(total: 3)
    progress.begin("a")
    progress.begin("b")
    #expect(progress.text(columns: 80) == "0 of 3 done, running: a, b")
    progress.end("a", isSuccess: false)
    #expect(progress.text(columns: 80) == "1 of 3 done, 1 failed, running: b")
    progress.end("b", isSuccess: true)
    #expect(progress.text(columns: 80) == "2 of 3 done, 1 failed")
    #expect(progress.text(columns: 20).displayWidth == 20)
}

// MARK: What is said at the end

@Test func nothingIsSaidOfSuccess() {
    let summary = EachSummary(names: ["a", "b"], [0: .ended(0), 1: .ended(0)])
    #expect(summary.isSuccess && summary.lines.isEmpty && summary.hints.isEmpty)
}

@Test func eachReasonIsSaidOnce() {
    let no = EachOutcome.notRun(Wording("no key", hint: "credtool add x"))
    let summary = EachSummary(
        names: ["a", "b", "c", "d"], [0: .ended(2), 1: no, 2: .ended(2), 3: no])
    #expect(!summary.isSuccess)
    #expect(
        summary.lines == ["credtool: 4 of 4 failed", "  a, c: exit code 2", "  b, d: no key"])
    #expect(summary.hints == ["credtool add x"])
}

@Test func whatWasNotRunIsCounted() {
    let summary = EachSummary(names: ["a", "b", "c"], [0: .signalled(2)])
    #expect(
        summary.lines == [
            "credtool: 1 of 3 failed, 2 of 3 were not run to their end", "  a: ended by signal 2",
        ])
    #expect(!summary.isSuccess)
}

@Test func ofManyNamesAFewAreSaid() {
    let names = (1...13).map { "p\($0)" }
    #expect(EachSummary.list(names) == "p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 and 3 more")
}
