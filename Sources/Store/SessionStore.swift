// The places that can hold sessions, seen from the cache.
public import System
public import Vault

/// Why a place did not take or give a session.
public enum SessionStoreError: Error, Equatable {
    /// This machine does not let the kernel keyring be used.
    case refused
    /// There is no room.
    case full
    /// The session cannot be written as one.
    case notASession
    /// The kernel failed otherwise.
    case system(SystemError)
    /// The Secret Service failed.
    case vault(VaultError)
}

/// A place that holds sessions by name.
protocol SessionStore {
    /// The session under `name`, if its bytes are whole; nil where there is none.
    func load(name: String) throws(SessionStoreError) -> Session?
    /// Keeps `session` in place of an older one of its name.
    func store(_ session: borrowing Session) throws(SessionStoreError)
    /// Forgets the session of each name.
    func remove(names: [String]) throws(SessionStoreError)
    /// The names of all that it holds, readable or not.
    func names() throws(SessionStoreError) -> [String]
    /// What it holds, expired sessions perhaps included.
    func summaries() throws(SessionStoreError) -> [SessionSummary]
}
