// Command lines that are not understood, and what is told of them.
import Flags
import Testing

@Suite struct UsageErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let words: [String]
        let error: UsageError

        init(_ line: String, _ cause: UsageError.Cause, _ command: Command? = nil) {
            words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            error = UsageError(cause, command: command)
        }

        var testDescription: String { words.joined(separator: " ") }
    }

    /// The commands that make a session.
    static let sessions: [Command] = [.exec, .each, .export, .console, .use, .plan, .whoami, .sign]

    @Test(arguments: [
        // Commands.
        Case("--", .missingCommand),
        Case("-- exec", .missingCommand),
        Case("exce", .unknownCommand("exce", nearest: .exec)),
        Case("EXEC", .unknownCommand("EXEC", nearest: .exec)),
        Case("rm", .unknownCommand("rm", nearest: .remove)),
        Case("ls", .unknownCommand("ls", nearest: .list)),
        Case("whoam", .unknownCommand("whoam", nearest: .whoami)),
        Case("explain", .unknownCommand("explain", nearest: .plan)),
        Case("work", .unknownCommand("work", nearest: nil)),
        Case("", .unknownCommand("", nearest: nil)),
        Case("_complete", .unknownCommand("_complete", nearest: nil)),
        Case("help lst", .unknownCommand("lst", nearest: .list), .help),
        Case("help __complete", .unknownCommand("__complete", nearest: nil), .help),
        // Flags.
        Case("exec --rol x", .unknownFlag("--rol", nearest: .role), .exec),
        Case("exec --durration=1h", .unknownFlag("--durration", nearest: .duration), .exec),
        Case("exec --frobnicate", .unknownFlag("--frobnicate", nearest: nil), .exec),
        Case("list --jsno", .unknownFlag("--jsno", nearest: .json), .list),
        Case("--hlep", .unknownFlag("--hlep", nearest: .help)),
        Case("--secret=wJalrXUtnFEMI", .unknownFlag("--secret", nearest: nil)),
        Case("exec work -x", .unknownFlag("-x", nearest: nil), .exec),
        Case("exec -vx", .unknownFlag("-x", nearest: nil), .exec),
        Case("exec -role admin", .unknownFlag("-role", nearest: .role), .exec),
        Case("exec -role=admin", .unknownFlag("-role", nearest: .role), .exec),
        Case("exec ---role", .unknownFlag("---role", nearest: .role), .exec),
        Case("exec --=x", .unknownFlag("--", nearest: nil), .exec),
        Case("list --role x", .flagOfOtherCommands(.role, [.login, .logout] + sessions), .list),
        Case("exec --format json", .flagOfOtherCommands(.format, [.export]), .exec),
        Case("plan --format json", .flagOfOtherCommands(.format, [.export]), .plan),
        Case(
            "exec --json",
            .flagOfOtherCommands(
                .json, [.list, .sso, .each, .plan, .whoami, .scan, .log, .doctor]), .exec),
        Case("exec --readonly", .unknownFlag("--readonly", nearest: .readOnly), .exec),
        Case("--role x exec", .flagBeforeCommand(.role)),
        // Values.
        Case("exec --role", .missingValue(.role, name: "ROLE"), .exec),
        Case("exec -r", .missingValue(.role, name: "ROLE"), .exec),
        Case("exec -vr", .missingValue(.role, name: "ROLE"), .exec),
        Case("exec --role --fresh", .missingValue(.role, name: "ROLE"), .exec),
        Case("exec --role -- cmd", .missingValue(.role, name: "ROLE"), .exec),
        Case("exec --fresh=yes", .needlessValue(.fresh), .exec),
        Case("exec -v=yes", .needlessValue(.verbose), .exec),
        Case("--help=exec", .needlessValue(.help)),
        Case("exec --role=", .invalidValue(.role, "", expected: .text(.roles)), .exec),
        Case("exec -r=", .invalidValue(.role, "", expected: .text(.roles)), .exec),
        Case("exec --role ", .invalidValue(.role, "", expected: .text(.roles)), .exec),
        Case("exec -d 1d", .invalidValue(.duration, "1d", expected: .duration), .exec),
        Case(
            "exec --min-ttl 9223372036854775807",
            .invalidValue(.minTTL, "9223372036854775807", expected: .duration), .exec),
        Case("exec --min-ttl=-5", .invalidValue(.minTTL, "-5", expected: .duration), .exec),
        Case("each --jobs 0 x", .invalidValue(.jobs, "0", expected: .number(1...256)), .each),
        Case("each --jobs 257 x", .invalidValue(.jobs, "257", expected: .number(1...256)), .each),
        Case("each --jobs +1 x", .invalidValue(.jobs, "+1", expected: .number(1...256)), .each),
        Case("each --all", .missingArgument("COMMAND"), .each),
        Case("each --all --", .missingArgument("COMMAND"), .each),
        Case("exec --mfa-token 12345", .invalidValue(.mfaToken, nil, expected: .code), .exec),
        Case("exec --mfa-token 1234567", .invalidValue(.mfaToken, nil, expected: .code), .exec),
        Case("exec --mfa-token 12345x", .invalidValue(.mfaToken, nil, expected: .code), .exec),
        Case("exec --mfa-token ١٢٣", .invalidValue(.mfaToken, nil, expected: .code), .exec),
        Case("exec --role a --role a", .repeatedFlag(.role), .exec),
        Case("exec -r a --role=b", .repeatedFlag(.role), .exec),
        // Together.
        Case("add --env --stdin", .exclusiveFlags(.env, .stdin), .add),
        Case("add --stdin w --env", .exclusiveFlags(.env, .stdin), .add),
        Case("add --no-config --mfa-serial x", .exclusiveFlags(.mfaSerial, .noConfig), .add),
        Case(
            "exec --role r --federation-token n", .exclusiveFlags(.federationToken, .role), .exec),
        Case(
            "plan --federation-token n --root-of 1", .exclusiveFlags(.federationToken, .rootOf),
            .plan),
        Case(
            "whoami --external-id x --federation-token n",
            .exclusiveFlags(.federationToken, .externalID), .whoami),
        Case("exec --policy p.json --read-only", .exclusiveFlags(.readOnly, .policy), .exec),
        Case("exec --read-only --policy-arns a", .exclusiveFlags(.readOnly, .policyARNs), .exec),
        Case("export --read-only --root-of 1", .exclusiveFlags(.rootOf, .readOnly), .export),
        // Arguments.
        Case("remove", .missingArgument("PROFILE"), .remove),
        Case("remove --", .missingArgument("PROFILE"), .remove),
        Case("__complete", .missingArgument("KIND"), .complete),
        Case("__complete codes", .unknownNames("codes"), .complete),
        Case("sso frobnicate", .unknownAction("frobnicate"), .sso),
        Case("sso", .missingArgument("ACTION"), .sso),
        Case("shell-init", .missingArgument("SHELL"), .shellInit),
        Case("shell-init tcsh", .unknownShell("tcsh"), .shellInit),
        Case("setup-process a  b", .emptyProfile, .setupProcess),
        Case("unuse work", .surplusArgument(accepted: 0), .unuse),
        Case("add work AKIAIOSFODNN7EXAMPLE", .surplusArgument(accepted: 1), .add),
        Case("list work home", .surplusArgument(accepted: 1), .list),
        Case("export work aws", .surplusArgument(accepted: 1), .export),
        Case("export work -- aws", .surplusArgument(accepted: 1), .export),
        Case("plan work aws", .surplusArgument(accepted: 1), .plan),
        Case("plan work -- aws", .surplusArgument(accepted: 1), .plan),
        Case("whoami work alice", .surplusArgument(accepted: 1), .whoami),
        Case("version 1", .surplusArgument(accepted: 0), .version),
        Case("help exec add", .surplusArgument(accepted: 1), .help),
        Case("scan a  b", .emptyPath, .scan),
        Case("exec ", .emptyProfile, .exec),
        Case("exec  cmd", .emptyProfile, .exec),
        Case("remove ", .emptyProfile, .remove),
        // The first mistake counts.
        Case("exec --bogus -h", .unknownFlag("--bogus", nearest: nil), .exec),
    ])
    func tells(line: Case) {
        #expect(throws: line.error) { try parse(line.words) }
    }

    @Test(
        arguments: [
            (.taskPolicy, "S3UnlockBucket"), (.taskPolicy, "s3unlockbucketpolicy"),
            (.mfaPrompt, "terminal"), (.mfaPrompt, "TTY"),
        ] as [(Flag, String)])
    func tellsTheChoicesOfSessions(flag: Flag, word: String) {
        #expect {
            try parse(["exec", flag.spelling, word])
        } throws: { error in
            guard let error = error as? UsageError,
                case .invalidValue(flag, word, .choice) = error.cause
            else { return false }
            return error.command == .exec
        }
    }

    @Test(arguments: ["tape", "", "File"])
    func tellsTheChoices(word: String) {
        #expect {
            try parse(["add", "--vault", word])
        } throws: { error in
            guard let error = error as? UsageError,
                case .invalidValue(.vault, word, .choice(let choices)) = error.cause
            else { return false }
            return choices.map(\.name) == ["secret-service", "file"] && error.command == .add
        }
    }
}
