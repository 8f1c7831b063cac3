// The vault file's bytes: what is readable without the pass phrase, and what is sealed.
internal import Crypto
internal import Model

/// A vault file taken apart. Integers are big-endian, a text is its u32 length and its bytes:
///
///     "credtool-vault 2\n"
///     u32 length of the whole file
///     u8 log2 N, u32 r, u32 p, 16 bytes salt       how scrypt makes the key of the pass phrase
///     16 bytes check value                         HMAC-SHA-256 of a fixed text under the key
///     12 bytes nonce
///     u32 count, then for each item: the schema, u32 count and that many names and values of
///     attributes in the order of their names, the label, i64 created, i64 modified (in seconds
///     since the epoch)
///     the secrets, each u32 length and bytes, sealed with AES-256-GCM; all above is authenticated
///     32 bytes SHA-256 of all above
///
/// Format 1, which held keys alone, has for each of them: the profile, the key ID, i64 created, i64
/// modified. It is read, and becomes format 2 when the file is next written.
///
/// The digest at the end tells damage from a wrong pass phrase, and damage before one is asked for.
struct SealedFile {
    static let magic = "credtool-vault "
    static let version = 2
    static let saltSize = 16
    static let checkSize = 16
    private static let digestSize = 32

    /// How the pass phrase becomes the key.
    let parameters: ScryptParameters
    let salt: [UInt8]
    /// What only the right key gives.
    let check: [UInt8]
    var nonce: [UInt8] = []
    var items: [SecretItem] = []
    /// All that stands before the sealed part, as it was read.
    private(set) var authenticated: [UInt8] = []
    private(set) var sealed: [UInt8] = []

    /// Why bytes are no vault.
    enum Flaw: Error, Equatable {
        case truncated
        case damaged
        case later(version: Int)
    }

    /// A file without items.
    init(parameters: ScryptParameters, salt: [UInt8], check: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.check = check
    }

    // MARK: Writing

    /// All that stands before the sealed part, in a file of `length` bytes.
    private func header(length: Int) -> [UInt8] {
        var bytes = Array("\(Self.magic)\(Self.version)\n".utf8)
        func append(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ text: String) {
            append(UInt32(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        append(UInt32(length))
        append(parameters.logN)
        append(parameters.blockSize)
        append(parameters.parallelism)
        bytes += salt + check + nonce
        append(UInt32(items.count))
        for item in items {
            append(item.schema.name)
            append(UInt32(item.attributes.count))
            for (name, value) in item.attributes.sorted(by: { $0.key < $1.key }) {
                append(name)
                append(value)
            }
            append(item.label)
            append(Int64(item.created.secondsSinceEpoch))
            append(Int64(item.modified.secondsSinceEpoch))
        }
        return bytes
    }

    /// The whole file, with `secrets` sealed under `key`. The nonce is to be a new one.
    func bytes(
        sealing secrets: borrowing Secret, key: borrowing Secret
    ) throws(LibraryUnavailable) -> [UInt8] {
        let sizeWithoutHeader = secrets.count + AESGCM.tagSize + Self.digestSize
        let header = header(length: header(length: 0).count + sizeWithoutHeader)
        let body =
            header + (try AESGCM.seal(secrets, key: key, nonce: nonce, authenticating: header))
        return body + (try SHA256.digest(body))
    }

    // MARK: Reading

    /// The secrets as they were sealed; nil where the key is not the file's, or a byte is not.
    func secrets(key: borrowing Secret) throws(LibraryUnavailable) -> Secret? {
        guard !sealed.isEmpty else { return Secret("") }
        return try AESGCM.open(sealed, key: key, nonce: nonce, authenticating: authenticated)
    }

    /// Takes a file apart.
    /// - Parameter digest: SHA-256, which needs a library.
    init(parsing bytes: [UInt8], digest: (ArraySlice<UInt8>) -> [UInt8]) throws(Flaw) {
        var reader = BigEndianReader(bytes[...])
        let magic = Array(Self.magic.utf8)
        guard bytes.count > magic.count else {
            throw magic.starts(with: bytes) ? .truncated : .damaged
        }
        guard try reader.bytes(magic.count) == magic else { throw .damaged }
        guard let end = reader.rest.prefix(10).firstIndex(of: UInt8(ascii: "\n")),
            let version = Int(String(decoding: reader.rest[..<end], as: UTF8.self)), version > 0
        else { throw reader.rest.count < 10 ? .truncated : .damaged }
        guard version <= Self.version else { throw .later(version: version) }
        reader.rest = reader.rest[(end + 1)...]

        let length = Int(try reader.number(UInt32.self))
        guard bytes.count >= length else { throw .truncated }
        guard bytes.count == length, bytes.count > Self.digestSize,
            digest(bytes.dropLast(Self.digestSize)) == bytes.suffix(Self.digestSize)
        else { throw .damaged }
        reader.rest.removeLast(min(Self.digestSize, reader.rest.count))

        // From here on the bytes are what was written, by this program or by one that imitates it.
        do {
            parameters = ScryptParameters(
                logN: try reader.number(), blockSize: try reader.number(),
                parallelism: try reader.number())
            salt = try reader.bytes(Self.saltSize)
            check = try reader.bytes(Self.checkSize)
            nonce = try reader.bytes(AESGCM.nonceSize)
            for _ in 0..<(try reader.number(UInt32.self)) {
                items.append(version == 1 ? try reader.key() : try reader.item())
            }
        } catch {
            throw .damaged
        }
        authenticated = Array(bytes[..<reader.rest.startIndex])
        sealed = Array(reader.rest)
        guard sealed.count >= AESGCM.tagSize else { throw .damaged }
    }
}

/// Reads numbers and texts off the front of some bytes.
struct BigEndianReader {
    var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func bytes(_ count: Int) throws(SealedFile.Flaw) -> [UInt8] {
        guard rest.count >= count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(SealedFile.Flaw) -> Number {
        try bytes(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func text() throws(SealedFile.Flaw) -> String {
        guard let text = String(validating: try bytes(Int(number(UInt32.self))), as: UTF8.self)
        else { throw .damaged }
        return text
    }

    private mutating func date() throws(SealedFile.Flaw) -> Timestamp {
        Timestamp(secondsSinceEpoch: Int(try number(Int64.self)))
    }

    /// An item of format 2.
    mutating func item() throws(SealedFile.Flaw) -> SecretItem {
        let name = try text()
        var attributes: [String: String] = [:]
        for _ in 0..<(try number(UInt32.self)) {
            let name = try text()
            attributes[name] = try text()
        }
        return SecretItem(
            schema: ItemSchema(named: name), attributes: attributes, label: try text(),
            created: try date(), modified: try date())
    }

    /// A key of format 1, as the item that it is in format 2.
    mutating func key() throws(SealedFile.Flaw) -> SecretItem {
        let profile = try text()
        guard let id = AccessKeyID(try text()) else { throw .damaged }
        return SecretItem(
            schema: .accessKey,
            attributes: [
                ItemAttribute.profile: profile, ItemAttribute.accessKeyID: id.description,
            ],
            label: KeyVault.label(of: id, profile: profile), created: try date(),
            modified: try date())
    }
}
