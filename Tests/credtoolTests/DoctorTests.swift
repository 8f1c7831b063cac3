// What the checks of `doctor` make of what they find: severities, words, order and limits.
import AWS
import Glibc
import HTTP
import Model
import Profiles
import System
import Testing
import Vault

@testable import Planning
@testable import SignIn
@testable import credtool

private let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
private let hour = Duration.seconds(3600)
private let key = AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped
private let other = AccessKeyID("AKIAWORKEXAMPLE00002").unsafelyUnwrapped

private func index(_ profile: String = "work", _ vault: VaultKind = .secretService) -> VaultIndex {
    VaultIndex([
        VaultIndex.Entry(
            profile: profile, accessKeyID: key, vault: vault, added: now, caller: nil)
    ])
}

private func ground(_ text: String = "", index: VaultIndex = VaultIndex()) throws -> Ground {
    var ground = Ground()
    ground.take(
        try ConfigFiles(
            config: Secret(text), credentials: nil,
            paths: ConfigPaths { $0 == "HOME" ? "/h" : nil }))
    ground.index = index
    return ground
}

/// What is wrong comes with what to type, and all of it in the house's manner.
private func speaksWell(_ findings: [Finding]) {
    for finding in findings {
        #expect(finding.severity == .fine || !finding.hints.isEmpty, "\(finding)")
        #expect(!finding.message.hasSuffix("."), "\(finding)")
        let start = finding.message.prefix { $0 != " " }
        #expect(start.dropFirst().contains(where: \.isUppercase) || start == start.lowercased())
    }
}

// MARK: The report

@Suite struct DoctorReportTests {
    private let fault = Finding(.problem, .records, at: "work", Wording("bad", hint: "mend it"))
    private let mendable = Finding(
        .problem, .files, Wording("open", hint: "chmod"), repair: .rebuildIndex)
    private let note = Finding(.note, .keyring, Wording("perhaps", hint: "look"))
    private let fine = Finding.fine(.config, "good")

    @Test func theWorstComesFirst() {
        let report = DoctorReport([fine, note, fault, mendable, fault])
        #expect(
            report.text == """
                problem  files    open
                                  hint: chmod
                problem  records  bad
                                  hint: mend it
                note     keyring  perhaps
                                  hint: look
                ok       config   good
                """)
        #expect((report.problems, report.fixable) == (2, 1))
    }

    @Test func whatIsMendedCountsNoMore() {
        var report = DoctorReport([mendable])
        report.entries[0].outcome = .done("did it")
        #expect(report.text == "fixed    files  open\n                did it")
        #expect((report.problems, report.fixable) == (0, 0))
        report.entries[0].outcome = .failed(Wording("no room", hint: "df -h"))
        #expect((report.problems, report.fixable) == (1, 0))
        #expect(report.text.hasSuffix("not mended: no room\n                hint: df -h"))
    }

    @Test func asJSON() {
        #expect(
            DoctorReport([fault]).json.text(.compact)
                == #"{"findings":[{"area":"records","hints":["mend it"],"isFixable":false,"#
                + #""message":"bad","place":"work","severity":"problem"}],"problems":1}"#)
    }

    @Test func nothingSteersTheTerminal() {
        #expect(!DoctorReport([.fine(.config, "a\u{1b}[31m")]).text.contains("\u{1b}"))
    }

    @Test func whatHangsIsGivenUpAlone() {
        let begin = MonotonicTime.now
        let found = Checkup.findings(
            of: [
                Check(area: .keyring) { [.fine(.keyring, "\(sleep(5))")] },
                Check(area: .network) { [.fine(.network, "good")] },
            ], within: .milliseconds(200))
        #expect(MonotonicTime.now - begin < .seconds(4))
        #expect(found.map(\.severity) == [.problem, .fine])
        #expect(found[0].message.contains("did not end within"))
        speaksWell(DoctorArea.allCases.map { Checkup.late($0, hour) })
    }
}

// MARK: Keyrings

@Suite struct KeyringCheckTests {
    private static func look(
        _ collection: SecretServiceLook.Collection, isGNOME: Bool = true
    ) -> Result<SecretServiceLook, VaultError> {
        .success(SecretServiceLook(isGNOMEKeyring: isGNOME, process: 7, collection: collection))
    }

    @Test(arguments: [
        (look(.open), 1, Finding.Severity.fine, "unlocked"),
        (look(.locked), 1, .problem, "locked; a stored key rests there"),
        (look(.locked), 0, .note, "is locked"),
        (look(.locked, isGNOME: false), 2, .problem, "keepassxc is the Secret Service (process 7)"),
        (look(.missing), 0, .note, "no default collection"),
        (.failure(.noDaemon), 0, .note, "no keyring is running"),
        (.failure(.noDaemon), 2, .problem, "2 stored keys rest there"),
        (.failure(.noBus(reason: "gone")), 0, .note, "no D-Bus session bus"),
        (.failure(.timedOut(after: hour, prompting: false)), 0, .problem, "did not answer"),
        (.failure(.unencryptedSession), 0, .problem, "in plain"),
    ])
    func theSecretService(
        result: Result<SecretServiceLook, VaultError>, needs: Int, severity: Finding.Severity,
        words: String
    ) {
        for hasOtherVault in [false, true] {
            let found = KeyringCheck.findings(
                result, program: "keepassxc", needs: needs, hasOtherVault: hasOtherVault)
            #expect(found.map(\.severity) == [severity])
            #expect(found[0].message.contains(words), "\(found)")
            speaksWell(found)
        }
    }

    @Test(arguments: [
        (Result<Void, KernelKeyringError>.success(()), 1, Finding.Severity.fine, "1 of 200 keys"),
        (.success(()), 195, .problem, "nearly full"),
        (.failure(.full), 200, .problem, "200 of 200"),
        (.failure(.refused), 0, .note, "refused"),
        (.failure(.failed(SystemError("add_key", "x", code: EIO))), 1, .problem, "x: "),
    ])
    func theKernel(
        trial: Result<Void, KernelKeyringError>, keys: Int, severity: Finding.Severity,
        words: String
    ) {
        let found = KernelKeyringCheck.findings(
            trial, quota: KeyQuota(keys: keys, mostKeys: 200, bytes: 1, mostBytes: 20_000))
        #expect(found.map(\.severity) == [severity])
        #expect(found[0].message.contains(words), "\(found)")
        speaksWell(found)
    }
}

// MARK: The environment

@Suite struct EnvironmentCheckTests {
    private static let pair = ["AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "made-up"]

    private func findings(_ variables: [String: String], _ text: String = "") throws -> [Finding] {
        var check = EnvironmentCheck(variable: { variables[$0] })
        check.exists = { $0 == "/there" }
        check.danger = { $0 == "/usr/lib/good.so" ? nil : "is not there" }
        check.folder = { $0 == "/open" ? .writableByAll(path: $0) : nil }
        check.now = now
        let found = check.findings(try ground(text))
        speaksWell(found)
        #expect(!"\(found)".contains("made-up"))
        return found
    }

    @Test(arguments: [
        ([:], "", Finding.Severity.fine, "no variable"),
        (pair, "", .note, "every program there can read"),
        (pair, "[default]\nregion = x\n", .problem, "takes the place of the profile default"),
        (
            pair.merging(["CREDTOOL_PROFILE": "work"]) { $1 }, "", .fine,
            "the session of profile work"
        ),
        (
            pair.merging([
                "CREDTOOL_PROFILE": "work", "AWS_CREDENTIAL_EXPIRATION": "2027-01-01T00:00:00Z",
            ]) { $1 }, "", .problem, "is over since 2027-01-01T00:00:00Z"
        ),
        (["AWS_SECRET_ACCESS_KEY": "made-up"], "", .problem, "AWS_ACCESS_KEY_ID not"),
        (["AWS_CONFIG_FILE": "/there"], "", .fine, "no variable"),
        (["AWS_SHARED_CREDENTIALS_FILE": "/away"], "", .problem, "no such file"),
        (["AWS_REGION": "a"], "[profile work]\nregion = a\n", .fine, "no variable"),
        (["AWS_REGION": "b"], "[profile work]\nregion = a\n", .note, "region of work (/h"),
        (["AWS_PAGER": "b"], "[profile work]\ncli_pager = a\n", .note, "cli_pager of work"),
        (["AWS_ROLE_ARN": "b"], "", .problem, "gives every profile"),
        (["LD_PRELOAD": "/usr/lib/good.so"], "", .note, "LD_PRELOAD loads code"),
        (["LD_PRELOAD": "/usr/lib/good.so:/x.so"], "", .problem, "/x.so is not there"),
        (["LD_LIBRARY_PATH": "/a:/b;$ORIGIN/lib"], "", .fine, "no variable"),
        (["LD_LIBRARY_PATH": ""], "", .fine, "no variable"),
        (["LD_LIBRARY_PATH": "/a;/open:/b"], "", .problem, "every user of this machine"),
        (["LD_LIBRARY_PATH": "/a:"], "", .problem, "an empty part"),
        (["LD_LIBRARY_PATH": ":/a"], "", .problem, "an empty part"),
        (["LD_LIBRARY_PATH": "/a:b/c"], "", .problem, "b/c is looked for from the working"),
        (["LD_LIBRARY_PATH": "~/lib"], "", .problem, "/h/lib is looked for from the working"),
    ])
    func whatIsInTheWay(
        variables: [String: String], text: String, severity: Finding.Severity, words: String
    ) throws {
        let found = try findings(variables, text)
        #expect(found.map(\.severity) == [severity], "\(found)")
        #expect(
            found[0].message.replacing("~", with: "/h").contains(words), "\(found)")
    }

    @Test func theRoleOfAPodIsItsTokens() throws {
        #expect(
            try findings(["AWS_ROLE_ARN": "x", "AWS_WEB_IDENTITY_TOKEN_FILE": "/there"])
                .map(\.severity) == [.fine])
    }

    @Test(arguments: [
        ([:], [], ""), (["HTTP_PROXY": "http://p:1"], [Finding.Severity.note], "plain http"),
        (["HTTPS_PROXY": "http://p:1"], [.fine], "by way of the proxy"),
        (["HTTPS_PROXY": "p"], [.fine], "\"p\""),
        (
            ["https_proxy": "http://[::1]:1", "NO_PROXY": "x"], [.fine],
            "but for the hosts in NO_PROXY"
        ),
        (["HTTPS_PROXY": "ftp://p:1"], [.problem], "no proxy's address"),
        (["ALL_PROXY": "http://:1"], [.problem], "ALL_PROXY"),
        (["HTTPS_PROXY": "http://p:http"], [.problem], "no proxy's address"),
        (["https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"], [.fine, .note], "p:1"),
        (["HTTPS_PROXY": "http://me:made-up@p:1"], [.fine], "…@p:1"),
    ])
    func theProxy(variables: [String: String], severities: [Finding.Severity], words: String) {
        let found = ProxyCheck.findings { variables[$0] }
        #expect(found.map(\.severity) == severities, "\(found)")
        #expect(found.isEmpty || found[0].message.contains(words), "\(found)")
        #expect(!"\(found)".contains("made-up"))
        speaksWell(found)
    }
}

// MARK: The network

@Suite struct NetworkCheckTests {
    private static func endpoint(_ url: String?) throws -> AskedEndpoint {
        var options = Endpoint.Options(region: "eu-west-1")
        options.override = url
        return AskedEndpoint(
            try Endpoint.sts(options), origin: url.map { _ in .variable("AWS_ENDPOINT_URL_STS") },
            caBundle: nil)
    }

    @Test(arguments: [
        (0, Finding.Severity.fine), (29, .fine), (-29, .fine), (30, .note), (-299, .note),
        (300, .problem), (-300, .problem),
    ])
    func theClock(ahead: Int, severity: Finding.Severity) {
        let found = NetworkCheck.clock(
            EndpointAnswer(told: now, here: now + .seconds(ahead)), host: "h")
        #expect(found.severity == severity)
        let word = ahead < 0 ? "behind" : "ahead"
        #expect(found.severity == .fine || found.message.contains(word))
        speaksWell([found])
    }

    @Test(arguments: [
        (nil, HTTPError.resolve(host: "h", reason: "r"), Finding.Severity.note, DoctorArea.network),
        (nil, .timedOut(host: "h", .connecting), .note, .network),
        (nil, .proxy(reason: "r", status: 407), .problem, .network),
        (nil, .unknownAuthority(host: "h", reason: "r"), .problem, .certificates),
        ("https://h", .resolve(host: "h", reason: "r"), .problem, .network),
        ("https://h", .tls(host: "h", reason: "r"), .problem, .certificates),
    ])
    func whoDoesNotAnswer(
        url: String?, error: HTTPError, severity: Finding.Severity, area: DoctorArea
    ) throws {
        let endpoint = try Self.endpoint(url)
        let found = NetworkCheck.findings(
            [(endpoint, .failure(error)), (endpoint, .failure(error))], unasked: 0
        ).inOrder
        #expect(found.map(\.severity) == [severity])
        #expect(found.map(\.area) == [area])
        #expect((severity == .note) == found[0].message.hasPrefix("offline"))
        speaksWell(found)
    }

    @Test func oneAddressThatAnswersIsNotOffline() throws {
        let found = NetworkCheck.findings(
            [
                (try Self.endpoint(nil), .failure(.resolve(host: "h", reason: "r"))),
                (
                    try Self.endpoint("https://h"),
                    .success(EndpointAnswer(told: now, here: now))
                ),
            ], unasked: 0)
        #expect(found.map(\.severity) == [.note, .fine, .fine])
        #expect(!found[0].message.hasPrefix("offline"))
    }

    @Test func credentialsOverPlainHTTP() throws {
        let endpoint = try Self.endpoint("http://sts.example")
        let found = NetworkCheck.findings(
            [(endpoint, .success(EndpointAnswer(told: nil, here: now)))], unasked: 3)
        #expect(found.map(\.severity) == [.problem, .fine])
        #expect(found[1].message.contains("3 more"))
    }
}

// MARK: Files, certificates, records

@Suite struct RecordCheckTests {
    @Test func filesOfOthers() {
        let open = FileCheck.finding(.writableByAll(path: "/a b"), isOwn: true)
        #expect(open.repair == .forbidWriting(path: "/a b"))
        #expect(open.hints == ["chmod o-w '/a b'"])
        let foreign = FileCheck.finding(.foreign(path: "/x", owner: 7), isOwn: false)
        #expect(foreign.repair == nil)
        #expect(FileCheck.finding(.writableByAll(path: "/"), isOwn: false).repair == nil)
        speaksWell([open, foreign])
    }

    @Test(arguments: [
        (CertificateCheck.Content.missing, Finding.Severity.problem, "not there"),
        (.nothing, .problem, "no certificate"), (.folder, .fine, "a folder"),
        (.unreadable(SystemError("open", "x", code: EACCES)), .problem, "cannot be read"),
        (.certificates(ends: [now, now + hour]), .fine, "2, of which 1 have ended"),
        (.certificates(ends: [now]), .problem, "ended at"),
        (.certificates(ends: [now, now]), .problem, "all ended"),
    ])
    func trustedCertificates(
        content: CertificateCheck.Content, severity: Finding.Severity, words: String
    ) {
        for origin in [Origin.variable("AWS_CA_BUNDLE"), .file(path: "~/.aws/config", line: 2)] {
            let found = CertificateCheck.finding(Setting("ca.pem", from: origin), content, now: now)
            #expect(found.severity == severity)
            #expect(found.message.contains(words), "\(found)")
            speaksWell([found])
        }
    }

    @Test(arguments: [(-1, [Finding.Severity.problem]), (3600, [.note]), (30 * 86_400, [])])
    func aProfilesOwnCertificate(left: Int, severities: [Finding.Severity]) {
        let stored = StoredCertificate(
            profile: "build", vault: .file, serial: "1", fingerprint: "x",
            notAfter: now + .seconds(left), subject: "CN=x")
        let found = CertificateCheck.finding(stored, now: now)
        #expect(found.map(\.severity) == severities)
        speaksWell(found)
    }

    @Test func theIndexAndTheVault() {
        func entry(_ profile: String, _ id: AccessKeyID) -> VaultEntry {
            VaultEntry(profile: profile, accessKeyID: id, created: now, modified: now)
        }
        func found(_ entries: [VaultEntry], _ index: VaultIndex) -> [String] {
            let found = RecordCheck.findings(
                VaultContent(kind: .secretService, entries: entries, expired: 0), index)
            speaksWell(found)
            #expect(found.allSatisfy { $0.severity == .problem && $0.repair == .rebuildIndex })
            return found.compactMap(\.place)
        }
        #expect(found([entry("work", key)], index()).isEmpty)
        #expect(found([], index()) == ["work"])
        #expect(found([entry("work", key), entry("x", key)], index()) == ["x"])
        #expect(found([entry("work", other)], index()) == ["work"])
        // The newer key is in the file vault: the keyring's is a copy that was left.
        #expect(found([entry("work", key)], index("work", .file)).isEmpty)
        #expect(RecordCheck.fine(keys: 1, unasked: 1).message.contains("was not asked"))
        #expect(RecordCheck.fine(keys: 2, unasked: 0).message.contains("(2 keys)"))
        speaksWell(RecordCheck.indexFindings(VaultIndex(), isLost: true))
        #expect(
            RecordCheck.finding(.exposedFile(path: "/v", mode: 0o644)).repair
                == .keepPrivate(path: "/v"))
    }

    @Test func signIns() {
        func summary(_ name: String, _ left: Int, _ until: Int? = nil) -> SignInSummary {
            SignInSummary(
                name: name, expiration: now + .seconds(left),
                refreshableUntil: until.map { now + .seconds($0) })
        }
        func found(_ all: [SignInSummary]) -> [Repair?] {
            let found = RecordCheck.signIns(all, named: ["a"], now: now)
            speaksWell(found)
            #expect(found.allSatisfy { $0.severity == .note })
            return found.map(\.repair)
        }
        #expect(found([summary("a", 1)]).isEmpty)
        #expect(found([summary("a", -1, 1)]).isEmpty)
        #expect(found([summary("a", -1), summary("b", -1, -1)]) == [.forgetSignIns(["a", "b"])])
        #expect(found([summary("b", 1)]) == [nil])
    }
}
