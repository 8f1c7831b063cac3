// Long-term keys in one encrypted file, for machines without a keyring.
public import Crypto
internal import Glibc
public import Model
internal import System

/// Keys in one file, sealed with AES-256-GCM under a key that scrypt makes of a pass phrase.
///
/// Profiles, key IDs and dates are readable without the pass phrase, but a change to them is
/// noticed. The file is replaced as a whole; who changes it holds the lock on the file beside it.
public struct FileVault: Vault {
    /// Which pass phrase is wanted.
    public enum PassphraseRequest: Equatable, Sendable {
        /// One for a vault that is about to be made; a person types it twice.
        case new
        /// The one of the vault that stands.
        case existing
    }

    /// Asks for the pass phrase; throws `VaultError.noPassphrase` where there is none to be had.
    public typealias Passphrase =
        @Sendable (PassphraseRequest) throws(VaultError) -> Secret

    /// The path of the file.
    public let path: String
    private let passphrase: Passphrase
    private let cache: (any DerivedKeyCache)?
    private let cost: ScryptParameters
    private let patience: VaultPatience
    private let now: @Sendable () -> Timestamp

    /// The vault in the file at `path`, which need not exist yet.
    ///
    /// - Parameters:
    ///   - path: The file. A lock file with `.lock` behind the name stands beside it.
    ///   - cache: Where the derived key may rest, so that the pass phrase is not asked for again.
    ///   - cost: The cost for a new vault; one that stands keeps its own.
    ///   - patience: How long to wait for others who change the file.
    ///   - now: The clock for the entries' dates.
    ///   - passphrase: Asks for the pass phrase.
    public init(
        path: String, cache: (any DerivedKeyCache)? = nil, cost: ScryptParameters = .standard,
        patience: VaultPatience = .standard,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        passphrase: @escaping Passphrase
    ) {
        self.path = path
        self.cache = cache
        self.cost = cost
        self.patience = patience
        self.now = now
        self.passphrase = passphrase
    }

    /// The encrypted file.
    public var kind: VaultKind { .file }

    /// All keys; needs no pass phrase.
    public func entries() throws(VaultError) -> [VaultEntry] { try read()?.entries ?? [] }

    /// The key of `profile`. The pass phrase is asked for only where there is one.
    public func load(profile: String) throws(VaultError) -> AccessKey {
        guard let vault = try read(),
            let index = vault.entries.firstIndex(where: { $0.profile == profile })
        else { throw .absent(profile: profile) }
        let secrets = try open(vault, with: try key(of: vault))
        let range = try ranges(secrets, vault)[index]
        return AccessKey(
            id: vault.entries[index].accessKeyID,
            secret: secrets.withBytes {
                Secret(copying: UnsafeRawBufferPointer(rebasing: $0[range]))
            })
    }

    /// Keeps `key` for `profile`. The first key makes the vault and asks for a new pass phrase.
    public func store(_ key: borrowing AccessKey, profile: String) throws(VaultError) {
        guard !profile.isEmpty, !profile.utf8.contains(0) else { throw .unsuitableName(profile) }
        try change(profile: profile, to: key.id, key.secret)
    }

    /// Forgets the key of `profile`. The pass phrase is asked for only where there is one.
    public func remove(profile: String) throws(VaultError) -> Bool {
        guard try entries().contains(where: { $0.profile == profile }) else { return false }
        try change(profile: profile, to: nil, Secret(""))
        return true
    }

    // MARK: Changing

    /// Puts the entry in the place of the profile's old one; without an `id` there is none after.
    private func change(
        profile: String, to id: AccessKeyID?, _ secret: borrowing Secret
    ) throws(VaultError) {
        do throws(SystemError) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        } catch { throw .file(error) }
        while true {
            // The pass phrase is asked for without the lock, so that nobody waits for a person.
            let before = try read()
            var vault: SealedVault
            let key: Secret
            if let before {
                vault = before
                key = try self.key(of: before)
            } else {
                let salt = Self.random(SealedVault.saltSize)
                key = try derive(try ask(.new), cost, salt: salt)
                vault = SealedVault(
                    parameters: cost, salt: salt, check: try Self.check(key), nonce: [],
                    entries: [])
            }
            let lock = try self.lock()
            defer { extendLifetime(lock) }
            let current = try read()
            // Another process made the vault meanwhile, with a pass phrase of its own.
            guard current?.salt == before?.salt else { continue }
            if let current { vault = current }
            try write(vault, key, profile, id, secret)
            if before == nil { cache?.store(key, id: Self.cacheID(vault)) }
            return
        }
    }

    private func write(
        _ old: SealedVault, _ key: borrowing Secret, _ profile: String, _ id: AccessKeyID?,
        _ secret: borrowing Secret
    ) throws(VaultError) {
        let oldSecrets = old.sealed.isEmpty ? Secret("") : try open(old, with: key)
        let ranges = try ranges(oldSecrets, old)
        var vault = old
        vault.nonce = Self.random(AESGCM.nonceSize)
        let replaced = old.entries.first { $0.profile == profile }
        vault.entries.removeAll { $0.profile == profile }
        if let id {
            vault.entries.append(
                VaultEntry(
                    profile: profile, accessKeyID: id, created: replaced?.created ?? now(),
                    modified: now()))
        }
        let secrets = Secret(capacity: oldSecrets.count + 4 + secret.count) { buffer in
            var offset = 0
            func append(_ bytes: UnsafeRawBufferPointer) {
                withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { size in
                    UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + 4])
                        .copyMemory(from: size)
                }
                UnsafeMutableRawBufferPointer(rebasing: buffer[(offset + 4)...])
                    .copyMemory(from: bytes)
                offset += 4 + bytes.count
            }
            oldSecrets.withBytes { bytes in
                for (entry, range) in zip(old.entries, ranges) where entry.profile != profile {
                    append(UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
            }
            if id != nil { secret.withBytes(append) }
            return offset
        }
        let bytes: [UInt8]
        do throws(LibraryUnavailable) {
            vault.sealed = try AESGCM.seal(
                secrets, key: key, nonce: vault.nonce,
                authenticating: vault.authenticated(plaintextSize: secrets.count))
            bytes = try vault.bytes()
        } catch { throw .library(error) }
        do throws(SystemError) {
            try AtomicFile.replace(path, with: bytes, mode: 0o600)
        } catch { throw .file(error) }
    }

    private func lock() throws(VaultError) -> FileLock {
        do throws(SystemError) {
            return try FileLock(path: path + ".lock", within: patience.call)
        } catch {
            throw error.isHeldLock
                ? .timedOut(after: patience.call, prompting: false) : .file(error)
        }
    }

    // MARK: Reading

    /// The file taken apart; nil where there is none.
    private func read() throws(VaultError) -> SealedVault? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .file(SystemError("stat", path))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(path: path) }
        guard status.st_uid == geteuid() else {
            throw .foreignFile(path: path, owner: status.st_uid)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .exposedFile(path: path, mode: status.st_mode & 0o7777)
        }
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try AtomicFile.read(path) } catch { throw .file(error) }
        guard let bytes else { return nil }

        var missing: LibraryUnavailable?
        do throws(SealedVault.Flaw) {
            return try SealedVault(parsing: bytes) { body in
                do throws(LibraryUnavailable) {
                    return try SHA256.digest(body)
                } catch {
                    missing = error
                    return []
                }
            }
        } catch {
            if let missing { throw .library(missing) }
            switch error {
            case .truncated: throw .truncatedFile(path: path)
            case .damaged: throw .damagedFile(path: path)
            case .later(let version): throw .laterVersion(path: path, version: version)
            }
        }
    }

    /// The key of a vault that stands, from the cache or the pass phrase, and surely the right one.
    private func key(of vault: SealedVault) throws(VaultError) -> Secret {
        let id = Self.cacheID(vault)
        if let cached = cache?.load(id: id), try Self.check(cached) == vault.check { return cached }
        let key = try derive(try ask(.existing), vault.parameters, salt: vault.salt)
        guard try Self.check(key) == vault.check else { throw .wrongPassphrase(path: path) }
        cache?.store(key, id: id)
        return key
    }

    private func ask(_ request: PassphraseRequest) throws(VaultError) -> Secret {
        let phrase = try passphrase(request)
        guard phrase.count > 0 else { throw .noPassphrase(.empty) }
        return phrase
    }

    private func derive(
        _ phrase: borrowing Secret, _ cost: ScryptParameters, salt: [UInt8]
    ) throws(VaultError) -> Secret {
        do throws(LibraryUnavailable) {
            if let key = try cost.key(passphrase: phrase, salt: salt) { return key }
        } catch { throw .library(error) }
        throw .damagedFile(path: path)
    }

    /// The secrets as they were sealed.
    private func open(
        _ vault: SealedVault, with key: borrowing Secret
    ) throws(VaultError) -> Secret {
        do throws(LibraryUnavailable) {
            let size = vault.sealed.count - AESGCM.tagSize
            if let secrets = try AESGCM.open(
                vault.sealed, key: key, nonce: vault.nonce,
                authenticating: vault.authenticated(plaintextSize: size))
            {
                return secrets
            }
        } catch { throw .library(error) }
        throw .damagedFile(path: path)
    }

    /// Where each entry's secret stands among the opened ones.
    private func ranges(
        _ secrets: borrowing Secret, _ vault: SealedVault
    ) throws(VaultError) -> [Range<Int>] {
        let ranges = secrets.withBytes { bytes in
            var ranges: [Range<Int>] = []
            var offset = 0
            while offset + 4 <= bytes.count {
                let size = UInt32(
                    bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                let start = offset + 4
                guard Int(size) <= bytes.count - start else { break }
                ranges.append(start..<start + Int(size))
                offset = start + Int(size)
            }
            return offset == bytes.count ? ranges : []
        }
        guard ranges.count == vault.entries.count else { throw .damagedFile(path: path) }
        return ranges
    }

    private static func check(_ key: borrowing Secret) throws(VaultError) -> [UInt8] {
        do throws(LibraryUnavailable) {
            let mac = try key.withBytes { (key) throws(LibraryUnavailable) in
                try SHA256.hmac(key: key, "credtool-vault 1 key check".utf8)
            }
            return Array(mac.prefix(SealedVault.checkSize))
        } catch { throw .library(error) }
    }

    /// The kernel's random bytes.
    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }

    private static func cacheID(_ vault: SealedVault) -> String {
        vault.salt.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Where the key of a file vault may rest for a while, such as the kernel's keyring.
public protocol DerivedKeyCache: Sendable {
    /// The key that was stored under `id`, where it is still there.
    func load(id: String) -> Secret?
    /// Keeps `key` under `id`, which is another one after the pass phrase changes.
    func store(_ key: borrowing Secret, id: String)
}
