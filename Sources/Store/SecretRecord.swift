// A secret record: a name, an end, bytes; and what the places have in common that keep records.
public import Model
public import System
public import Vault

/// Secret bytes that are kept for a later run. What they mean is a codec's concern, one for each kind.
public struct SecretRecord: ~Copyable, Sendable {
    /// What it is found by.
    public let name: String
    /// When it is over; nil where it lasts until it is removed.
    public let expiration: Timestamp?
    /// What it is, for lists; no secret, and of one line.
    public let note: String
    /// The bytes.
    public let bytes: Secret

    /// Joins the parts.
    public init(
        name: String, expiration: Timestamp?, note: String, bytes: consuming Secret
    ) {
        self.name = name
        self.expiration = expiration
        self.note = note
        self.bytes = bytes
    }

    /// Gives up the record for its bytes.
    public consuming func takeBytes() -> Secret { bytes }
}

/// A record as lists show it.
public struct RecordSummary: Hashable, Sendable {
    /// What it is found by.
    public let name: String
    /// When it is over; nil where it lasts until it is removed.
    public let expiration: Timestamp?
    /// What it is.
    public let note: String

    /// Joins the parts.
    public init(name: String, expiration: Timestamp?, note: String) {
        self.name = name
        self.expiration = expiration
        self.note = note
    }
}

/// Why a place did not take, give or forget a record.
public enum RecordStoreError: Error, Equatable {
    /// This machine does not let the kernel keyring be used.
    case refused
    /// There is no room.
    case full
    /// A value cannot be written as a record: it has no end, or a line end where none can be.
    case malformed
    /// The kernel, or a file, failed otherwise.
    case system(SystemError)
    /// Another process keeps the lock of the file at `path`.
    case busy(path: String)
    /// The vault failed.
    case vault(VaultError)

    /// What the kernel keyring says.
    public init(_ error: KernelKeyringError) {
        switch error {
        case .refused: self = .refused
        case .full: self = .full
        case .failed(let error): self = .system(error)
        }
    }

    /// Whether the place that was to be asked is not there.
    public var isAbsence: Bool {
        if case .vault(let error) = self { return error.isAbsence }
        return false
    }
}

/// A place that keeps the records of one kind. What it gives back may be cut or changed: a codec
/// looks at that.
protocol RecordPlace: Sendable {
    /// Whether what is found there was stored in this run of the machine.
    var endsWithBoot: Bool { get }
    /// The bytes under `name`; nil where there are none.
    func load(name: String) throws(RecordStoreError) -> Secret?
    /// Keeps a record in place of an older one of its name.
    func store(_ record: borrowing SecretRecord) throws(RecordStoreError)
    /// Forgets the record of each name.
    func remove(names: [String]) throws(RecordStoreError)
    /// What is kept, over or not, readable or not; the note is empty where it is in the bytes alone.
    /// - Parameter isThorough: Whether a service is asked also where nothing says that it has any.
    func summaries(isThorough: Bool) throws(RecordStoreError) -> [RecordSummary]
    /// Forgets all there is, also what `summaries` does not know of.
    func removeAll() throws(RecordStoreError)
}
