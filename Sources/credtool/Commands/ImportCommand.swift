// credtool import: takes keys over from the AWS files and from other programs, into a vault.
internal import Flags
internal import Model
internal import Profiles
internal import System
internal import Vault

/// Moves keys from elsewhere into a vault: each stands there, and was read back, before it goes where
/// it was.
struct ImportCommand {
    let invocation: Invocation
    let machine: Machine
    private let source: ImportSource
    private let keys: KeyStore

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
        source = ImportSource(invocation)
        keys = machine.keyStore()
    }

    private var removes: Bool { invocation.isSet(.remove) }

    func run() throws {
        machine.warnOfUnsafeFiles()
        let found = try chosen()
        let (vault, note) = try machine.chosenVault(invocation)
        if let note { machine.console.say(note) }
        let rows = try rows(of: found, vault: vault)
        try machine.console.print(
            lines: ImportRow.table(rows, vault: vault, removes: removes))
        for row in rows { tellReason(row) }
        var isWhole = rows.allSatisfy { row in
            if case .leftOut = row.outcome { return row.isNoLongTermKey && !isNamed(row) }
            return true
        }
        if !invocation.isSet(.dryRun) {
            let settled = try rows.compactMap { try store($0, in: vault) }
            if try !remove(settled) { isWhole = false }
        }
        if !isWhole { throw SilentExit(code: 1) }
    }

    // MARK: What there is

    private func found() throws -> [FoundKey] {
        switch source {
        case .awsFiles: return try machine.keysInAWSFiles()
        case .awsVault: return try machine.keysOfAWSVault()
        case .envchain: return try machine.keysOfEnvchain()
        case .csv(let path):
            guard invocation.profiles.count <= 1 else { throw ImportFailure.oneProfile }
            let profile =
                invocation.profiles.first
                ?? Machine.setting("AWS_PROFILE", "AWS_DEFAULT_PROFILE")?.value ?? "default"
            return [try machine.key(inCSV: path, profile: profile)]
        }
    }

    /// The keys of the profiles that are named, or all.
    private func chosen() throws -> [FoundKey] {
        let all = try found()
        for name in invocation.profiles where !all.contains(where: { $0.profile == name }) {
            throw ImportFailure.notFound(
                profile: name, source, nearest: nearest(to: name, among: all.map(\.profile)))
        }
        guard !all.isEmpty else { throw ImportFailure.nothingFound(source) }
        guard !invocation.profiles.isEmpty else { return all }
        return all.filter { invocation.profiles.contains($0.profile) }
    }

    private func isNamed(_ row: ImportRow) -> Bool {
        invocation.profiles.contains(row.found.profile)
    }

    // MARK: What will be done

    private func rows(of found: [FoundKey], vault: VaultKind) throws -> [ImportRow] {
        defer { machine.console.status(nil) }
        var rows: [ImportRow] = []
        for found in found {
            machine.console.status("looking at the key of profile \(found.profile)")
            // A temporary key, or half of one, is nothing that another could come behind.
            let first = rows.first { $0.found.profile == found.profile && !$0.isNoLongTermKey }
            rows.append(
                ImportRow(
                    found: found, outcome: try outcome(of: found, after: first, vault: vault)))
        }
        return rows
    }

    /// - Parameter first: What becomes of the key of that profile in a place that comes before.
    private func outcome(
        of found: FoundKey, after first: ImportRow?, vault: VaultKind
    ) throws -> ImportRow.Outcome {
        let profile = found.profile
        guard Profile.isKeyName(profile) else { return .leftOut(.malformedProfileName(profile)) }
        var intake = KeyIntake(
            invocation: invocation, machine: machine, profile: profile,
            known: try? machine.configFiles().profile(named: profile), origin: .file)
        intake.notePrefix = "profile \(profile): "
        let key: AccessKey
        do { key = try found.key(intake.form) } catch { return .leftOut(Failure(error)) }
        if let first {
            guard let known = first.keyInVault, known.equals(key) else {
                return .leftOut(.importing(.secondKey(profile: profile)))
            }
            return .repeated(known)
        }
        let old = try keys.standing(profile, in: vault)
        if let old {
            if old.accessKeyID == key.id, try isStored(key, as: old) {
                return .present(
                    ImportedKey(CheckedKey(key: key, caller: old.callerARN)), old)
            }
            guard invocation.isSet(.force) else {
                return .leftOut(
                    .importing(.otherKey(key.id, old: old.accessKeyID, profile: profile)))
            }
        }
        do {
            return .stored(ImportedKey(try intake.checked(key)), replacing: old)
        } catch { return .leftOut(Failure(error)) }
    }

    private func tellReason(_ row: ImportRow) {
        guard case .leftOut(let reason) = row.outcome else { return }
        machine.console.say("profile \(row.found.profile) is left out: \(reason.message)")
        // What to do about a key that nobody wanted to import is not worth a line.
        guard !row.isNoLongTermKey || isNamed(row) else { return }
        for hint in reason.hints { machine.console.hint(hint) }
    }

    // MARK: Doing it

    /// Whether the vault gives this key.
    private func isStored(_ key: borrowing AccessKey, as stored: StoredKey) throws -> Bool {
        guard let loaded = try loaded(stored) else { return false }
        return loaded.equals(key)
    }

    private func loaded(_ stored: StoredKey) throws(VaultError) -> AccessKey? {
        do throws(VaultError) { return try keys.load(stored) } catch {
            if case .absent = error { return nil }
            throw error
        }
    }

    /// Stores a key and reads it back. Returns it where the vault has it now.
    private func store(_ row: ImportRow, in vault: VaultKind) throws -> SettledKey? {
        let profile = row.found.profile
        switch row.outcome {
        case .leftOut: return nil
        case .present(let key, _), .repeated(let key):
            return SettledKey(found: row.found, key: key)
        case .stored(let key, let old):
            try key.withKey { new in
                let left = try keys.put(
                    new.key, profile: profile, in: vault, caller: new.caller, replacing: old)
                let stored = StoredKey(
                    profile: profile, accessKeyID: new.key.id, vault: vault,
                    callerARN: new.caller)
                guard try isStored(new.key, as: stored) else {
                    throw ImportFailure.notReadBack(profile: profile, vault)
                }
                try machine.tellStored(new, profile: profile, in: vault, replacing: old, left)
            }
            return SettledKey(found: row.found, key: key)
        }
    }

    /// A key that the vault has.
    private struct SettledKey {
        let found: FoundKey
        let key: ImportedKey
    }

    /// Takes the keys away where they were found, if that is wanted. Returns whether all that was
    /// wanted was done.
    private func remove(_ settled: [SettledKey]) throws -> Bool {
        guard let first = settled.first, try mayRemove(settled) else { return true }
        var isWhole = true
        for settled in settled {
            let (profile, place) = (settled.found.profile, settled.found.place)
            do {
                if try settled.key.withKey({ try settled.found.remove($0.key) }) {
                    machine.console.say("removed the key of profile \(profile) from \(place)")
                } else {
                    machine.console.say(
                        "the key of profile \(profile) stays in \(place), which has changed"
                            + " meanwhile")
                    isWhole = false
                }
            } catch {
                machine.console.report(Failure(error))
                isWhole = false
            }
        }
        if source == .awsFiles {
            let name = typed(first.found.profile)
            machine.console.hint(
                "credtool exec \(name) -- COMMAND; for programs that read the AWS files themselves:"
                    + " credtool setup-process \(name)")
        }
        return isWhole
    }

    /// `--remove`, or a yes.
    private func mayRemove(_ settled: [SettledKey]) throws -> Bool {
        if removes { return true }
        let question =
            settled.count == 1
            ? "Remove the key of profile \(settled[0].found.profile) from \(settled[0].found.place)?"
            : "Remove the \(settled.count) keys from \(source.name), now that the vault has them?"
        do throws(TerminalError) {
            if try Terminal.confirm(question) { return true }
            machine.console.say("nothing was removed")
        } catch {
            guard error == .noTerminal else { throw error }
            let names = invocation.profiles.map { " \(typed($0))" }.joined()
            machine.console.hint(
                "the vault has \(settled.count == 1 ? "it" : "them") now; to remove what stands in"
                    + " \(source.name): credtool import\(source.flags)\(names) --remove")
        }
        return false
    }
}
