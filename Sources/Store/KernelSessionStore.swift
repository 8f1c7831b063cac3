// Sessions in the kernel keyring: in memory alone, gone when they expire.
internal import Model
internal import System

/// Sessions as keys of this user, with the kernel's own time-out.
struct KernelSessionStore: SessionStore {
    private let keyring = KernelKeyring(prefix: "credtool:session:")

    func load(name: String) throws(SessionStoreError) -> Session? {
        let bytes: Secret?
        do { bytes = try keyring.load(name: name) } catch { throw Self.error(error) }
        guard let bytes else { return nil }
        return SessionCoding.decode(bytes, name: name)
    }

    func store(_ session: borrowing Session) throws(SessionStoreError) {
        guard let bytes = SessionCoding.encode(session),
            let expiration = session.credentials.expiration
        else { throw .notASession }
        do {
            try keyring.store(
                bytes, name: session.tag.name, lifetime: expiration - Timestamp.now())
        } catch { throw Self.error(error) }
    }

    func remove(names: [String]) throws(SessionStoreError) {
        for name in names {
            do { try keyring.remove(name: name) } catch { throw Self.error(error) }
        }
    }

    func names() throws(SessionStoreError) -> [String] {
        do { return try keyring.names() } catch { throw Self.error(error) }
    }

    func summaries() throws(SessionStoreError) -> [SessionSummary] {
        var summaries: [SessionSummary] = []
        for name in try names() {
            guard let session = try load(name: name),
                let expiration = session.credentials.expiration
            else { continue }
            summaries.append(SessionSummary(tag: session.tag, expiration: expiration))
        }
        return summaries
    }

    private static func error(_ error: KernelKeyringError) -> SessionStoreError {
        switch error {
        case .refused: .refused
        case .full: .full
        case .failed(let error): .system(error)
        }
    }
}
