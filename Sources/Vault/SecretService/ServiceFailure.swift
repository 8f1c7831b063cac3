// What an error of GLib, libsecret or the bus means for the person who waits.
internal import CSecret
internal import Glibc

/// An error as the libraries report it.
struct ServiceFailure: Error, Equatable {
    /// GLib's error domain, such as `g-io-error-quark`.
    let domain: String
    /// The code within the domain.
    let code: Int32
    /// The D-Bus name, where the error came over the bus.
    let remoteName: String?
    /// The library's own words.
    let message: String

    init(domain: String, code: Int32, remoteName: String?, message: String) {
        self.domain = domain
        self.code = code
        self.remoteName = remoteName
        self.message = message
    }

    /// Takes over a `GError` and frees it.
    init(taking error: OpaquePointer?) {
        guard let error else {
            self.init(domain: "", code: 0, remoteName: nil, message: "no reason given")
            return
        }
        var name = [CChar](repeating: 0, count: 256)
        let isRemote = csecret_error_remote_name(error, &name, name.count) == 1
        self.init(
            domain: String(cString: csecret_error_domain(error)), code: csecret_error_code(error),
            remoteName: isRemote ? String(nulTerminated: name) : nil,
            message: String(cString: csecret_error_message(error)))
        csecret_error_free(error)
    }

    /// The object was there a moment ago and is gone.
    var isVanishedObject: Bool {
        remoteName == "org.freedesktop.Secret.Error.NoSuchObject"
            || remoteName == "org.freedesktop.DBus.Error.UnknownObject"
            || remoteName == "org.freedesktop.DBus.Error.UnknownMethod"
    }

    /// libsecret's own words for a path with nothing at it: G_DBUS_ERROR_UNKNOWN_METHOD.
    var isAbsentObject: Bool { domain == "g-dbus-error-quark" && code == 19 }

    /// What it means once the service was seen: that it is missing now says that it went away.
    var vaultErrorOnceConnected: VaultError {
        vaultError == .noDaemon ? .connectionLost : vaultError
    }

    /// What it means once the bus is reached.
    ///
    /// Sources: D-Bus specification, "Standard errors"; Secret Service API draft, "Errors"; GLib's
    /// GIOErrorEnum.
    var vaultError: VaultError {
        if let name = remoteName {
            switch name {
            case "org.freedesktop.DBus.Error.ServiceUnknown",
                "org.freedesktop.DBus.Error.NameHasNoOwner":
                return .noDaemon
            case _ where name.hasPrefix("org.freedesktop.DBus.Error.Spawn."):
                return .noDaemon
            case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected",
                "org.freedesktop.Secret.Error.NoSession":
                return .connectionLost
            case "org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AuthFailed":
                return .refused
            case "org.freedesktop.Secret.Error.IsLocked":
                return .locked
            case "org.gnome.keyring.Error.Denied":
                return .wrongPassword
            default:
                return .serviceFailed(name: name, message: message)
            }
        }
        switch (domain, code) {
        case ("secret-error", 2):  // SECRET_ERROR_IS_LOCKED
            return .locked
        case ("g-io-error-quark", 18), ("g-io-error-quark", 44):  // CLOSED, CONNECTION_CLOSED
            return .connectionLost
        default:
            return .serviceFailed(name: "\(domain) \(code)", message: message)
        }
    }
}

extension VaultError {
    /// Whether it comes of the keys of one session, so that another session may do.
    ///
    /// Sources: libsecret's SECRET_ERROR_PROTOCOL, where a secret is not to be decrypted; kwallet
    /// 5.103, kwalletfreedesktopservice.cpp and kwalletfreedesktopcollection.cpp.
    var isOfOneSession: Bool {
        guard case .serviceFailed(let name, let message) = self else { return false }
        return name == "secret-error 1" || message.contains("public key size is invalid")
            || message.contains("Can't find session")
    }
}

/// Why an unlocking ended with nothing unlocked. The service says "dismissed" in all three cases.
///
/// - Parameters:
///   - daemonRuns: Whether the Secret Service is still on the bus.
///   - isGNOMEKeyring: Whether it is the daemon that leaves prompting to another program.
///   - prompterRuns: Whether that program is on the bus; it stays for some seconds after a prompt,
///     and GNOME Shell for ever.
func reasonForDismissal(daemonRuns: Bool, isGNOMEKeyring: Bool, prompterRuns: Bool) -> VaultError {
    if !daemonRuns { return .connectionLost }
    return isGNOMEKeyring && !prompterRuns ? .locked : .refused
}
