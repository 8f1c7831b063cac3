// Where sessions are looked for and kept: the kernel keyring, else the Secret Service.
public import Model

/// The sessions of this user, in the volatile store of secret records. May be used from several
/// threads.
///
/// The kernel keyring comes first. Where it is refused, as in containers, or full, the Secret
/// Service holds sessions; its ledger says which, so that nobody asks it in vain.
public struct SessionCache: Sendable {
    private let kernel: any RecordPlace
    private let overflow: any RecordPlace
    private let forgotten: ForgottenSessions
    /// The last resort of a process that makes many sessions.
    private var own: ProcessRecords?
    /// The clock since boot.
    var uptime: @Sendable () -> Uptime = Uptime.now
    /// The run of the machine.
    var boot: @Sendable () -> String = Boot.current

    /// The cache of this machine.
    /// - Parameters:
    ///   - ledgerPath: The file that says what the Secret Service holds.
    ///   - forgottenPath: The file that says what was forgotten lately, best in the runtime
    ///     directory; nil where there is no place for one. Asked for only where it is needed.
    public init(ledgerPath: String, forgottenPath: @escaping @Sendable () -> String?) {
        let kernel = KernelRecords(kind: "credtool:session:")
        self.init(
            kernel: kernel,
            overflow: OverflowRecords(ledgerPath: ledgerPath, isOnlyPlace: { kernel.isRefused }),
            forgotten: ForgottenSessions(path: forgottenPath))
    }

    /// The same for a process that makes many sessions: what no other place takes, it keeps itself.
    public func ofManySessions() -> SessionCache {
        var cache = self
        cache.own = ProcessRecords()
        return cache
    }

    init(
        kernel: any RecordPlace, overflow: any RecordPlace,
        forgotten: ForgottenSessions = ForgottenSessions(path: { nil })
    ) {
        self.kernel = kernel
        self.overflow = overflow
        self.forgotten = forgotten
    }

    // MARK: Using

    /// The session of exactly this label that lives on for at least `minimumTTL`, by the wall clock
    /// and by the one since boot, since the first may have been set back; nil where there is none,
    /// also where a place cannot be asked: the session is then obtained anew.
    public func load(
        _ label: SessionLabel, minimumTTL: Duration, now: Timestamp = .now()
    ) -> Session? {
        let reading = ClockReading(wall: now, uptime: uptime())
        if let session = load(label, minimumTTL, reading, from: kernel) { return session }
        if let own, let session = load(label, minimumTTL, reading, from: own) { return session }
        return load(label, minimumTTL, reading, from: overflow)
    }

    private func load(
        _ label: SessionLabel, _ minimumTTL: Duration, _ reading: ClockReading,
        from place: any RecordPlace
    ) -> Session? {
        let bytes: Secret?
        do throws(RecordStoreError) {
            bytes = try place.load(name: label.name)
        } catch { return nil }
        guard let bytes, let decoded = SessionCodec.decode(bytes, as: label) else { return nil }
        // What the kernel keeps ends with the machine's run; only others need to be told of it.
        let isSameBoot =
            place.endsWithBoot || !decoded.boot.isEmpty && decoded.boot == boot()
        let session = decoded.takeSession()
        guard session.outlives(minimumTTL, from: reading, isSameBoot: isSameBoot) else {
            return nil
        }
        return session
    }

    /// Keeps `session` in place of an older one of its name, unless it was forgotten since `begun`:
    /// then its key may be another one by now.
    /// - Parameter begun: The clock since boot before it began to be obtained.
    /// - Returns: Whether it had to go elsewhere because the kernel keyring is full.
    /// - Throws: `RecordStoreError` where no place took it.
    @discardableResult
    public func store(
        _ session: borrowing Session, begun: Uptime
    ) throws(RecordStoreError) -> Bool {
        let label = session.label
        guard forgotten.include(label, since: begun) != true else { return false }
        var kernelIsFull = false
        do throws(RecordStoreError) {
            try store(session, in: kernel)
        } catch {
            guard error == .refused || error == .full else { throw error }
            kernelIsFull = error == .full
            do throws(RecordStoreError) { try store(session, in: overflow) } catch {
                if let own {
                    try store(session, in: own)
                    return false
                }
                // A place that nobody chose is no reason to tell of where there is another.
                throw kernelIsFull ? .full : error
            }
        }
        // Whoever forgets notes it first and then takes away what is there. So either they saw this
        // session, or their note is seen here.
        guard forgotten.include(label, since: begun) == true else { return kernelIsFull }
        var failure: RecordStoreError?
        for place in [kernel, overflow] {
            do throws(RecordStoreError) { try place.remove(names: [label.name]) } catch {
                if error != .refused { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return kernelIsFull
    }

    private func store(
        _ session: borrowing Session, in place: any RecordPlace
    ) throws(RecordStoreError) {
        let run = place.endsWithBoot ? "" : boot()
        guard let bytes = SessionCodec.encode(session, boot: run) else { throw .malformed }
        try place.store(
            SecretRecord(
                name: session.label.name, expiration: session.credentials.expiration,
                note: session.label.note, bytes: bytes))
    }

    // MARK: Listing

    /// The sessions that live now, the one with the least time left first.
    public func summaries(now: Timestamp = .now()) -> [SessionSummary] {
        var summaries: [SessionSummary] = []
        for place in [kernel, overflow] {
            summaries += (try? self.summaries(of: place, isThorough: false)) ?? []
        }
        return summaries.filter { $0.expiration > now }.sorted { $0.expiration < $1.expiration }
    }

    private func summaries(
        of place: any RecordPlace, isThorough: Bool
    ) throws(RecordStoreError) -> [SessionSummary] {
        var summaries: [SessionSummary] = []
        for record in try place.summaries(isThorough: isThorough) {
            if let summary = SessionSummary(record) {
                summaries.append(summary)
            } else if let bytes = try place.load(name: record.name),
                let summary = SessionCodec.summary(bytes, name: record.name)
            {
                summaries.append(summary)
            }
        }
        return summaries
    }

    // MARK: Forgetting

    /// Forgets sessions, and those that are on their way now.
    /// - Parameter isThorough: Whether the Secret Service is asked also where nothing says that it
    ///   has any.
    /// - Returns: How many lived.
    /// - Throws: `RecordStoreError` where one could not be forgotten.
    @discardableResult
    public func forget(
        _ selections: [SessionSelection], isThorough: Bool = false
    ) throws(RecordStoreError) -> Int {
        try noting(selections) { () throws(RecordStoreError) in
            try remove(selections, isThorough: isThorough)
        }
    }

    /// Forgets all sessions, also those that cannot be read or that no list knows of.
    /// - Returns: How many lived.
    /// - Throws: `RecordStoreError` where one could not be forgotten.
    public func removeAll() throws(RecordStoreError) -> Int {
        try noting([.all]) { () throws(RecordStoreError) in try removeEverything() }
    }

    /// Notes what is forgotten, then takes it away; neither failure spares the other.
    private func noting(
        _ selections: [SessionSelection], _ remove: () throws(RecordStoreError) -> Int
    ) throws(RecordStoreError) -> Int {
        var failure: RecordStoreError?
        do throws(RecordStoreError) { try forgotten.note(selections) } catch { failure = error }
        // Nil where some may have been taken away, and some not.
        var count: Int?
        do throws(RecordStoreError) { count = try remove() } catch { failure = failure ?? error }
        // Who looked between the two found one that was still there, later than the note.
        if count != 0 {
            do throws(RecordStoreError) { try forgotten.note(selections) } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return count ?? 0
    }

    private func removeEverything() throws(RecordStoreError) -> Int {
        var failure: RecordStoreError?
        var count = 0
        for place in [kernel, overflow] {
            do throws(RecordStoreError) {
                let now = Timestamp.now()
                let found = (try? summaries(of: place, isThorough: true)) ?? []
                count += found.count { $0.expiration > now }
                try place.removeAll()
            } catch {
                if error != .refused { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return count
    }

    private func remove(
        _ selections: [SessionSelection], isThorough: Bool
    ) throws(RecordStoreError) -> Int {
        var count = 0
        var failure: RecordStoreError?
        for place in [kernel, overflow] {
            do throws(RecordStoreError) {
                let chosen = try summaries(of: place, isThorough: isThorough)
                    .filter { summary in selections.contains { $0.includes(summary.label) } }
                guard !chosen.isEmpty else { continue }
                try place.remove(names: chosen.map(\.label.name))
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
