// What stands in the vaults, without any secret: read wherever the vaults can be left alone.
public import Model

/// The index of all vaults: one line for each profile that has a key.
///
///     credtool-index 1
///     PROFILE <tab> KEY ID <tab> VAULT <tab> ADDED <tab> CALLER'S ARN
///     <tab> VAULT
///
/// A line of the second kind names a vault that could not be asked when the index was made anew.
/// ADDED is in seconds since the epoch, the ARN may be empty. Bytes below 0x21, `%` and 0x7f are
/// written as `%` and two hexadecimal digits. A last line without a line feed is damage.
public struct VaultIndex: Equatable, Sendable {
    /// One key.
    public struct Entry: Equatable, Sendable {
        /// The profile that the key belongs to.
        public let profile: String
        /// The public half of the key.
        public let accessKeyID: AccessKeyID
        /// The vault that holds it.
        public let vault: VaultKind
        /// When it was added.
        public let added: Timestamp
        /// Who AWS says the key is (GetCallerIdentity); nil where it was never asked.
        public let caller: ARN?

        /// Joins the parts.
        public init(
            profile: String, accessKeyID: AccessKeyID, vault: VaultKind, added: Timestamp,
            caller: ARN?
        ) {
            self.profile = profile
            self.accessKeyID = accessKeyID
            self.vault = vault
            self.added = added
            self.caller = caller
        }
    }

    /// The keys, in the order in which they were added.
    public private(set) var entries: [Entry]
    /// The vaults that may hold keys of which the index does not know.
    public var unread: Set<VaultKind> = []

    /// An index of these entries; the last one of a profile counts.
    public init(_ entries: [Entry] = []) {
        self.entries = []
        var positions: [String: Int] = [:]
        for entry in entries {
            if let position = positions[entry.profile] {
                self.entries[position] = entry
            } else {
                positions[entry.profile] = self.entries.count
                self.entries.append(entry)
            }
        }
    }

    /// The entry of `profile`.
    public func entry(of profile: String) -> Entry? { entries.first { $0.profile == profile } }

    /// Puts `entry` in the place of its profile's old one.
    public mutating func set(_ entry: Entry) {
        if let index = entries.firstIndex(where: { $0.profile == entry.profile }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// Takes the entry of `profile` out.
    public mutating func remove(_ profile: String) { entries.removeAll { $0.profile == profile } }

    // MARK: The file

    private static let header = Array("credtool-index 1\n".utf8)

    /// The file's bytes.
    public var bytes: [UInt8] {
        var bytes = Self.header
        for entry in entries {
            bytes += Self.escaped(entry.profile)
            bytes += "\t\(entry.accessKeyID)\t\(entry.vault.rawValue)\t".utf8
            bytes += "\(entry.added.secondsSinceEpoch)\t".utf8
            bytes += Self.escaped(entry.caller?.description ?? "")
            bytes.append(UInt8(ascii: "\n"))
        }
        for kind in VaultKind.allCases where unread.contains(kind) {
            bytes += "\t\(kind.rawValue)\n".utf8
        }
        return bytes
    }

    /// Reads the file; nil where it is damaged or of a later version.
    public init?(parsing bytes: [UInt8]) {
        guard let lines = Self.lines(bytes) else { return nil }
        entries = []
        var profiles: Set<String> = []
        for line in lines {
            if line.first == UInt8(ascii: "\t") {
                let name = String(decoding: line.dropFirst(), as: UTF8.self)
                guard let kind = VaultKind(rawValue: name) else { return nil }
                unread.insert(kind)
                continue
            }
            guard let entry = Self.entry(line), profiles.insert(entry.profile).inserted else {
                return nil
            }
            entries.append(entry)
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        guard bytes.starts(with: header), bytes.last == UInt8(ascii: "\n") else { return nil }
        return bytes[header.count...].dropLast()
            .split(
                separator: UInt8(ascii: "\n"),
                omittingEmptySubsequences: bytes.count == header.count)
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
        let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        guard fields.count == 5, let profile = unescaped(fields[0]), !profile.isEmpty,
            let id = AccessKeyID(String(decoding: fields[1], as: UTF8.self)),
            let vault = VaultKind(rawValue: String(decoding: fields[2], as: UTF8.self)),
            let added = Int(String(decoding: fields[3], as: UTF8.self)),
            let caller = unescaped(fields[4])
        else { return nil }
        let arn = ARN(caller)
        guard caller.isEmpty || arn != nil else { return nil }
        return Entry(
            profile: profile, accessKeyID: id, vault: vault,
            added: Timestamp(secondsSinceEpoch: added), caller: arn)
    }

    private static func escaped(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte > 0x20, byte != UInt8(ascii: "%"), byte != 0x7f {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return bytes
    }

    private static func unescaped(_ field: ArraySlice<UInt8>) -> String? {
        guard field.contains(UInt8(ascii: "%")) else {
            return String(validating: field, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
