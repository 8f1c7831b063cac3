// A keyring and its password, given without a prompter: over SSH, on a server, in a script.
internal import CSecret
public import Model

/// A collection of the Secret Service, opened or made by its password.
///
/// gnome-keyring alone takes a password from another program, through an interface of its own. It
/// crosses the bus encrypted.
///
/// Source: gnome-keyring, daemon/dbus/org.freedesktop.Secrets.xml and gkd-secret-unlock.c.
public struct Keyring: Sendable {
    /// What the keyring is found as.
    public enum State: Equatable, Sendable {
        /// Its items can be read.
        case open
        /// It takes a password.
        case locked
        /// There is none yet.
        case missing
    }

    private let name: String?
    private let patience: VaultPatience

    /// A keyring of this login.
    /// - Parameters:
    ///   - name: Another program's; nil for the default one, where keys are kept.
    ///   - patience: How long calls may take.
    public init(named name: String? = nil, patience: VaultPatience = .standard) {
        self.name = name
        self.patience = patience
    }

    /// What it is now. The service is started where the bus knows how.
    /// - Throws: `VaultError` where there is no Secret Service, or not gnome-keyring's where a
    ///   password is needed.
    public func state() throws(VaultError) -> State {
        try connect { (service) throws(VaultError) in
            let keyring = try find(service)
            if let keyring, !SecretServiceConnection.isLocked(keyring) { return .open }
            guard service.isGNOMEKeyring else {
                throw keyring == nil ? .foreignKeyringWithoutCollection : .foreignKeyring
            }
            return keyring == nil ? .missing : .locked
        }
    }

    /// Opens it. An open one stays as it is, and its password is looked at all the same.
    /// - Throws: `VaultError.wrongPassword`, `noDefaultCollection` where there is none to open, and
    ///   what keeps the service from answering.
    public func unlock(_ password: borrowing Secret) throws(VaultError) {
        let password = SecretValueReference(password)
        try connect { (service) throws(VaultError) in
            guard let keyring = try find(service) else { throw .noDefaultCollection }
            // An open one would take any password as the right one.
            let call =
                SecretServiceConnection.isLocked(keyring)
                ? csecret_password_unlock : csecret_password_keep
            try service.check { error in
                call(
                    service.bus.pointer, service.service.pointer, keyring.pointer,
                    password.pointer, service.deadline.cancellable, &error)
            }
        }
    }

    /// Locks the default one, whichever program it is.
    /// - Returns: What it was before.
    /// - Throws: `VaultError` where there is no Secret Service, or it stays open.
    public func lock() throws(VaultError) -> State {
        try connect { (service) throws(VaultError) in
            guard let keyring = try service.collection("default") else { return .missing }
            guard !SecretServiceConnection.isLocked(keyring) else { return .locked }
            try service.lock(keyring)
            return .open
        }
    }

    /// Makes the default one, open, with this password.
    /// - Throws: What keeps the service from making it.
    public func create(_ password: borrowing Secret) throws(VaultError) {
        let password = SecretValueReference(password)
        try connect { (service) throws(VaultError) in
            // By this label it gets the name that PAM opens at each login.
            try service.check { error in
                csecret_password_create(
                    service.bus.pointer, service.service.pointer, "login", password.pointer,
                    service.deadline.cancellable, &error)
            }
            _ = try service.defaultKeyring()
        }
    }

    private func find(
        _ service: SecretServiceConnection
    ) throws(VaultError) -> ObjectReference? {
        guard let name else { return try service.defaultKeyring() }
        return try service.collection(named: name)
    }

    private func connect<Output: Sendable>(
        _ body: @escaping @Sendable (SecretServiceConnection) throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        try SecretServiceConnection.load()
        return try SecretServiceConnection.open(patience, .forbidden, body)
    }
}

extension SecretServiceConnection {
    /// The default collection; nil where there is none. Where nothing is the default, as after that
    /// was deleted, the login keyring becomes it.
    fileprivate func defaultKeyring() throws(VaultError) -> ObjectReference? {
        if let keyring = try collection("default") { return keyring }
        guard let login = try collection("login") else { return nil }
        try check { error in
            csecret_set_alias(
                service.pointer, "default", login.pointer, deadline.cancellable, &error)
        }
        return login
    }

    /// Throws what a call leaves as its error.
    fileprivate func check(_ call: (inout OpaquePointer?) -> Int32) throws(VaultError) {
        var error: OpaquePointer?
        guard call(&error) == 0 else { return }
        let failure = ServiceFailure(taking: error)
        // Another service knows no such interface.
        throw isGNOMEKeyring ? failure.vaultErrorOnceConnected : .foreignKeyring
    }
}
