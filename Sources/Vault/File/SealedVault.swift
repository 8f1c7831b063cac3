// The file vault's bytes: what is readable without the pass phrase, and what is sealed.
internal import Crypto
internal import Model

/// A vault file taken apart. Integers are big-endian:
///
///     "credtool-vault 1\n"
///     u32 length of the whole file
///     u8 log2 N, u32 r, u32 p, 16 bytes salt       how scrypt makes the key of the pass phrase
///     16 bytes check value                         HMAC-SHA-256 of a fixed text under the key
///     12 bytes nonce
///     u32 count, then for each entry: u32 length and bytes of the profile, the same of the key ID,
///     i64 created, i64 modified                    seconds since the epoch
///     the secrets, each u32 length and bytes, sealed with AES-256-GCM; all above is authenticated
///     32 bytes SHA-256 of all above
///
/// The digest at the end tells damage from a wrong pass phrase, and damage before one is asked for.
struct SealedVault: Equatable {
    static let magic = "credtool-vault "
    static let version = 1
    static let saltSize = 16
    static let checkSize = 16
    private static let digestSize = 32

    /// How the pass phrase becomes the key.
    var parameters: ScryptParameters
    var salt: [UInt8]
    /// What only the right key gives.
    var check: [UInt8]
    var nonce: [UInt8]
    var entries: [VaultEntry]
    var sealed: [UInt8] = []

    /// Why bytes are no vault.
    enum Flaw: Error, Equatable {
        case truncated
        case damaged
        case later(version: Int)
    }

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
        append(UInt32(entries.count))
        for entry in entries {
            append(entry.profile)
            append(entry.accessKeyID.description)
            append(Int64(entry.created.secondsSinceEpoch))
            append(Int64(entry.modified.secondsSinceEpoch))
        }
        return bytes
    }

    /// What the sealed part authenticates besides itself.
    func authenticated(plaintextSize: Int) -> [UInt8] {
        let sizeWithoutHeader = plaintextSize + AESGCM.tagSize + Self.digestSize
        return header(length: header(length: 0).count + sizeWithoutHeader)
    }

    /// The whole file.
    func bytes() throws(LibraryUnavailable) -> [UInt8] {
        let body = authenticated(plaintextSize: sealed.count - AESGCM.tagSize) + sealed
        return body + (try SHA256.digest(body))
    }

    init(
        parameters: ScryptParameters, salt: [UInt8], check: [UInt8], nonce: [UInt8],
        entries: [VaultEntry]
    ) {
        self.parameters = parameters
        self.salt = salt
        self.check = check
        self.nonce = nonce
        self.entries = entries
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
        guard version == Self.version else { throw .later(version: version) }
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
            entries = []
            for _ in 0..<(try reader.number(UInt32.self)) {
                let profile = try reader.text()
                guard let id = AccessKeyID(try reader.text()) else { throw Flaw.damaged }
                let created = Int(try reader.number(Int64.self))
                let modified = Int(try reader.number(Int64.self))
                entries.append(
                    VaultEntry(
                        profile: profile, accessKeyID: id,
                        created: Timestamp(secondsSinceEpoch: created),
                        modified: Timestamp(secondsSinceEpoch: modified)))
            }
            sealed = Array(reader.rest)
            guard sealed.count >= AESGCM.tagSize else { throw Flaw.damaged }
        } catch {
            throw .damaged
        }
    }
}

/// Reads numbers and texts off the front of some bytes.
struct BigEndianReader {
    var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func bytes(_ count: Int) throws(SealedVault.Flaw) -> [UInt8] {
        guard rest.count >= count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(SealedVault.Flaw) -> Number {
        try bytes(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func text() throws(SealedVault.Flaw) -> String {
        guard let text = String(validating: try bytes(Int(number(UInt32.self))), as: UTF8.self)
        else { throw .damaged }
        return text
    }
}
