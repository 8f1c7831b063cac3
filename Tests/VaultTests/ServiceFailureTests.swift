// The table from the libraries' errors to ours.
import Testing

@testable import Vault

@Suite struct ServiceFailureTests {
    @Test(arguments: [
        ("org.freedesktop.DBus.Error.ServiceUnknown", VaultError.noDaemon),
        ("org.freedesktop.DBus.Error.NameHasNoOwner", .noDaemon),
        ("org.freedesktop.DBus.Error.Spawn.ExecFailed", .noDaemon),
        ("org.freedesktop.DBus.Error.Spawn.ChildExited", .noDaemon),
        ("org.freedesktop.DBus.Error.NoReply", .connectionLost),
        ("org.freedesktop.DBus.Error.Disconnected", .connectionLost),
        ("org.freedesktop.Secret.Error.NoSession", .connectionLost),
        ("org.freedesktop.DBus.Error.AccessDenied", .refused),
        ("org.freedesktop.Secret.Error.IsLocked", .locked),
        ("org.gnome.keyring.Error.Denied", .wrongPassword),
        (
            "org.example.Odd",
            .serviceFailed(name: "org.example.Odd", message: "words")
        ),
    ])
    func namesFromTheBus(_ name: String, _ expected: VaultError) {
        let failure = ServiceFailure(
            domain: "g-dbus-error-quark", code: 0, remoteName: name, message: "words")
        #expect(failure.vaultError == expected)
        #expect(
            failure.vaultErrorOnceConnected == (expected == .noDaemon ? .connectionLost : expected))
    }

    @Test(arguments: [
        ("secret-error", 2, VaultError.locked),
        ("g-io-error-quark", 18, .connectionLost),
        ("g-io-error-quark", 44, .connectionLost),
        ("g-io-error-quark", 0, .serviceFailed(name: "g-io-error-quark 0", message: "words")),
    ])
    func codesFromTheLibraries(_ domain: String, _ code: Int32, _ expected: VaultError) {
        let failure = ServiceFailure(
            domain: domain, code: code, remoteName: nil, message: "words")
        #expect(failure.vaultError == expected)
    }

    @Test(arguments: [
        (false, true, true, VaultError.connectionLost),
        (false, false, false, .connectionLost),
        (true, true, false, .locked),
        (true, true, true, .refused),
        (true, false, false, .refused),
    ])
    func whyAPromptEnded(
        _ daemonRuns: Bool, _ isGNOMEKeyring: Bool, _ prompterRuns: Bool, _ expected: VaultError
    ) {
        #expect(
            reasonForDismissal(
                daemonRuns: daemonRuns, isGNOMEKeyring: isGNOMEKeyring, prompterRuns: prompterRuns)
                == expected)
    }

    @Test(arguments: [
        ("secret-error 1", "Received invalid secret from the secret storage", true),
        ("org.freedesktop.DBus.Error.InvalidArgs", "Client public key size is invalid", true),
        ("g-io-error-quark 36", "Can't find session /org/freedesktop/secrets/session/1", true),
        ("secret-error 3", "words", false),
        ("org.freedesktop.DBus.Error.InvalidArgs", "words", false),
    ])
    func whatAnotherSessionMayMend(_ name: String, _ message: String, _ expected: Bool) {
        #expect(VaultError.serviceFailed(name: name, message: message).isOfOneSession == expected)
        #expect(!VaultError.locked.isOfOneSession)
    }

    @Test func aNULNeverReachesC() {
        let store = SecretServiceStore()
        #expect(throws: VaultError.unsuitableName("a\0b")) {
            _ = try store.search(.session, ["profile": "a\0b"])
        }
        #expect(throws: VaultError.unsuitableName("work\0")) {
            _ = try KeyVault(SecretServiceStore()).remove(profile: "work\0")
        }
    }
}
