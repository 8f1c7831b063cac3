// Where sessions are looked for and kept: the kernel keyring, else the Secret Service.
public import Model

/// The sessions of this user.
///
/// The kernel keyring comes first. Where it is refused, as in containers, or full, the Secret
/// Service holds sessions; its ledger says which, so that nobody asks it in vain.
public struct SessionCache: @unchecked Sendable {
    private let kernel: any SessionStore
    private let overflow: any SessionStore
    /// The clock since boot.
    var uptime: () -> Uptime = Uptime.now

    /// The cache of this machine.
    /// - Parameter ledgerPath: The file that says what the Secret Service holds.
    public init(ledgerPath: String) {
        self.init(
            kernel: KernelSessionStore(),
            overflow: SecretServiceSessionStore(ledgerPath: ledgerPath))
    }

    init(kernel: any SessionStore, overflow: any SessionStore) {
        self.kernel = kernel
        self.overflow = overflow
    }

    /// The session of exactly this tag that lives on for at least `minimumTTL`, by the wall clock and
    /// by the one since boot, since the first may have been set back; nil where there is none, also where a place cannot be asked: the session is then obtained anew.
    public func load(
        _ tag: SessionLabel, minimumTTL: Duration, now: Timestamp = .now()
    ) -> Session? {
        for store in [kernel, overflow] {
            do {
                guard let session = try store.load(name: tag.name) else { continue }
                guard session.tag.fingerprint == tag.fingerprint,
                    session.outlives(
                        minimumTTL, from: ClockReading(wall: now, uptime: uptime()))
                else { continue }
                return session
            } catch { continue }
        }
        return nil
    }

    /// Keeps `session` in place of an older one of its name.
    /// - Throws: `SessionStoreError` where no place took it.
    public func store(_ session: borrowing Session) throws(SessionStoreError) {
        do {
            try kernel.store(session)
        } catch .refused {
            try overflow.store(session)
        } catch .full {
            try overflow.store(session)
        }
    }

    /// The sessions that live now, the one with the least time left first.
    public func summaries(now: Timestamp = .now()) -> [SessionSummary] {
        var summaries: [SessionSummary] = []
        for store in [kernel, overflow] {
            summaries += (try? store.summaries()) ?? []
        }
        return summaries.filter { $0.expiration > now }.sorted { $0.expiration < $1.expiration }
    }

    /// Forgets all sessions, also those that cannot be read.
    /// - Returns: How many lived.
    /// - Throws: `SessionStoreError` where one could not be forgotten.
    @discardableResult
    public func removeAll() throws(SessionStoreError) -> Int {
        let count = try remove { _ in true }
        for store in [kernel, overflow] {
            do { try store.remove(names: try store.names()) } catch .refused { continue }
        }
        return count
    }

    /// Forgets the sessions that `isChosen` says yes to.
    /// - Returns: How many lived.
    /// - Throws: `SessionStoreError` where one could not be forgotten.
    @discardableResult
    public func remove(
        where isChosen: (SessionLabel) -> Bool
    ) throws(SessionStoreError) -> Int {
        var count = 0
        var failure: SessionStoreError?
        for store in [kernel, overflow] {
            do throws(SessionStoreError) {
                let chosen = try store.summaries().filter { isChosen($0.tag) }
                guard !chosen.isEmpty else { continue }
                try store.remove(names: chosen.map(\.tag.name))
                count += chosen.count { $0.expiration > .now() }
            } catch {
                // The other place is to forget all the same.
                if error != .refused { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return count
    }
}
