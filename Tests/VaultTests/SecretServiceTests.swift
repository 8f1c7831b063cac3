// The Secret Service vault against a real gnome-keyring-daemon, one private keyring for each test.
import Glibc
import Testing

/// `Tests/Support`.
private let support: String = {
    let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(here)/Support"
}()

/// The built `vaultprobe`, which lies beside the test bundle.
private let probe: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
    let path = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "/" + path.split(separator: "/").dropLast().joined(separator: "/") + "/vaultprobe"
}()

/// What a shell command prints, and its exit status.
private func output(_ command: String) throws -> (lines: [String], status: Int32) {
    let stream = try #require(popen(command, "r"))
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 {
        text += buffer.prefix(count)
    }
    let status = pclose(stream)
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    return (lines, status >> 8)
}

private func keyring(_ script: String) throws -> [String] { try keyring("", script) }

/// What `script` prints in a private keyring, on both of its streams. `$V` is the probe.
private func keyring(_ options: String, _ script: String) throws -> [String] {
    setenv("V", probe, 1)
    setenv("SCRIPT", script, 1)
    let result = try output("'\(support)/private-keyring' \(options) -- bash -c \"$SCRIPT\" 2>&1")
    return result.lines
}

@Suite(.serialized) struct SecretServiceTests {
    private let id = "AKIAIOSFODNN7EXAMPLE"
    private let other = "AKIAI44QH8DHBEXAMPLE"

    @Test func keepsReplacesAndForgets() throws {
        let lines = try keyring(
            """
            $V load work; $V entries; $V remove work
            printf first | $V store work \(id); $V load work
            printf second | $V store home \(id); $V entries
            printf third | $V store work \(other); $V load work; $V load home; $V entries
            printf fourth | $V store work \(other); $V load work; $V entries
            $V remove work; $V load work; $V entries; $V remove work
            """)
        #expect(
            lines == [
                "error: absent(profile: \"work\")", "false",
                "\(id) first",
                "home \(id)", "work \(id)",
                "\(other) third", "\(id) second", "home \(id)", "work \(other)",
                "\(other) fourth", "home \(id)", "work \(other)",
                "true", "error: absent(profile: \"work\")", "home \(id)", "false",
            ])
    }

    @Test func anotherProgramSeesALabelForAPersonAndTheDocumentedAttributes() throws {
        let lines = try keyring(
            """
            printf made-up | $V store work \(id)
            secret-tool search --unlock credtool:profile work credtool:access-key-id \(id)
            """)
        #expect(lines.contains("label = AWS access key of work (AKIA…MPLE)"))
        #expect(lines.contains("secret = made-up"))
        #expect(lines.contains("schema = io.github.credtool.AccessKey"))
        #expect(lines.contains("attribute.credtool:profile = work"))
        #expect(lines.contains("attribute.credtool:access-key-id = \(id)"))
    }

    @Test func namesOfAllSorts() throws {
        let lines = try keyring(
            """
            for name in 'with space' '[brackets]' $'line\\nfeed' 'Ünïcode 鍵' "qu'o\\"te" \
                "$(printf '%010000d' 7)"; do
                printf "of-$(printf '%s' "$name" | wc -c)" | $V store "$name" \(id)
            done
            for name in 'with space' '[brackets]' $'line\\nfeed' 'Ünïcode 鍵' "qu'o\\"te" \
                "$(printf '%010000d' 7)"; do $V load "$name"; done
            $V load 'with'
            $V store '' \(id) < /dev/null
            """)
        #expect(
            lines == [10, 10, 9, 13, 7, 10_000].map { "\(id) of-\($0)" } + [
                "error: absent(profile: \"with\")", "error: unsuitableName(\"\")",
            ])
    }

    @Test func sessionsAreKeptApartFromKeys() throws {
        let lines = try keyring(
            """
            printf key | $V store work \(id)
            printf session | $V put credtool:record=f1 profile=work
            printf another | $V put credtool:record=f2 profile=work
            printf again | $V put credtool:record=f1 profile=work
            $V get credtool:record=f1; $V get credtool:record=f2; $V get credtool:record=f3
            $V search credtool:record=f2
            $V drop profile=work; $V get credtool:record=f1
            $V entries
            """)
        #expect(
            lines == [
                "again", "another", "nothing",
                "credtool:record=f2 profile=work",
                "2", "nothing", "work \(id)",
            ])
    }

    @Test func noSecretCrossesTheBusInPlain() throws {
        let lines = try keyring(
            """
            dbus-monitor --session --binary > $HOME/log &
            until grep -asq NameAcquired $HOME/log; do sleep 0.02; done
            printf wJalrXUtnFEMISECRET | $V store work \(id); $V load work
            until [ $(grep -ac CloseSession\\\\\\|GetSecret $HOME/log) -gt 0 ]; do sleep 0.02; done
            kill $!
            grep -ac wJalrXUtnFEMISECRET $HOME/log
            grep -aq 'AWS access key of work' $HOME/log && echo label seen
            grep -ao 'dh-ietf1024-sha256-aes128-cbc-pkcs7' $HOME/log | head -1
            """)
        #expect(
            lines == [
                "\(id) wJalrXUtnFEMISECRET", "0", "label seen",
                "dh-ietf1024-sha256-aes128-cbc-pkcs7",
            ])
    }

    /// What stands in the way is told apart, and each by the same answer on every road.
    @Test(arguments: [
        ("--service=none", "", "noDaemon"),
        ("--service=empty", "", "noDefaultCollection"),
        ("", "kill -KILL $KEYRING_PID; wait_gone", "noDaemon"),
        ("", "$PRIVATE_KEYRING --lock;", "locked"),
        ("--prompter=refuse", "$PRIVATE_KEYRING --lock;", "refused"),
        (
            "--prompter=silent", "$PRIVATE_KEYRING --lock;",
            "timedOut(after: 1.0 seconds, prompting: true)"
        ),
        ("", "kill -STOP $KEYRING_PID;", "timedOut(after: 0.5 seconds, prompting: false)"),
        ("", "kill -STOP $BUS_PID;", "timedOut(after: 0.5 seconds, prompting: false)"),
        ("--bus=mute", "", "timedOut(after: 0.5 seconds, prompting: false)"),
    ])
    func obstacles(_ options: String, _ preparation: String, _ expected: String) throws {
        let lines = try keyring(
            options,
            """
            wait_gone() {
                until ! dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
                    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets |
                    grep -q true; do sleep 0.02; done
            }
            \(preparation)
            limits='--call=500 --prompt=1000'
            $V $limits load work; $V $limits remove work; $V $limits entries
            printf secret | $V $limits store work \(id)
            """)
        #expect(lines == Array(repeating: "error: \(expected)", count: 4))
    }

    @Test(arguments: [
        ("--bus=none", ""),
        ("", "export DBUS_SESSION_BUS_ADDRESS=unix:path=$HOME/nobody;"),
        ("", "export DBUS_SESSION_BUS_ADDRESS=nonsense;"),
        (
            "",
            "kill -KILL $BUS_PID; while dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetId > /dev/null 2>&1; do sleep 0.02; done;"
        ),
    ])
    func noBus(_ options: String, _ preparation: String) throws {
        let lines = try keyring(
            options,
            """
            \(preparation) $V load work
            printf s | $V store work \(id)
            $V availability
            """)
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.contains("noBus(reason: ") }, "\(lines)")
    }

    /// Locked from the start, as after a login without a password: nothing to be found is not
    /// nothing there.
    @Test func aKeyringThatWasNeverOpenedIsLocked() throws {
        let lines = try keyring(
            """
            printf secret | $V store work \(id)
            kill $KEYRING_PID
            until ! $V availability | grep -q answers; do sleep 0.02; done
            gnome-keyring-daemon --foreground --components=secrets < /dev/null > /dev/null 2>&1 &
            until $V availability | grep -q answers; do sleep 0.02; done
            $V load work; $V load nosuch; $V entries; $V availability
            kill $!
            """)
        #expect(
            lines == [
                "error: locked", "error: locked", "error: locked", "answers(locked: true)",
            ])
    }

    @Test(arguments: [
        ("", "answers(locked: false)"),
        ("--service=none", "unavailable(Vault.VaultError.noDaemon)"),
    ])
    func availability(_ options: String, _ expected: String) throws {
        #expect(try keyring(options, "$V availability") == [expected])
    }

    @Test func withoutLeaveToPromptNobodyIsAsked() throws {
        let lines = try keyring(
            "--prompter=silent",
            """
            $PRIVATE_KEYRING --lock
            $V --no-prompt load work; $V --no-prompt entries; $V availability
            [ -e $HOME/prompting ] && echo prompted
            """)
        #expect(lines == ["error: locked", "error: locked", "answers(locked: true)"])
    }

    @Test(arguments: ["KEYRING_PID", "BUS_PID"])
    func whoDiesBehindThePromptIsNoticed(_ victim: String) throws {
        let lines = try keyring(
            "--prompter=silent",
            """
            $PRIVATE_KEYRING --lock
            $V load work &
            until [ -e $HOME/prompting ]; do sleep 0.02; done
            kill -KILL $\(victim)
            wait
            """)
        // gcr, within the daemon, has words of its own where the bus dies first.
        #expect(lines.filter { !$0.hasPrefix("Gcr-Message") } == ["error: connectionLost"])
    }

    /// gnome-keyring 42 aborts when an unlocking is dismissed, so a late person must not cause that.
    @Test func aPromptThatTakesTooLongLeavesTheDaemonAlive() throws {
        let lines = try keyring(
            "--prompter=silent",
            """
            $PRIVATE_KEYRING --lock
            $V --prompt=1000 load work
            $V availability
            """)
        #expect(
            lines == [
                "error: timedOut(after: 1.0 seconds, prompting: true)", "answers(locked: true)",
            ])
    }

    /// gnome-keyring 42 answers one of several prompts that are up at once.
    @Test func promptsOfSeveralProcessesComeOneAfterTheOther() throws {
        let lines = try keyring(
            "--prompter=refuse",
            """
            $PRIVATE_KEYRING --lock
            for i in 1 2 3 4 5; do $V --lock=$HOME/lock load work & done; wait
            """)
        #expect(lines == Array(repeating: "error: refused", count: 5))
    }

    @Test func manyAtOnceAreAllKept() throws {
        let lines = try keyring(
            """
            for i in 1 2 3 4 5 6 7 8; do printf "secret-$i" | $V store p$i \(id) & done; wait
            for i in 1 2 3 4 5 6 7 8; do $V load p$i; done
            """)
        #expect(lines == (1...8).map { "\(id) secret-\($0)" })
    }

    /// Two who replace the same key leave one of theirs, never none.
    @Test func twoWhoReplaceTheSameKeyLeaveOne() throws {
        let lines = try keyring(
            """
            printf old | $V store work AKIA0000000000000000
            for i in 1 2 3 4 5 6 7 8 9 10; do
                printf a | $V store work \(id) & printf b | $V store work \(other) &
                $V load work | grep -v '[abd]$'
                wait
                $V load work; $V entries | wc -l
            done
            """)
        #expect(lines.count == 20)
        for (index, line) in lines.enumerated() {
            #expect(
                index.isMultiple(of: 2) ? ["\(id) a", "\(other) b"].contains(line) : line == "1")
        }
    }

    /// An item as version 0.1 made it: `profile` and `access-key-id`.
    private func former(_ secret: String, _ id: String, profile: String = "work") -> String {
        """
        printf '\(secret)' | secret-tool store --label='AWS access key of \(profile)' \
            xdg:schema io.github.credtool.AccessKey profile \(profile) access-key-id \(id)
        """
    }

    private let count = """
        count() { secret-tool search --all --unlock "$@" 2>/dev/null | grep -c '^secret = '; }
        """

    @Test func itemsOfVersion01AreFoundAndMovedOver() throws {
        let lines = try keyring(
            """
            \(count)
            \(former("made-up", id)); \(former("another", other, profile: "home"))
            $V entries; count profile work; $V load work
            count profile work; count profile home
            count credtool:profile work credtool:access-key-id \(id); count credtool:profile home
            secret-tool search credtool:profile work 2>&1 | grep label
            $V load work; $V load home; $V entries
            """)
        #expect(
            lines == [
                "home \(other)", "work \(id)", "1", "\(id) made-up", "0", "0", "1", "1",
                "label = AWS access key of work", "\(id) made-up", "\(other) another",
                "home \(other)", "work \(id)",
            ])
    }

    @Test func itemsOfVersion01AreReplacedAndRemoved() throws {
        let lines = try keyring(
            """
            \(count)
            \(former("old", id)); printf new | $V store work \(other); $V load work
            count profile work; count credtool:profile work
            \(former("old", id, profile: "home")); $V remove home; count profile home
            """)
        #expect(lines == ["\(other) new", "0", "1", "true", "0"])
    }

    /// As aws-vault does it: an item with the attribute `profile` alone takes the place of what has
    /// that attribute.
    @Test func anotherProgramsItemTakesNoKeyAway() throws {
        let lines = try keyring(
            """
            printf made-up | $V store work \(id)
            printf '{\"Key\":\"work\"}' | secret-tool store --label=x profile work
            $V load work; $V entries
            """)
        #expect(lines == ["\(id) made-up", "work \(id)"])
    }

    @Test(arguments: [
        ("no ID", "printf x | secret-tool store --label=x $S credtool:profile work"),
        (
            "another's",
            "printf '{\"Key\":1}' | secret-tool store --label=x $S credtool:profile work "
                + "credtool:access-key-id AKIAI44QH8DHBEXAMPLE"
        ),
    ])
    func whatIsNoKeyHidesNone(_: String, _ planting: String) throws {
        let lines = try keyring(
            """
            S='xdg:schema io.github.credtool.AccessKey credtool:stored 9000000000000000000'
            printf made-up | $V store work \(id)
            \(planting)
            $V load work
            """)
        #expect(lines == ["\(id) made-up"])
    }

    @Test func aSecretOfAnotherProgramIsToldAsThat() throws {
        let lines = try keyring(
            """
            S='xdg:schema io.github.credtool.AccessKey'
            printf '{\"Key\":1}' | secret-tool store --label=x $S credtool:profile work \
                credtool:access-key-id \(id)
            $V load work
            """)
        #expect(lines == ["error: foreignSecret(profile: \"work\")"])
    }

    /// Many who replace the same key at once leave one item, and all see the same.
    @Test func manyWhoReplaceTheSameKeyLeaveOneItem() throws {
        let lines = try keyring(
            """
            \(count)
            printf old | $V store work \(id)
            for round in 1 2 3 4 5; do
                for i in 1 2 3 4 5 6; do printf "made-up-$i" | $V store work \(other) & done; wait
                count credtool:profile work
            done
            """)
        #expect(lines == ["1", "1", "1", "1", "1"])
    }

    @Test func durableRecordsLastUntilTheyAreRemoved() throws {
        let lines = try keyring(
            """
            printf token | $V keep sso-1 'note of it'; printf renewed | $V keep sso-1 'another note'
            printf device | $V keep dpop 'device key' 4000000000
            printf over | $V keep gone 'x' 1
            $V recall sso-1; $V recall dpop; $V recall gone; $V recall never
            $V records | sort; $V forget sso-1; $V forget sso-1; $V recall sso-1
            """)
        #expect(
            lines == [
                "renewed (another note)", "device (device key)", "nothing", "nothing",
                "dpop 4000000000", "gone 1", "sso-1 -", "true", "false", "nothing",
            ])
    }

    @Test func theKeyringLeavesNoTracesInMemory() throws {
        #expect(try keyring("$V traces work") == ["true true 0"])
    }

    @Test func theLibrariesAreLoadedAndNotLinked() throws {
        let needed = try output("readelf -d '\(probe)'")
        #expect(needed.status == 0)
        #expect(needed.lines.contains { $0.contains("(NEEDED)") })
        #expect(!needed.lines.contains { $0.contains("libsecret") || $0.contains("libglib") })
    }

    @Test func aMissingLibraryIsNamedWithItsPackage() throws {
        let lines = try keyring(
            "--bus=none",
            "touch $HOME/libsecret-1.so.0; LD_LIBRARY_PATH=$HOME $V load work")
        #expect(lines.count == 1)
        #expect(
            lines.first?.hasPrefix(
                "error: library(Model.LibraryUnavailable(library: \"libsecret-1.so.0\", "
                    + "package: \"libsecret-1-0\", reason: ") == true, "\(lines)")
    }

    @Test func theShimsDeclarationsAreTheLibrarys() throws {
        let check = try output("'\(support)/check-libsecret-abi' 2>&1")
        #expect(check.status == 0, "\(check.lines)")
    }
}
