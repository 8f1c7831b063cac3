// Why a vault could not do what it was asked. The wording is the command line's.
public import Model
public import System

/// What stood in a vault's way.
public enum VaultError: Error, Equatable {
    /// The vault works and holds nothing for this profile.
    case absent(profile: String)
    /// A name that the vault cannot hold: empty, or with a NUL byte.
    case unsuitableName(String)
    /// The entry is there but is no access key: its key ID or its secret is missing or malformed.
    case damagedEntry(profile: String)
    /// The entry's secret is none of this program's: another one has put its own in the place.
    case foreignSecret(profile: String)
    /// The call took longer than allowed; `prompting` where a person was being asked meanwhile.
    case timedOut(after: Duration, prompting: Bool)
    /// Storing took longer than allowed, and the service may still do it.
    case mayStillStore(after: Duration)
    /// A system library is missing.
    case library(LibraryUnavailable)

    // The Secret Service.

    /// The keyring is locked, and nobody can be asked to unlock it.
    case locked
    /// The same, as the person who was asked here wants it.
    case leftLocked
    /// The person dismissed the prompt, or the service denied access.
    case refused
    /// There is a session bus, but nothing on it provides the Secret Service.
    case noDaemon
    /// There is no session bus: its address is unset or nobody answers there.
    case noBus(reason: String)
    /// The Secret Service runs but has no default collection.
    case noDefaultCollection
    /// The Secret Service or the bus went away in the middle of the call.
    case connectionLost
    /// The service offers nothing but sending secrets in plain over the bus.
    case unencryptedSession
    /// That is not the keyring's password.
    case wrongPassword
    /// The Secret Service is another program than gnome-keyring, and takes no password from others.
    case foreignKeyring
    /// What the vault gives back is not what was just stored for this profile.
    case misread(profile: String)
    /// The Secret Service is another program than gnome-keyring, and has no default collection open.
    case foreignKeyringWithoutCollection
    /// Any other answer, by its D-Bus or GLib error name.
    case serviceFailed(name: String, message: String)

    // The index.

    /// The file of the index could not be read or written.
    case index(SystemError)
    /// Another process keeps the lock of the index at `path`.
    case busyIndex(path: String)

    // The file.

    /// The file could not be read, written or locked, or its directory not made.
    case file(SystemError)
    /// Another process keeps the lock of the file at `path`.
    case busyFile(path: String)
    /// There was not enough memory to make the key of the pass phrase, which takes this many bytes.
    case outOfMemory(bytes: UInt64)
    /// There is something else than a regular file in its place.
    case notRegularFile(path: String)
    /// Others than the owner have rights on the file; `mode` is its permission bits.
    case exposedFile(path: String, mode: UInt32)
    /// The file belongs to another user.
    case foreignFile(path: String, owner: UInt32)
    /// The file is shorter than it says it is.
    case truncatedFile(path: String)
    /// The file is not what was written.
    case damagedFile(path: String)
    /// The file was written by a later version of this program.
    case laterVersion(path: String, version: Int)
    /// The pass phrase is another one than the file's.
    case wrongPassphrase(path: String)
    /// The pass phrase of the file was changed while it was to be changed here.
    case changedPassphrase(path: String)
    /// What was written does not come back from the disk as it was.
    case unreadableCopy(path: String)
    /// No pass phrase was to be had.
    case noPassphrase(NoPassphrase)

    /// Why no pass phrase was to be had.
    public enum NoPassphrase: Equatable, Sendable {
        /// There is no terminal to ask on.
        case noTerminal
        /// The person stopped the question.
        case cancelled
        /// The two entries of a new pass phrase differ.
        case repeatedDifferently
        /// It has no bytes.
        case empty
    }
}

extension VaultError {
    /// Whether this machine has no such vault, or this login does not reach it.
    public var isAbsence: Bool {
        switch self {
        case .noDaemon, .noBus, .noDefaultCollection, .foreignKeyringWithoutCollection, .library:
            true
        case .absent, .unsuitableName, .damagedEntry, .foreignSecret, .timedOut, .mayStillStore,
            .wrongPassword, .foreignKeyring, .locked, .leftLocked, .refused, .connectionLost,
            .unencryptedSession, .serviceFailed, .index,
            .busyIndex, .file, .busyFile, .outOfMemory, .notRegularFile, .exposedFile,
            .foreignFile, .truncatedFile, .damagedFile, .laterVersion, .wrongPassphrase,
            .misread, .changedPassphrase, .unreadableCopy,
            .noPassphrase:
            false
        }
    }
}
