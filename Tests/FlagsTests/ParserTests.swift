// Command lines that are understood, and what they mean.
import Flags
import Testing

@Suite struct ParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let command: Command
        var profile: String?
        var pattern: String?
        var values: [Flag: String] = [:]
        var switches: [Flag] = []
        var commandStart: Int?

        init(
            _ line: String, _ command: Command, profile: String? = nil, pattern: String? = nil,
            values: [Flag: String] = [:], switches: [Flag] = [], commandStart: Int? = nil
        ) {
            self.line = line
            self.command = command
            self.profile = profile
            self.pattern = pattern
            self.values = values
            self.switches = switches
            self.commandStart = commandStart
        }

        var testDescription: String { line }
    }

    @Test func actionsTakeWordsOfTheirOwn() throws {
        let backup = try parse(["vault", "backup", "a b", "--force"])
        #expect(backup.action == .backup && backup.file == "a b" && backup.isSet(.force))
        let move = try parse(["vault", "move", "work", "--to", "file", "home"])
        #expect(move.action == .move && move.profiles == ["work", "home"] && move.file == nil)
        #expect(try parse(["vault", "passphrase"]).action == .passphrase)
        let sync = try parse(["sso", "sync", "work"])
        #expect(sync.action == .sync && sync.profile == "work")
    }

    @Test(arguments: [
        // Positionals, and flags before, behind and between them.
        Case("add", .add),
        Case("add work", .add, profile: "work"),
        Case("add work --force", .add, profile: "work", switches: [.force]),
        Case("add --force work", .add, profile: "work", switches: [.force]),
        Case("-v add work", .add, profile: "work", switches: [.verbose]),
        Case("--verbose add -v work --verbose", .add, profile: "work", switches: [.verbose]),
        Case("list --json", .list, switches: [.json]),
        Case("list prod* --json", .list, pattern: "prod*", switches: [.json]),
        Case("list -- -x", .list, pattern: "-x"),
        Case("remove -- -odd", .remove, profile: "-odd"),
        Case("remove -- --force", .remove, profile: "--force"),
        Case("clear -", .clear, profile: "-"),
        Case("clear", .clear),
        Case("version", .version),
        // Values.
        Case("add --vault=file", .add, values: [.vault: "file"]),
        Case(
            "add --vault secret-service w", .add, profile: "w", values: [.vault: "secret-service"]),
        Case("export --format fish", .export, values: [.format: "fish"]),
        Case("export w --role=a=b", .export, profile: "w", values: [.role: "a=b"]),
        Case("exec -r deploy", .exec, values: [.role: "deploy"]),
        Case("exec -rdeploy", .exec, values: [.role: "deploy"]),
        Case("exec -r=deploy", .exec, values: [.role: "deploy"]),
        Case("exec -vr deploy", .exec, values: [.role: "deploy"], switches: [.verbose]),
        Case("exec -vrdeploy", .exec, values: [.role: "deploy"], switches: [.verbose]),
        Case("exec -d 45m", .exec, values: [.duration: "45m"]),
        Case("exec --external-id=-x", .exec, values: [.externalID: "-x"]),
        Case("exec --external-id -", .exec, values: [.externalID: "-"]),
        Case("exec --mfa-token 012345", .exec, values: [.mfaToken: "012345"]),
        Case(
            "exec --session-tags A=B,C=D=E --transitive-tags A,C", .exec,
            values: [.sessionTags: "A=B,C=D=E", .transitiveTags: "A,C"]),
        Case(
            "exec --source-identity alice --policy-arns a,b --policy {}", .exec,
            values: [.sourceIdentity: "alice", .policyARNs: "a,b", .policy: "{}"]),
        Case(
            "exec w --role r --read-only cmd --read-only", .exec, profile: "w",
            values: [.role: "r"], switches: [.readOnly], commandStart: 6),
        Case(
            "exec w --federation-token bob --read-only", .exec, profile: "w",
            values: [.federationToken: "bob"], switches: [.readOnly]),
        Case(
            "exec --root-of 111122223333 --role r --task-policy S3UnlockBucketPolicy", .exec,
            values: [.rootOf: "111122223333", .role: "r", .taskPolicy: "S3UnlockBucketPolicy"]),
        Case("export --mfa-prompt ykman", .export, values: [.mfaPrompt: "ykman"]),
        Case(
            "plan work --role r --json", .plan, profile: "work", values: [.role: "r"],
            switches: [.json]),
        Case(
            "exec w -n -t 123456 cmd", .exec, profile: "w", values: [.mfaToken: "123456"],
            switches: [.noSession], commandStart: 6),
        Case("plan", .plan),
        Case("whoami work --json --fresh", .whoami, profile: "work", switches: [.json, .fresh]),
        Case("whoami", .whoami),
        Case("sign GET https://x work --curl", .sign, profile: "work", switches: [.curl]),
        Case("sign --header A:1 GET u --header B:2", .sign, values: [.header: "A:1"]),
        Case("add --no-config --region x", .add, values: [.region: "x"], switches: [.noConfig]),
        // Where the child's words begin: counted in argv, where credtool itself is 0.
        Case("exec", .exec),
        Case("exec work", .exec, profile: "work"),
        Case("exec work aws s3 ls --region x", .exec, profile: "work", commandStart: 3),
        Case("exec work -- aws -v --role x", .exec, profile: "work", commandStart: 4),
        Case("exec -- aws", .exec, commandStart: 3),
        Case("exec -- -h", .exec, commandStart: 3),
        Case("exec -- --", .exec, commandStart: 3),
        Case("exec --", .exec),
        Case("exec work --", .exec, profile: "work"),
        Case("each --all -- aws --all", .each, switches: [.all], commandStart: 4),
        Case("each --all aws -- --jobs", .each, switches: [.all], commandStart: 3),
        Case("each -j4 -k x", .each, values: [.jobs: "4"], switches: [.keepOrder], commandStart: 4),
        Case("exec work env -- --help", .exec, profile: "work", commandStart: 3),
        Case("exec work env --version", .exec, profile: "work", commandStart: 3),
        Case(
            "-v exec work --role r --fresh -- cmd", .exec, profile: "work",
            values: [.role: "r"], switches: [.verbose, .fresh], commandStart: 8),
        Case(
            "exec --role r work cmd --role s", .exec, profile: "work", values: [.role: "r"],
            commandStart: 5),
    ])
    func understands(line: Case) throws {
        let words = line.line.split(separator: " ").map(String.init)
        let invocation = try parse(words)
        #expect(invocation.command == line.command)
        #expect(invocation.profile == line.profile)
        #expect(invocation.pattern == line.pattern)
        #expect(invocation.commandStart == line.commandStart)
        for flag in Flag.allCases {
            #expect(invocation.value(flag) == line.values[flag])
            let isSet = line.values[flag] != nil || line.switches.contains(flag)
            #expect(invocation.isSet(flag) == isSet)
        }
    }

    @Test(
        arguments: [
            ("", nil, false), ("-v", nil, false), ("--help", nil, true), ("-h", nil, false),
            ("-vh", nil, false), ("help", nil, true),
            ("-v help", nil, true), ("help -h", .help, false), ("help --help", .help, true),
            ("help exec", .exec, true), ("help help", .help, true), ("exec -h", .exec, false),
            ("exec work --help", .exec, true), ("exec --role r -vh --bogus", .exec, false),
            ("remove -h", .remove, false), ("remove --help --force --force", .remove, true),
            ("add --env --stdin -h", .add, false),
        ] as [(String, Command?, Bool)])
    func answersForHelp(line: String, topic: Command?, isLong: Bool) throws {
        let invocation = try parse(line.split(separator: " ").map(String.init))
        #expect(invocation.command == .help)
        #expect(invocation.topic == topic)
        #expect(invocation.isLong == isLong)
    }

    @Test(arguments: ["--version", "-v --version", "exec --version", "version"])
    func answersForVersion(line: String) throws {
        #expect(try parse(line.split(separator: " ").map(String.init)).command == .version)
    }

    @Test func readsDurations() throws {
        let invocation = try parse(["exec", "--duration", "1h30m", "--min-ttl=900"])
        #expect(invocation.duration(.duration) == .seconds(5400))
        #expect(invocation.duration(.minTTL) == .seconds(900))
        #expect(try parse(["exec"]).duration(.duration) == nil)
    }

    @Test(arguments: Names.allCases)
    func completesNames(names: Names) throws {
        let invocation = try parse(["__complete", names.rawValue])
        #expect(invocation.command == .complete)
        #expect(invocation.names == names)
    }

    @Test func theCommandThatNobodyTypesIsKnown() throws {
        #expect(try parse(["__watch"]).command == .watch)
    }

    @Test func countsTheChildsWordsOnly() throws {
        // However they were repaired, and empty ones too.
        let words = ["exec", "work", "\u{FFFD}", "", "-\u{FFFD}"]
        #expect(try parse(words).commandStart == 3)
        #expect(try parse(["exec", "--", "", "x"]).commandStart == 3)
    }

    @Test func takesAnyNumberOfPaths() throws {
        #expect(try parse(["scan"]).paths == [])
        #expect(try parse(["scan", "a", "--json", "b", "--", "-c"]).paths == ["a", "b", "-c"])
    }

    @Test func takesProfilesOfAnyText() throws {
        for name in ["a b", "[x]", "a\nb", "ö", String(repeating: "x", count: 10_000), "a=b"] {
            #expect(try parse(["remove", name]).profile == name)
        }
    }
}
