// What can be seen of the Secret Service without asking a person or changing anything.
internal import CSecret

/// The Secret Service as it is found.
public struct SecretServiceLook: Equatable, Sendable {
    /// What its default collection is found as.
    public enum Collection: Equatable, Sendable {
        /// Its items can be read.
        case open
        /// It takes a password first.
        case locked
        /// No collection is the default.
        case missing
    }

    /// Whether it is gnome-keyring, which takes its password from other programs, too.
    public let isGNOMEKeyring: Bool
    /// The process that it is; nil where the bus does not tell.
    public let process: Int?
    /// Its default collection, where keys are kept.
    public let collection: Collection

    /// Joins the parts.
    public init(isGNOMEKeyring: Bool, process: Int?, collection: Collection) {
        self.isGNOMEKeyring = isGNOMEKeyring
        self.process = process
        self.collection = collection
    }

    /// Looks. The service is started where the bus knows how, as by every other question.
    /// - Throws: Why there is none to look at.
    public init(within limit: Duration) throws(VaultError) {
        try SecretServiceConnection.load()
        self = try SecretServiceConnection.open(
            VaultPatience(call: limit, prompt: limit), .forbidden
        ) { (service) throws(VaultError) in
            var collection = Collection.missing
            if let keyring = try service.collection("default") {
                collection = SecretServiceConnection.isLocked(keyring) ? .locked : .open
            }
            return SecretServiceLook(
                isGNOMEKeyring: service.isGNOMEKeyring, process: service.process,
                collection: collection)
        }
    }
}
