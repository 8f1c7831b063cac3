// The lines of the index file.
internal import Glibc
internal import Model

/// A line of the index file:
///
///     credtool-index 1
///     PROFILE <tab> KEY ID <tab> VAULT <tab> ADDED <tab> CALLER'S ARN
///     PROFILE <tab> KEY ID <tab> VAULT <tab> ADDED <tab> CALLER'S ARN <tab> STORED
///     <tab> VAULT
///     <tab> VAULT <tab> PROFILE <tab> STAMP
///
/// A line of the second kind is that of a key that was kept elsewhere before. One of the third names a
/// vault that could not be asked when the index was made anew, one of the fourth what does not count
/// any more. ADDED and STORED are in seconds since the epoch, STAMP in nanoseconds; the ARN may be
/// empty. Bytes below 0x21, `%` and 0x7f are written as `%` and two
/// hexadecimal digits. A last line without a line feed is damage.
enum IndexLine {
    case entry(VaultIndex.Entry)
    case unread(VaultKind)
    case superseded(VaultIndex.Superseded)

    static let header = Array("credtool-index 1\n".utf8)

    /// Walks the lines behind the header until one is refused.
    /// - Returns: Whether the header is right, the last line whole and none refused.
    static func forEach(
        in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        guard let start = bytes.baseAddress, bytes.count >= header.count,
            bytes[bytes.count - 1] == UInt8(ascii: "\n"),
            memcmp(start, header, header.count) == 0
        else { return false }
        var from = start + header.count
        let end = start + bytes.count
        while from < end, let feed = UnsafeRawPointer(memchr(from, 0x0a, end - from)) {
            guard body(UnsafeRawBufferPointer(start: from, count: feed - from)) else {
                return false
            }
            from = feed + 1
        }
        return true
    }

    /// Reads a line; nil where it is damaged.
    init?(_ line: UnsafeRawBufferPointer) {
        var rest: UnsafeRawBufferPointer? = line
        guard let first = Self.field(&rest) else { return nil }
        guard first.isEmpty else {
            guard let entry = Self.entry(first, &rest) else { return nil }
            self = .entry(entry)
            return
        }
        guard let vault = Self.field(&rest).flatMap({ VaultKind(rawValue: Self.text($0)) }) else {
            return nil
        }
        guard rest != nil else {
            self = .unread(vault)
            return
        }
        guard let profile = Self.field(&rest).flatMap(Self.unescaped), !profile.isEmpty,
            let stamp = Self.field(&rest).flatMap({ Int(Self.text($0)) }), rest == nil
        else { return nil }
        self = .superseded(.init(profile: profile, vault: vault, stamp: stamp))
    }

    private static func entry(
        _ first: UnsafeRawBufferPointer, _ rest: inout UnsafeRawBufferPointer?
    ) -> VaultIndex.Entry? {
        guard let profile = unescaped(first), let id = field(&rest), let kind = field(&rest),
            let date = field(&rest), let name = field(&rest), let id = AccessKeyID(text(id)),
            let vault = VaultKind(rawValue: text(kind)),
            let added = Int(text(date)), let caller = unescaped(name)
        else { return nil }
        let arn = caller.isEmpty ? nil : ARN(caller)
        guard caller.isEmpty || arn != nil else { return nil }
        var stored: Timestamp?
        if rest != nil {
            guard let seconds = field(&rest).flatMap({ Int(text($0)) }), rest == nil else {
                return nil
            }
            stored = Timestamp(secondsSinceEpoch: seconds)
        }
        return .init(
            profile: profile, accessKeyID: id, vault: vault,
            added: Timestamp(secondsSinceEpoch: added), caller: arn, stored: stored)
    }

    /// Takes the first field off; `rest` is nil behind the last one, which has no tab behind it.
    private static func field(
        _ rest: inout UnsafeRawBufferPointer?
    ) -> UnsafeRawBufferPointer? {
        guard let line = rest else { return nil }
        guard let start = line.baseAddress,
            let tab = UnsafeRawPointer(memchr(start, 0x09, line.count))
        else {
            rest = nil
            return line
        }
        let count = tab - start
        rest = UnsafeRawBufferPointer(start: tab + 1, count: line.count - count - 1)
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    static func append(_ entry: VaultIndex.Entry, to bytes: inout [UInt8]) {
        escape(entry.profile, into: &bytes)
        bytes += "\t\(entry.accessKeyID)\t\(entry.vault.rawValue)\t".utf8
        bytes += "\(entry.added.secondsSinceEpoch)\t".utf8
        escape(entry.caller?.description ?? "", into: &bytes)
        if entry.stored != entry.added { bytes += "\t\(entry.stored.secondsSinceEpoch)".utf8 }
        bytes.append(UInt8(ascii: "\n"))
    }

    static func append(_ keys: VaultIndex.Superseded, to bytes: inout [UInt8]) {
        bytes += "\t\(keys.vault.rawValue)\t".utf8
        escape(keys.profile, into: &bytes)
        bytes += "\t\(keys.stamp)\n".utf8
    }

    // MARK: Texts

    private static func text(_ field: UnsafeRawBufferPointer) -> String {
        String(decoding: field, as: UTF8.self)
    }

    static func escape(_ text: String, into bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if byte > 0x20, byte != UInt8(ascii: "%"), byte != 0x7f {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 15))
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") - 10)
    }

    private static func unescaped(_ field: UnsafeRawBufferPointer) -> String? {
        guard field.contains(UInt8(ascii: "%")) else {
            return String(validating: field, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        var at = 0
        while at < field.count {
            guard field[at] == UInt8(ascii: "%") else {
                bytes.append(field[at])
                at += 1
                continue
            }
            guard at + 2 < field.count, let high = value(field[at + 1]),
                let low = value(field[at + 2])
            else { return nil }
            bytes.append(high << 4 | low)
            at += 3
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
