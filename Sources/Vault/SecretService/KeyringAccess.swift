// How the Secret Service is reached, and a locked keyring opened: by its own program, or here.

/// How a locked keyring is opened by who has a terminal, where its own program asks nobody.
public struct KeyringOffer: Sendable {
    /// Opens it, or finds that another has; throws where it stays locked.
    let open: @Sendable () throws(VaultError) -> Void

    /// States how.
    public init(open: @escaping @Sendable () throws(VaultError) -> Void) { self.open = open }
}

/// What everybody needs who asks the Secret Service.
struct KeyringAccess: Sendable {
    /// How long calls may take.
    let patience: VaultPatience
    /// Whether the person may be asked to unlock the keyring.
    let prompting: SecretServiceStore.Prompting
    /// How a keyring is opened that is locked all the same; nil for not at all.
    let offer: KeyringOffer?

    /// Does `body` with a connection; once more where a locked keyring was opened for it.
    func connect<Output: ~Copyable & Sendable>(
        _ body: @escaping @Sendable (SecretServiceConnection) throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        do throws(VaultError) {
            return try SecretServiceConnection.open(patience, prompting, body)
        } catch {
            guard error == .locked, prompting != .forbidden, let offer else { throw error }
            try offer.open()
            return try SecretServiceConnection.open(patience, prompting, body)
        }
    }
}
