// Storing and removing keys: the order of the steps, and what is told where one of them fails.
public import Model
internal import System

extension KeyStore {
    /// What storing or removing a key left undone. The key itself is stored or removed.
    public struct Leftovers {
        /// Sessions of the old key may be left.
        public var sessions: (any Error)?
        /// Vaults that may still have the old key, and why it could not be taken away. It does not
        /// count, and goes when the vault answers.
        public var copies: [(vault: VaultKind, reason: VaultError)] = []
        /// The index does not say what was done.
        public var index: VaultError?
    }

    /// What a profile's key was when it was removed.
    public struct Removed {
        /// Whether its vault still had it.
        public var wasThere = false
        /// How many sessions of it lived.
        public var sessions = 0
        /// What could not be done besides.
        public var leftovers = Leftovers()
    }

    /// The key that `put` would replace: what the index says, or the vault itself, since an index
    /// that is not there must not cost a key.
    public func standing(
        _ profile: String, in kind: VaultKind
    ) throws(VaultError) -> StoredKey? {
        let index = try keys(mayPrompt: true)
        if let entry = index.entry(of: profile) { return entry.storedKey }
        let isKnown = try self.index() != nil && !index.unread.contains(kind)
        guard !isKnown else { return nil }
        let entries = try effects.vault(kind, true).entries()
        guard
            let entry = entries.first(where: {
                $0.profile == profile && index.counts($0, in: kind)
            })
        else { return nil }
        return StoredKey(
            profile: profile, accessKeyID: entry.accessKeyID, vault: kind, callerARN: nil)
    }

    /// Stores `key` for `profile` in a vault, in place of `old`, wherever that is.
    ///
    /// The new key stands before the index names it, the index before the old one goes, and the
    /// newer of two always counts: killed after any step, the profile has one key or the other.
    /// - Parameters:
    ///   - caller: Whose key it is, where AWS was asked.
    ///   - old: What `standing` gave, and whoever asks wants replaced; nil for none.
    ///   - isReadBack: Whether the vault has to give it back before it counts.
    ///   - added: Since when it is kept, for one that was kept before; nil for a new one.
    /// - Throws: What keeps the vault from storing it; then nothing was changed, but for sessions.
    public func put(
        _ key: borrowing AccessKey, profile: String, in kind: VaultKind, caller: ARN?,
        replacing old: StoredKey?, isReadBack: Bool = false, added: Timestamp? = nil
    ) throws(VaultError) -> Leftovers {
        let lock = try exclusively()
        defer { extendLifetime(lock) }
        // Whatever goes wrong from here on, no session of the old key is handed out any more.
        _ = forget(old)
        try store(
            key, profile: profile, in: kind, isReadBack: isReadBack, replacing: old, added: added)
        let sessions = forget(old).error
        let now = effects.now()
        var leftovers = settle(
            VaultIndex.Entry(
                profile: profile, accessKeyID: key.id, vault: kind, added: added ?? now,
                caller: caller, stored: now), replacing: old)
        leftovers.sessions = sessions
        return leftovers
    }

    /// Puts `new` in the place of a profile's key where that is `old` still: another one that was
    /// stored meanwhile stays. The vault has to give the new one back before it counts.
    /// - Parameter holder: The profile's key as it was last known.
    /// - Returns: Nil where the profile has another key by now, or none.
    /// - Throws: What keeps the vault from giving the old one or storing the new one.
    public func replace(
        _ old: AccessKeyID, of holder: StoredKey, by new: borrowing AccessKey, caller: ARN?
    ) throws(VaultError) -> Leftovers? {
        let lock = try exclusively()
        defer { extendLifetime(lock) }
        let known = try keys(mayPrompt: false).entry(of: holder.profile)?.storedKey
        let present = known ?? holder
        let found: AccessKeyID
        do throws(VaultError) { found = try load(present).id } catch {
            guard case .absent = error else { throw error }
            return nil
        }
        guard found == old || found == new.id else { return nil }
        if found == new.id, known?.accessKeyID == new.id { return Leftovers() }
        _ = forget(present)
        if found == old {
            try store(
                new, profile: present.profile, in: present.vault, isReadBack: true,
                replacing: present, added: nil)
        }
        let sessions = forget(present).error
        var leftovers = settle(
            VaultIndex.Entry(
                profile: present.profile, accessKeyID: new.id, vault: present.vault,
                added: effects.now(), caller: caller), replacing: present)
        leftovers.sessions = sessions
        return leftovers
    }

    /// Removes a profile's key from every vault, and the sessions made from it.
    ///
    /// Its own vault comes first: where that does not answer, nothing is changed but for sessions.
    /// What other vaults may have does not count from then on, and goes when they answer.
    /// - Throws: What keeps the key's vault from removing it.
    public func remove(_ key: StoredKey) throws(VaultError) -> Removed {
        let lock = try exclusively()
        defer { extendLifetime(lock) }
        var removed = Removed()
        // Before the key goes, in case this process ends there; and those that came meanwhile.
        removed.sessions = forget(key).count
        let others = VaultKind.allCases.filter { $0 != key.vault }
        // Noted before the key goes: what is older than it must not take its place.
        var notedBefore: [VaultIndex.Superseded] = []
        try? file.update { index in
            notedBefore = index.superseded.filter { $0.profile == key.profile }
            let stamp = Self.stamp(after: index.entry(of: key.profile))
            for other in others {
                index.supersede(.init(profile: key.profile, vault: other, stamp: stamp))
            }
        }
        do throws(VaultError) {
            removed.wasThere = try effects.vault(key.vault, true).remove(profile: key.profile)
        } catch {
            try? file.update { index in
                for other in others { index.settle(key.profile, in: other) }
                for keys in notedBefore { index.supersede(keys) }
            }
            throw error
        }
        let (count, error) = forget(key)
        removed.sessions += count
        removed.leftovers.sessions = error
        do throws(VaultError) {
            try file.update { index in
                index.remove(key.profile)
                index.settle(key.profile, in: key.vault)
            }
        } catch { removed.leftovers.index = error }
        removed.leftovers.copies = removeCopies(of: key.profile, in: others, mayPrompt: false)
            .filter { copy in
                notedBefore.contains { $0.vault == copy.vault } || !copy.reason.isAbsence
            }
        return removed
    }

    // MARK: Steps

    /// Keeps every other process from storing or removing keys while the lock lives, so that none
    /// replaces a key that it has not seen. Goes on without where there can be no lock: on a disk
    /// that is full or read-only, say.
    /// - Throws: `VaultError.busyIndex` where another has it for long.
    func exclusively() throws(VaultError) -> FileLock? {
        let folder = AtomicFile.parent(of: file.path)
        do throws(SystemError) {
            try AtomicFile.makeDirectories(folder)
            // A person may be asked for a password meanwhile.
            return try FileLock(path: "\(folder)/keys.lock", within: .seconds(60))
        } catch {
            guard error.isHeldLock else { return nil }
            throw .busyIndex(path: "\(folder)/keys")
        }
    }

    /// Puts a key into its vault, without a word to the index.
    func store(
        _ key: borrowing AccessKey, profile: String, in kind: VaultKind, isReadBack: Bool,
        replacing old: StoredKey?, added: Timestamp?
    ) throws(VaultError) {
        do throws(VaultError) {
            try effects.vault(kind, true).store(key, profile: profile, added: added)
        } catch {
            if case .mayStillStore = error {
                do throws(VaultError) { try file.update { $0.unread.insert(kind) } } catch {
                    effects.report(.indexNotWritten(error))
                }
            }
            throw error
        }
        guard isReadBack else { return }
        do throws(VaultError) { try readBack(key, profile: profile, in: kind) } catch {
            // Where the old one stands elsewhere, nothing of this may take its place.
            if old?.vault != kind { _ = try? effects.vault(kind, true).remove(profile: profile) }
            throw error
        }
    }

    /// Has the index name a key that was stored, and takes the old one away.
    /// - Parameter isMove: Whether the old one is the same, which stays where the index cannot say so.
    func settle(
        _ entry: VaultIndex.Entry, replacing old: StoredKey?, isMove: Bool = false
    ) -> Leftovers {
        var leftovers = Leftovers()
        let (profile, kind) = (entry.profile, entry.vault)
        let others = VaultKind.allCases.filter { $0 != kind && $0 == old?.vault }
        do throws(VaultError) {
            try file.update { index in
                let stamp = Self.stamp(after: index.entry(of: profile))
                index.set(entry)
                index.settle(profile, in: kind)
                for other in others {
                    index.supersede(.init(profile: profile, vault: other, stamp: stamp))
                }
            }
        } catch {
            leftovers.index = error
            if isMove { return leftovers }
        }
        leftovers.copies = removeCopies(of: profile, in: others, mayPrompt: true)
        return leftovers
    }

    /// The newest stamp that an old key can have: now, but no earlier than the key that the index
    /// has, whose day may have been one that the clock was ahead.
    private static func stamp(after entry: VaultIndex.Entry?) -> Int {
        max(wallNanoseconds(), entry.map { ($0.stored + .seconds(1)).nanosecondsSinceEpoch } ?? 0)
    }

    private func forget(_ key: StoredKey?) -> (count: Int, error: (any Error)?) {
        guard let key else { return (0, nil) }
        do { return (try effects.forgetSessions(key.profile, key.accessKeyID), nil) } catch {
            return (0, error)
        }
    }

    /// Takes a profile's keys out of vaults that it is not in any more.
    /// - Parameter mayPrompt: Whether a person may be asked only to find out that there is none.
    /// - Returns: The vaults that may still have one.
    private func removeCopies(
        of profile: String, in kinds: [VaultKind], mayPrompt: Bool
    ) -> [(vault: VaultKind, reason: VaultError)] {
        var left: [(VaultKind, VaultError)] = []
        for kind in kinds {
            do throws(VaultError) {
                let entries = try effects.vault(kind, mayPrompt).entries()
                if entries.contains(where: { $0.profile == profile }) {
                    _ = try effects.vault(kind, true).remove(profile: profile)
                }
                try? file.update { $0.settle(profile, in: kind) }
            } catch { left.append((kind, error)) }
        }
        return left
    }
}
