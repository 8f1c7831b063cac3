// The index against the vaults, and what rests there that is over or that nobody names.
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import Vault

/// What vaults were found to hold.
struct VaultContent: Equatable, Sendable {
    let kind: VaultKind
    let entries: [VaultEntry]
    /// How many records and sessions are over.
    let expired: Int
}

/// Keys, sign-ins and records.
enum RecordCheck {
    static func look(_ machine: Machine, _ ground: Ground, isKeyringOpen: Bool) -> [Finding] {
        if let failure = ground.indexFailure {
            return [Finding(.problem, .records, failure.wording)]
        }
        var found = indexFindings(ground.index, isLost: ground.isIndexLost)
        var unasked = 0
        for kind in VaultKind.allCases {
            // A keyring that is locked or away has been told of already.
            if kind == .secretService, !isKeyringOpen {
                unasked = ground.index.entries.count { $0.vault == kind }
                continue
            }
            let items = machine.items(kind, mayPrompt: false)
            do throws(VaultError) {
                let content = VaultContent(
                    kind: kind, entries: try KeyVault(items).entries(),
                    expired: try ExpiredRecords(items).count())
                if !ground.isIndexLost { found += findings(content, ground.index) }
                found += expired(content)
            } catch { found.append(finding(error)) }
        }
        // Without an index, no key would look as if a profile had it.
        if let index = try? machine.keyStore().index() {
            found += rotations(RotationRecords(machine).summaries(), index)
        }
        found += signIns(machine, ground)
        found += machine.certificateStore().all().compactMap { orphan($0, ground) }
        return found.isEmpty ? [fine(keys: ground.index.entries.count, unasked: unasked)] : found
    }

    /// - Parameter unasked: How many keys are in a vault that did not tell what it holds.
    static func fine(keys count: Int, unasked: Int) -> Finding {
        let keys = count == 1 ? "1 key" : "\(count) keys"
        if count == 0 { return .fine(.records, "no key is stored yet") }
        if unasked > 0 {
            return .fine(
                .records, "the index tells of \(keys), which the keyring was not asked for")
        }
        return .fine(.records, "the index tells what the vaults hold (\(keys))")
    }

    private static let fix = "credtool doctor --fix makes the index anew from the vaults"

    /// What the index says of itself.
    static func indexFindings(_ index: VaultIndex, isLost: Bool) -> [Finding] {
        if isLost {
            return [
                Finding(
                    .problem, .records,
                    Wording("the index of stored keys is lost or damaged", hint: fix),
                    repair: .rebuildIndex)
            ]
        }
        return index.superseded.map { keys in
            Finding(
                .note, .records, at: keys.profile,
                Wording(
                    "the \(keys.vault.rawValue) vault may still have an old key of profile"
                        + " \(quoted(keys.profile)), which counts no more", hint: fix),
                repair: .rebuildIndex)
        }
    }

    /// What the index and a vault tell otherwise.
    static func findings(_ content: VaultContent, _ index: VaultIndex) -> [Finding] {
        let vault = "the \(content.kind.rawValue) vault"
        let gone = index.entries.filter { entry in
            entry.vault == content.kind && !content.entries.contains { $0.profile == entry.profile }
        }.map { entry in
            Finding(
                .problem, .records, at: entry.profile,
                Wording(
                    "\(vault) has no key of profile \(quoted(entry.profile)) any more, which the"
                        + " index tells of",
                    hint: "credtool add \(typed(entry.profile)) stores it again; \(fix)"),
                repair: .rebuildIndex)
        }
        let unknown = content.entries.filter { entry in
            let known = index.entry(of: entry.profile)
            return known == nil && !index.superseded.contains { $0.profile == entry.profile }
                || known?.vault == content.kind && known?.accessKeyID != entry.accessKeyID
        }.map { entry in
            Finding(
                .problem, .records, at: entry.profile,
                Wording(
                    "\(vault) has a key of profile \(quoted(entry.profile)) that the index does not"
                        + " tell of", hint: fix),
                repair: .rebuildIndex)
        }
        return gone + unknown
    }

    private static func expired(_ content: VaultContent) -> [Finding] {
        guard content.expired > 0 else { return [] }
        let what =
            content.expired == 1
            ? "a record that is over" : "\(content.expired) records that are over"
        return [
            Finding(
                .note, .records,
                Wording(
                    "the \(content.kind.rawValue) vault has \(what)",
                    hint: "credtool doctor --fix forgets what is over"),
                repair: .forgetExpired(content.kind))
        ]
    }

    /// What keeps a vault from telling.
    static func finding(_ error: VaultError) -> Finding {
        guard case .exposedFile(let path, _) = error else {
            return Finding(.problem, .records, error.wording)
        }
        return Finding(
            .problem, .records, at: path, error.wording, repair: .keepPrivate(path: path))
    }

    /// Rotations that wait to be gone on with, and those that nobody will.
    static func rotations(
        _ all: [RotationRecords.Summary], _ index: VaultIndex
    ) -> [Finding] {
        all.compactMap { rotation in
            if let profile = rotation.profile(in: index) {
                return Finding(
                    .problem, .records, at: profile,
                    Wording(
                        "the key of profile \(quoted(profile)) is under a rotation that was not ended",
                        hint: "credtool rotate \(typed(profile)) goes on"))
            }
            guard index.unread.isEmpty else { return nil }
            return Finding(
                .note, .records,
                Wording(
                    "the \(rotation.vault.rawValue) vault has the keys of an unfinished rotation,"
                        + " which no profile has any more",
                    hint: "credtool doctor --fix forgets them"),
                repair: .forgetRotations)
        }
    }

    // MARK: Sign-ins and certificates

    private static func signIns(_ machine: Machine, _ ground: Ground) -> [Finding] {
        // With a file that cannot be read, every sign-in would look like nobody's.
        guard ground.configFailure == nil else { return [] }
        var named = Set(
            ground.usablePlans.compactMap { SignInPlace($0.credentials.source)?.recordName })
        for source in (try? machine.signInSections()) ?? [] {
            if let portal = AccessPortal(source) { named.insert(portal.recordName) }
        }
        return signIns(machine.signInIndex.summaries(), named: named, now: .now())
    }

    /// Sign-ins that are over for good, and others that no profile names.
    static func signIns(
        _ all: [SignInSummary], named: Set<String>, now: Timestamp
    ) -> [Finding] {
        let over = all.filter { $0.expiration <= now && ($0.refreshableUntil ?? now) <= now }
            .map(\.name)
        let orphans = all.map(\.name).filter { !named.contains($0) && !over.contains($0) }
        var found: [Finding] = []
        if !over.isEmpty {
            found.append(
                Finding(
                    .note, .records,
                    Wording(
                        over.count == 1
                            ? "a sign-in is over" : "\(over.count) sign-ins are over",
                        hint:
                            "credtool login PROFILE signs in again; credtool doctor --fix forgets what"
                            + " is over"),
                    repair: .forgetSignIns(over)))
        }
        if !orphans.isEmpty {
            found.append(
                Finding(
                    .note, .records,
                    Wording(
                        orphans.count == 1
                            ? "somebody is signed in where no profile leads to"
                            : "\(orphans.count) sign-ins are kept that no profile leads to",
                        hint: "credtool logout --all ends all sign-ins, these too")))
        }
        return found
    }

    private static func orphan(_ stored: StoredCertificate, _ ground: Ground) -> Finding? {
        guard ground.configFailure == nil, !ground.names.contains(stored.profile) else {
            return nil
        }
        return Finding(
            .note, .records, at: stored.profile,
            Wording(
                "the \(stored.vault.rawValue) vault has a certificate for profile"
                    + " \(quoted(stored.profile)), which there is no more",
                hint: "credtool remove \(typed(stored.profile))"))
    }
}
