// What help prints.
import Testing

@testable import Flags

@Suite struct HelpTests {
    @Test func overviewInShort() {
        #expect(
            help(for: nil, long: false) == """
                Keep AWS keys in the keyring, hand out short-lived sessions.

                Usage: credtool [FLAGS] COMMAND ...

                Commands:
                  add            store an access key
                  import         take keys over from files and other programs
                  list           show profiles, stored keys and live sessions
                  rotate         replace a stored key by a new one
                  remove         delete a stored key and its sessions
                  login          make sure that a profile can be used
                  logout         end a sign-in, at AWS too
                  sso            list your roles at IAM Identity Center, write their profiles
                  exec           run a command with temporary credentials
                  each           run a command in many accounts
                  export         print temporary credentials for shells and programs
                  serve          serve sessions to programs that run long
                  console        open the AWS console in the browser
                  use            give the shell at hand the credentials
                  unuse          take the credentials of use away again
                  shell-init     print what makes use, unuse and a prompt for a shell
                  setup-process  let every AWS program draw from credtool
                  plan           show what exec would do, without doing it
                  whoami         show who AWS says you are
                  sign           sign any request to AWS: headers, curl, URL, answer
                  scan           find AWS keys in plain in files and git history
                  log            show who used which profile for what
                  clear          forget cached sessions
                  vault          back up, restore and move keys, change a passphrase
                  unlock         unlock the keyring, or hold the file vault's key
                  lock           lock the keyring, forget the file vault's key
                  doctor         look for what is wrong, and say how to mend it
                  version        print the version
                  help           explain credtool or one of its commands

                Flags:
                  -v, --verbose                say what is done and why
                  -h, --help                   show help: -h in short, --help at length
                      --version                print the version

                `credtool COMMAND -h` shows the flags of a command, `credtool --help` tells all.

                """)
    }

    @Test func execInShort() {
        #expect(
            help(for: .exec, long: false) == """
                Run a command with temporary credentials.

                Usage: credtool exec [PROFILE] [FLAGS] [--] [COMMAND ARGS...]

                Flags:
                  -r, --role ROLE              assume a role: an ARN, a profile, or a role name
                  -d, --duration DURATION      how long the session lasts: 45m, 1h30m, 900
                      --region REGION          the AWS region to ask and to pass on
                      --mfa-serial SERIAL      the MFA device, instead of the profile's
                  -t, --mfa-token CODE         the MFA device's six digits, instead of asking
                      --mfa-prompt METHOD      how to get MFA codes: tty, pinentry, ykman, ...
                      --external-id ID         the external ID that the role asks for
                      --session-name NAME      the role session's name, which AWS logs
                      --source-identity NAME   who is behind the role session, for AWS's logs
                      --session-tags TAGS      tags of the role session: Team=Blue,Stage=Test
                      --transitive-tags KEYS   tags that roles assumed from it keep: Team,Stage
                      --policy POLICY          session policy: a JSON document, or its file
                      --policy-arns ARNS       session policies: ARNs with commas between
                      --read-only              take the power to change things away
                      --reason TEXT            why the profile is used, for the logs
                      --federation-token NAME  a federated user's session, by this name
                      --root-of ACCOUNT        a root session of this member account
                      --task-policy TASK       what the root session is for: see --help
                  -n, --no-session             use the key itself, without GetSessionToken
                      --min-ttl DURATION       least time that a cached session must have left
                      --fresh                  get a new session in place of the cached one
                      --sso URL                a role of this access portal, without a profile
                      --account ACCOUNT        the account of the role, beside --sso
                      --saml-file FILE         take the SAML response from a file, - for stdin
                      --saml-process COMMAND   a command that prints the SAML response
                      --saml-provider ARN      the SAML identity provider in IAM
                      --saml-role ROLE         the role of the SAML response
                      --server                 keep the session fresh while COMMAND runs

                Flags of every command:
                  -v, --verbose                say what is done and why
                  -h, --help                   show help: -h in short, --help at length
                      --version                print the version

                `credtool help exec` tells more.

                """)
    }

    @Test func listAtLength() {
        #expect(
            help(for: .list, long: true).hasPrefix(
                """
                Usage: credtool list [PATTERN] [FLAGS]

                Shows the profiles of the AWS config files and the stored keys: the kind of each
                (key, role, ...), its account and role, where its credentials come from, region
                and MFA device, since how many days a key is stored and whether it is due to be
                rotated, and the live sessions with the time they have left. A session stands
                under the profile that it was made for and under those that would use it too.

                """))
        #expect(
            help(for: .list, long: true).contains(
                """
                The keyring is neither opened nor unlocked for this, and no secret is shown.

                Flags:
                      --json
                          Prints JSON, for scripts.

                Flags of every command:
                  -v, --verbose
                          Says on standard error what is done and why. No secret is ever said.

                """))
    }

    @Test func choicesAreListed() {
        #expect(
            help(for: .add, long: true).contains(
                """
                      --vault NAME
                          Stores the key in this vault. The default is CREDTOOL_VAULT; else the
                          Secret Service if it answers, else the file vault.

                          secret-service  the desktop keyring, such as GNOME's
                          file            an encrypted file, for machines without a keyring

                """))
    }

    @Test(arguments: [nil] + Command.allCases, [true, false])
    func fitsEveryTerminal(command: Command?, long: Bool) {
        let text = help(for: command, long: long)
        #expect(text.allSatisfy { $0.isASCII })
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n") && !text.contains("\n\n\n"))
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80)
            #expect(!line.hasSuffix(" "))
        }
    }

    @Test(arguments: Command.shown)
    func namesEveryFlag(command: Command) {
        for flag in command.allFlags {
            #expect(help(for: command, long: false).contains(flag.spelling))
            #expect(help(for: command, long: true).contains(flag.spelling))
            #expect(manPage(for: command).contains(Roff.bold(flag.spelling)))
        }
    }

    @Test func hiddenCommandsStayHidden() {
        for file in generatedFiles() where file.path.hasPrefix("man/") {
            #expect(!file.text.contains("__complete"))
            #expect(!file.text.contains("__watch"))
        }
        #expect(!help(for: nil, long: true).contains("__complete"))
        #expect(!help(for: nil, long: true).contains("__watch"))
    }
}
