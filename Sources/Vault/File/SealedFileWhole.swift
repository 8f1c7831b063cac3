// A vault file as a whole: written anew as a backup, or under another pass phrase, and its key held.
internal import Crypto
internal import Glibc
internal import Model
internal import System

extension SealedFileStore {
    // MARK: Backups

    /// Makes the file anew with these items, under a new pass phrase. It is read back, opened and
    /// compared before it takes the place of what was there.
    /// - Throws: `VaultError.file` also where its directory is missing, `unreadableCopy` where the
    ///   disk gives back something else; then what was there is as it was.
    public func write(all contents: borrowing OpenItems) throws(VaultError) {
        // A directory that is not there is a disk that is not, or a mistake.
        let directory = AtomicFile.parent(of: path)
        guard directory.withPath({ access($0, F_OK) }) == 0 else {
            throw .file(SystemError("open", path))
        }
        try replace(with: try newFile(under: passphrase), contents)
    }

    /// Opens all there is; nil where there is no file. Who owns it and who may read it is no matter:
    /// it may come from another machine, or through a pipe.
    public func openAll() throws(VaultError) -> OpenItems? {
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try AtomicFile.read(path) } catch { throw .file(error) }
        guard let bytes else { return nil }
        let file = try parse(bytes)
        return try contents(of: file, with: try key(of: file))
    }

    // MARK: The pass phrase

    /// Whether there is a vault.
    public func isThere() throws(VaultError) -> Bool { try read() != nil }

    /// Puts the vault under a new pass phrase. The present one is wanted even where its key is held:
    /// whoever finds the terminal open does not know it.
    ///
    /// The file is replaced in one step, so that it is under the one or the other. The key of the
    /// new one is held in place of the old, which opens nothing any more.
    /// - Throws: `VaultError.changedPassphrase` where another process was faster.
    public func changePassphrase(to new: PassphraseSource) throws(VaultError) {
        guard let before = try read() else { throw .file(SystemError("open", path, code: ENOENT)) }
        let old = try passphrase.key(.existing, cached: { () throws(VaultError) in nil }) {
            (phrase) throws(VaultError) in
            let key = try derive(phrase, before.parameters, salt: before.salt)
            guard try Self.check(key) == before.check else { throw .wrongPassphrase(path: path) }
            return key
        }
        let file = try newFile(under: new)
        let lock = try self.lock()
        defer { extendLifetime(lock) }
        guard let current = try read(), current.salt == before.salt else {
            throw .changedPassphrase(path: path)
        }
        try replace(with: file, try contents(of: current, with: old))
        cache?.store(file.key, id: Self.cacheID(file.empty))
        cache?.remove(id: Self.cacheID(current))
    }

    /// Has the cache hold the key, for which the pass phrase is asked where it does not yet.
    /// - Returns: Whether it holds it now.
    public func holdKey() throws(VaultError) -> Bool {
        guard let file = try read() else { return false }
        let key = try key(of: file)
        cache?.store(key, id: Self.cacheID(file))
        return holdsKey(of: file)
    }

    func holdsKey(of file: SealedFile) -> Bool {
        switch cache?.load(id: Self.cacheID(file)) {
        case .some: true
        case .none: false
        }
    }

    // MARK: Steps

    /// A file without items, and its key.
    private struct NewFile: ~Copyable {
        let empty: SealedFile
        let key: Secret
    }

    private func newFile(under source: PassphraseSource) throws(VaultError) -> NewFile {
        let salt = random(SealedFile.saltSize)
        let key = try source.key(.new, cached: { () throws(VaultError) in nil }) {
            (phrase) throws(VaultError) in try derive(phrase, cost, salt: salt)
        }
        let check = try Self.check(key)
        return NewFile(empty: SealedFile(parameters: cost, salt: salt, check: check), key: key)
    }

    private func contents(
        of file: SealedFile, with key: borrowing Secret
    ) throws(VaultError) -> OpenItems {
        let secrets = try open(file, with: key)
        let ranges = try ranges(secrets, file)
        return OpenItems(file.items, secrets, ranges)
    }

    /// Writes a whole file, and looks at what the disk has before it counts.
    private func replace(
        with new: borrowing NewFile, _ contents: borrowing OpenItems
    ) throws(VaultError) {
        var file = new.empty
        file.items = contents.items
        file.nonce = random(AESGCM.nonceSize)
        let bytes: [UInt8]
        do throws(LibraryUnavailable) {
            bytes = try file.bytes(sealing: contents.secrets, key: new.key)
        } catch { throw .library(error) }
        // Before anything is written: what cannot be opened is not to be kept.
        guard try isRight(bytes, contents, new.key) else { throw .unreadableCopy(path: path) }
        var isSame = true
        do throws(SystemError) {
            try AtomicFile.replace(path, with: bytes, mode: 0o600, isSecret: true) { found in
                isSame = found == bytes
                return isSame
            }
        } catch { throw isSame ? .file(error) : .unreadableCopy(path: path) }
    }

    /// Whether these bytes open with `key`, and are these items.
    private func isRight(
        _ bytes: [UInt8], _ expected: borrowing OpenItems, _ key: borrowing Secret
    ) throws(VaultError) -> Bool {
        try contents(of: try parse(bytes), with: key).equals(expected)
    }
}
