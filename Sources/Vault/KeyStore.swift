// The one owner of long-term keys: the vaults, the index of what they hold, the sessions made of them.
internal import Glibc
public import Model
internal import System

/// The keys of this user. May be used from several threads.
///
/// A profile has one key, in one vault. Where another vault still has a copy that could not be taken
/// away, the index says that it does not count; it is deleted when that vault answers.
public struct KeyStore: Sendable {
    /// What the owner needs of its surroundings.
    public struct Effects: Sendable {
        /// Opens a vault; `mayPrompt` says whether a person may be asked for something.
        public var vault: @Sendable (_ kind: VaultKind, _ mayPrompt: Bool) -> KeyVault
        /// Forgets the sessions made from a profile's key. Returns how many lived.
        public var forgetSessions: @Sendable (_ profile: String, _ id: AccessKeyID) throws -> Int
        /// Is told what happens.
        public var report: @Sendable (Event) -> Void
        /// The wall clock.
        public var now: @Sendable () -> Timestamp

        /// Joins the effects.
        public init(
            vault: @escaping @Sendable (_ kind: VaultKind, _ mayPrompt: Bool) -> KeyVault,
            forgetSessions:
                @escaping @Sendable (_ profile: String, _ id: AccessKeyID) throws -> Int,
            report: @escaping @Sendable (Event) -> Void = { _ in },
            now: @escaping @Sendable () -> Timestamp = Timestamp.now
        ) {
            self.vault = vault
            self.forgetSessions = forgetSessions
            self.report = report
            self.now = now
        }
    }

    /// What happens on the way, for those who want to follow it.
    public enum Event: Equatable, Sendable {
        /// A vault is asked for a key.
        case loading(StoredKey)
        /// A vault could not be asked what it holds.
        case unread(VaultKind, VaultError)
        /// The new index is used, but could not be written.
        case indexNotWritten(VaultError)
        /// A copy that does not count any more was deleted.
        case deletedOldCopy(profile: String, VaultKind)
    }

    let file: IndexFile
    let vaultPath: String
    let effects: Effects

    /// The keys of the vaults that `effects` opens.
    /// - Parameters:
    ///   - indexPath: The file of the index, which need not exist yet.
    ///   - vaultPath: The file vault, whose presence tells that an index was lost.
    public init(indexPath: String, vaultPath: String, effects: Effects) {
        file = IndexFile(path: indexPath)
        self.vaultPath = vaultPath
        self.effects = effects
    }

    // MARK: Asking the index

    /// The index as it stands, without asking a vault; nil where there is none that can be read.
    /// - Throws: `VaultError.index` where the file cannot be read.
    public func index() throws(VaultError) -> VaultIndex? { try file.read().index }

    /// Whether there was an index, so that the vaults may hold keys that nothing here tells of.
    public func isIndexLost() throws(VaultError) -> Bool {
        switch try file.read() {
        case .whole: false
        case .damaged: true
        case .missing: file.wasEverWritten || access(vaultPath, F_OK) == 0
        }
    }

    /// The index, made anew from the vaults where it is lost. On a machine without any, it is empty.
    /// - Parameter mayPrompt: Whether a person may be asked for the keyring's password then.
    /// - Throws: `VaultError.index` where the file cannot be read.
    public func keys(mayPrompt: Bool) throws(VaultError) -> VaultIndex {
        if let index = try index() { return index }
        guard try isIndexLost() else { return VaultIndex() }
        return try refresh(mayPrompt: mayPrompt).index
    }

    /// What can be known of the keys without asking a person for anything: the index, and the vaults
    /// themselves where it does not tell of all of them.
    ///
    /// What is unread stays noted as that: a key that came late is looked for once it is needed.
    /// - Throws: `VaultError.index` where the file cannot be read.
    public func known() throws(VaultError) -> Refreshed {
        guard let index = try index() else {
            guard try mayVaultsHoldMore() else { return Refreshed(index: VaultIndex()) }
            return try refresh(mayPrompt: false)
        }
        guard !index.unread.isEmpty else { return Refreshed(index: index) }
        let (found, failures) = entries(mayPrompt: false)
        return Refreshed(
            index: index.refreshed(from: found, asOf: index), failures: failures)
    }

    /// Whether the vaults may hold keys although there is no index: it is lost, or could not be
    /// written here.
    private func mayVaultsHoldMore() throws(VaultError) -> Bool {
        let isLost = try isIndexLost()
        return isLost || !AtomicFile.mayWrite(file.path)
    }

    // MARK: Asking the vaults

    /// What the vaults said when the index was made anew.
    public struct Refreshed: Sendable {
        /// The new index, also where the disk does not take it.
        public let index: VaultIndex
        /// Whether it was lost until now.
        public var wasLost = false
        /// Why vaults could not be asked.
        public var failures: [VaultKind: VaultError] = [:]
        /// Why the disk did not take the new index; nil where it did.
        public var notWritten: VaultError?

        /// Why a vault could not be asked that may hold keys of which the index does not know.
        public var reasonForUnread: VaultError? {
            VaultKind.allCases.lazy.filter { index.unread.contains($0) }
                .compactMap { failures[$0] }.first
        }
    }

    /// Makes the index anew from what the vaults tell without giving out a secret.
    ///
    /// A vault that cannot be asked keeps its entries as they were, and is noted as unread: what it
    /// holds is then not known, which is another thing than nothing. What does not count any more is
    /// deleted from those that answer.
    /// - Throws: `VaultError.index` where the index cannot be read.
    public func refresh(mayPrompt: Bool) throws(VaultError) -> Refreshed {
        let before = try index()
        // Asked before the file is written.
        let wasLost = try isIndexLost()
        let mayHoldMore = try mayVaultsHoldMore()
        let (found, failures) = entries(mayPrompt: mayPrompt)
        let settled = (before?.superseded ?? []).filter { keys in
            guard let entries = found[keys.vault] else { return false }
            return (try? deleteCopies(keys, among: entries, mayPrompt: false)) != nil
        }
        // Where no key was ever stored, a keyring that is not there hides none.
        let suspects = Set(
            VaultKind.allCases.filter { mayHoldMore || failures[$0]?.isAbsence != true })
        var rebuilt = (before ?? VaultIndex())
            .refreshed(from: found, asOf: before, suspecting: suspects)
        var notWritten: VaultError?
        do throws(VaultError) {
            try file.update { index in
                index = index.refreshed(from: found, asOf: before, suspecting: suspects)
                for keys in settled where index.superseded.contains(keys) {
                    index.settle(keys.profile, in: keys.vault)
                }
                rebuilt = index
            }
        } catch {
            effects.report(.indexNotWritten(error))
            notWritten = error
        }
        return Refreshed(
            index: rebuilt, wasLost: wasLost, failures: failures, notWritten: notWritten)
    }

    /// What each vault tells, or why it tells nothing.
    private func entries(
        mayPrompt: Bool
    ) -> (found: [VaultKind: [VaultEntry]], failures: [VaultKind: VaultError]) {
        var found: [VaultKind: [VaultEntry]] = [:]
        var failures: [VaultKind: VaultError] = [:]
        for kind in VaultKind.allCases {
            do throws(VaultError) {
                found[kind] = try effects.vault(kind, mayPrompt).entries()
            } catch {
                failures[kind] = error
                effects.report(.unread(kind, error))
            }
        }
        return (found, failures)
    }

    /// Deletes what does not count from a vault that answers.
    /// - Returns: Whether there was any of it.
    private func deleteCopies(
        _ keys: VaultIndex.Superseded, among entries: [VaultEntry], mayPrompt: Bool
    ) throws(VaultError) -> Bool {
        guard entries.contains(where: { $0.profile == keys.profile && $0.stamp <= keys.stamp })
        else { return false }
        let wasThere = try effects.vault(keys.vault, mayPrompt)
            .remove(profile: keys.profile, upTo: keys.stamp)
        if wasThere { effects.report(.deletedOldCopy(profile: keys.profile, keys.vault)) }
        return wasThere
    }

    /// Deletes what does not count any more, as a run that was killed has left it; a person may be
    /// asked for it.
    /// - Returns: Whether there was any of it.
    /// - Throws: What keeps the vault from deleting it: it stays noted.
    public func deleteCopies(_ keys: VaultIndex.Superseded) throws(VaultError) -> Bool {
        let entries = try effects.vault(keys.vault, true).entries()
        let wasThere = try deleteCopies(keys, among: entries, mayPrompt: true)
        try file.update { $0.settle(keys.profile, in: keys.vault) }
        return wasThere
    }

    /// The key itself, from the vault that `key` names and no other.
    /// - Throws: What keeps the vault from giving it. The key that it gives may have another ID, as
    ///   other programs can change the vault.
    public func load(_ key: StoredKey) throws(VaultError) -> AccessKey {
        effects.report(.loading(key))
        let loaded = try effects.vault(key.vault, true).load(profile: key.profile)
        settle(key.vault)
        return loaded
    }

    /// Deletes what does not count from a vault that has just answered. A failure is no one's
    /// concern: it stays noted.
    private func settle(_ kind: VaultKind) {
        do throws(VaultError) {
            let old = try index()?.superseded.filter { $0.vault == kind } ?? []
            guard !old.isEmpty else { return }
            let entries = try effects.vault(kind, false).entries()
            let settled = old.filter {
                (try? deleteCopies($0, among: entries, mayPrompt: false)) != nil
            }
            guard !settled.isEmpty else { return }
            try file.update { index in
                for keys in settled where index.superseded.contains(keys) {
                    index.settle(keys.profile, in: kind)
                }
            }
        } catch {}
    }

    // MARK: Learning

    /// Notes whose key it is, as AWS says. Where the profile has another key by now, nothing is
    /// noted, so that one key's account is never written onto another.
    /// - Returns: The key with its caller; nil where the profile has it no more.
    /// - Throws: `VaultError` where the index cannot be changed.
    @discardableResult
    public func learn(caller: ARN, of key: StoredKey) throws(VaultError) -> StoredKey? {
        var learned: StoredKey?
        try file.update { index in
            guard let entry = index.entry(of: key.profile), entry.accessKeyID == key.accessKeyID
            else { return }
            let told = VaultIndex.Entry(
                profile: entry.profile, accessKeyID: entry.accessKeyID, vault: entry.vault,
                added: entry.added, caller: caller, stored: entry.stored)
            index.set(told)
            learned = told.storedKey
        }
        return learned
    }
}
