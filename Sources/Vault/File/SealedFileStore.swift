// Secret items in one encrypted file, for machines without a keyring.
public import Crypto
internal import Glibc
public import Model
internal import System

/// Items in one file, sealed with AES-256-GCM under a key that scrypt makes of a pass phrase.
///
/// Attributes, labels and dates are readable without the pass phrase, but a change to them is
/// noticed. The file is replaced as a whole; who changes it holds the lock on the file beside it.
public struct SealedFileStore: ItemStore {
    /// The path of the file.
    public let path: String
    let passphrase: PassphraseSource
    let cache: (any DerivedKeyCache)?
    let cost: ScryptParameters
    private let patience: VaultPatience
    private let now: @Sendable () -> Timestamp
    /// The kernel's random bytes.
    var random: @Sendable (_ count: Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }
    /// The clock for the order of items, in nanoseconds since the epoch.
    var stampNow: @Sendable () -> Int = wallNanoseconds

    /// The items in the file at `path`, which need not exist yet.
    ///
    /// - Parameters:
    ///   - path: The file. A lock file with `.lock` behind the name stands beside it.
    ///   - cache: Where the derived key may rest, so that the pass phrase is not asked for again.
    ///   - cost: The cost for a new vault; one that stands keeps its own.
    ///   - patience: How long to wait for others who change the file.
    ///   - now: The clock for the items' dates.
    ///   - passphrase: Where the pass phrase comes from.
    public init(
        path: String, cache: (any DerivedKeyCache)? = nil, cost: ScryptParameters = .standard,
        patience: VaultPatience = .standard,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now, passphrase: PassphraseSource
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

    // MARK: ItemStore

    /// The items with all of these attributes, the newest first; needs no pass phrase.
    public func search(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [SecretItem] {
        guard let file = try read() else { return [] }
        return Self.newestFirst(file, schema, attributes).map { file.items[$0] }
    }

    /// The newest item that is usable. The pass phrase is asked for only where there is an item.
    public func load(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) throws(VaultError) -> OpenItem? {
        guard let file = try read() else { return nil }
        let positions = Self.newestFirst(file, schema, attributes)
        guard let newest = positions.first else { return nil }
        let secrets = try open(file, with: try key(of: file))
        let ranges = try ranges(secrets, file)
        func item(_ position: Int) -> OpenItem {
            OpenItem(
                item: file.items[position],
                secret: secrets.withBytes {
                    Secret(copying: UnsafeRawBufferPointer(rebasing: $0[ranges[position]]))
                })
        }
        for position in positions {
            let found = item(position)
            if isUsable(found) { return found }
        }
        return item(newest)
    }

    /// Keeps `secret`. The first item makes the vault and asks for a new pass phrase.
    public func store(
        _ secret: borrowing Secret, schema: ItemSchema, attributes: [String: String],
        replacing replaced: [String: String], label: String
    ) throws(VaultError) {
        for text in [label] + attributes.flatMap({ [$0.key, $0.value] })
        where text.utf8.contains(0) { throw .unsuitableName(text) }
        try change { (file, secrets, ranges) throws(VaultError) in
            let old = file.items.indices.filter { file.items[$0].has(schema, replaced) }
            var attributes = attributes
            attributes[ItemAttribute.stamp] =
                String(nextStamp(after: old.map { file.items[$0] }, now: stampNow()))
            let item = SecretItem(
                schema: schema, attributes: attributes, label: label,
                created: old.map { file.items[$0].created }.min() ?? now(), modified: now())
            return file.replacing(secrets, ranges, without: old, adding: item, secret)
        }
    }

    /// Deletes items. The pass phrase is asked for only where there is one to delete.
    public func remove(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isChosen: @escaping @Sendable (SecretItem) -> Bool
    ) throws(VaultError) -> Int {
        guard try search(schema, attributes).contains(where: isChosen) else { return 0 }
        var count = 0
        try change { (file, secrets, ranges) throws(VaultError) in
            let gone = file.items.indices.filter {
                file.items[$0].has(schema, attributes) && isChosen(file.items[$0])
            }
            count = gone.count
            return file.replacing(secrets, ranges, without: gone, adding: nil, Secret(""))
        }
        return count
    }

    /// The places of the items with these attributes, the newest item's first.
    private static func newestFirst(
        _ file: SealedFile, _ schema: ItemSchema, _ attributes: [String: String]
    ) -> [Int] {
        file.items.indices.filter { file.items[$0].has(schema, attributes) }
            .sorted { (file.items[$0].stamp, $0) > (file.items[$1].stamp, $1) }
    }

    // MARK: Changing

    private typealias Change = (
        _ file: inout SealedFile, _ secrets: borrowing Secret, _ ranges: [Range<Int>]
    ) throws(VaultError) -> Secret

    /// Replaces the file by what `edit` makes of it: its items, and their secrets in one.
    private func change(_ edit: Change) throws(VaultError) {
        do throws(SystemError) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        } catch { throw .file(error) }
        while true {
            // The pass phrase is asked for without the lock, so that nobody waits for a person.
            let before = try read()
            var file: SealedFile
            let key: Secret
            if let before {
                file = before
                key = try self.key(of: before)
            } else {
                let salt = random(SealedFile.saltSize)
                key = try passphrase.key(.new, cached: { () throws(VaultError) in nil }) {
                    (phrase) throws(VaultError) in try derive(phrase, cost, salt: salt)
                }
                file = SealedFile(parameters: cost, salt: salt, check: try Self.check(key))
            }
            let lock = try self.lock()
            defer { extendLifetime(lock) }
            let current = try read()
            // Another process made the vault meanwhile, or changed its pass phrase.
            guard current?.salt == before?.salt else {
                if let current, before != nil, !holdsKey(of: current) {
                    passphrase.report(.changed)
                }
                continue
            }
            if let current { file = current }
            let secrets = try open(file, with: key)
            let ranges = try ranges(secrets, file)
            let edited = try edit(&file, secrets, ranges)
            file.nonce = random(AESGCM.nonceSize)
            try write(file, edited, key)
            if before == nil { cache?.store(key, id: Self.cacheID(file)) }
            return
        }
    }

    private func write(
        _ file: SealedFile, _ secrets: borrowing Secret, _ key: borrowing Secret
    ) throws(VaultError) {
        let bytes: [UInt8]
        do throws(LibraryUnavailable) {
            bytes = try file.bytes(sealing: secrets, key: key)
        } catch { throw .library(error) }
        do throws(SystemError) {
            try AtomicFile.replace(path, with: bytes, mode: 0o600)
        } catch { throw .file(error) }
    }

    func lock() throws(VaultError) -> FileLock {
        do throws(SystemError) {
            return try FileLock(path: path + ".lock", within: patience.call)
        } catch { throw error.isHeldLock ? .busyFile(path: path) : .file(error) }
    }

    // MARK: Reading

    /// The file taken apart; nil where there is none.
    func read() throws(VaultError) -> SealedFile? {
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
        return try bytes.map { (bytes) throws(VaultError) in try parse(bytes) }
    }

    func parse(_ bytes: [UInt8]) throws(VaultError) -> SealedFile {
        var missing: LibraryUnavailable?
        do throws(SealedFile.Flaw) {
            return try SealedFile(parsing: bytes) { body in
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
    func key(of file: SealedFile) throws(VaultError) -> Secret {
        let id = Self.cacheID(file)
        func cached() throws(VaultError) -> Secret? {
            guard let key = cache?.load(id: id), try Self.check(key) == file.check else {
                return nil
            }
            return key
        }
        if let key = try cached() { return key }
        return try passphrase.key(.existing, cached: cached) { (phrase) throws(VaultError) in
            let key = try derive(phrase, file.parameters, salt: file.salt)
            guard try Self.check(key) == file.check else { throw .wrongPassphrase(path: path) }
            // Before the next process has its turn to ask.
            cache?.store(key, id: id)
            return key
        }
    }

    func derive(
        _ phrase: borrowing Secret, _ cost: ScryptParameters, salt: [UInt8]
    ) throws(VaultError) -> Secret {
        guard cost.isReasonable else { throw .damagedFile(path: path) }
        do throws(LibraryUnavailable) {
            if let key = try cost.key(passphrase: phrase, salt: salt) { return key }
        } catch { throw .library(error) }
        throw .outOfMemory(bytes: cost.memory)
    }

    /// The secrets as they were sealed.
    func open(
        _ file: SealedFile, with key: borrowing Secret
    ) throws(VaultError) -> Secret {
        do throws(LibraryUnavailable) {
            if let secrets = try file.secrets(key: key) { return secrets }
        } catch { throw .library(error) }
        throw .damagedFile(path: path)
    }

    /// Where each item's secret stands among the opened ones.
    func ranges(
        _ secrets: borrowing Secret, _ file: SealedFile
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
        guard ranges.count == file.items.count else { throw .damagedFile(path: path) }
        return ranges
    }

    static func check(_ key: borrowing Secret) throws(VaultError) -> [UInt8] {
        do throws(LibraryUnavailable) {
            let mac = try key.withBytes { (key) throws(LibraryUnavailable) in
                try SHA256.hmac(key: key, "credtool-vault 1 key check".utf8)
            }
            return Array(mac.prefix(SealedFile.checkSize))
        } catch { throw .library(error) }
    }

    static func cacheID(_ file: SealedFile) -> String { file.salt.hex }
}

extension SecretItem {
    fileprivate func has(_ schema: ItemSchema, _ attributes: [String: String]) -> Bool {
        self.schema == schema && self.attributes.include(attributes)
    }
}

extension SealedFile {
    /// Takes items out and puts one in.
    /// - Returns: The secrets of the items that there are then.
    fileprivate mutating func replacing(
        _ secrets: borrowing Secret, _ ranges: [Range<Int>], without gone: [Int],
        adding item: SecretItem?, _ secret: borrowing Secret
    ) -> Secret {
        let kept = items.indices.filter { !gone.contains($0) }
        items = kept.map { items[$0] } + (item.map { [$0] } ?? [])
        return Secret(capacity: secrets.count + 4 + secret.count) { room in
            var writer = SecretWriter(room)
            func append(_ bytes: UnsafeRawBufferPointer) {
                withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { writer.write($0) }
                writer.write(bytes)
            }
            secrets.withBytes { bytes in
                for index in kept { append(UnsafeRawBufferPointer(rebasing: bytes[ranges[index]])) }
            }
            if item != nil { secret.withBytes(append) }
            return writer.count
        }
    }
}
