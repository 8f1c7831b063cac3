// Paths: bytes that need not be UTF-8, kept in a String, and taken apart.
internal import Glibc

/// Bytes that are no UTF-8 stand in a `String` as the private characters U+10FF80 to U+10FFFF, one
/// for each byte, and become those bytes again where the path is used. So do the bytes of these
/// characters themselves, and no path is lost or taken for another.
///
/// Source: PEP 383, which does so with lone surrogates; a Swift string cannot hold those.
extension String {
    private static let escapes: ClosedRange<UInt32> = 0x10_ff80...0x10_ffff
    /// What the UTF-8 of each escape begins with, and hardly any other character.
    private static let escapeStart: UInt8 = 0xf4

    /// The path in `bytes`, which end with NUL.
    public init(path bytes: UnsafePointer<CChar>) {
        let bytes = UnsafeRawBufferPointer(start: bytes, count: strlen(bytes))
        if !bytes.contains(Self.escapeStart), let text = String(validating: bytes, as: UTF8.self) {
            self = text
            return
        }
        self.init()
        var rest = bytes[...]
        while let byte = rest.first {
            let size = max(1, (~byte).leadingZeroBitCount)
            let character = String(validating: rest.prefix(size), as: UTF8.self)?.unicodeScalars
            if let scalar = character?.first, !Self.escapes.contains(scalar.value) {
                unicodeScalars.append(scalar)
                rest = rest.dropFirst(size)
            } else {
                unicodeScalars.append(Unicode.Scalar(0x10_ff00 + UInt32(byte)) ?? "\u{fffd}")
                rest = rest.dropFirst()
            }
        }
    }

    /// Lends the path's bytes, which end with NUL, to `body`.
    public func withPath<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        guard utf8.contains(Self.escapeStart) else { return withCString(body) }
        var bytes: [CChar] = []
        for scalar in unicodeScalars {
            if Self.escapes.contains(scalar.value) {
                bytes.append(CChar(truncatingIfNeeded: scalar.value))
            } else {
                bytes += UTF8.encode(scalar).unsafelyUnwrapped.map { CChar(bitPattern: $0) }
            }
        }
        return body(bytes + [0])
    }

    /// The path for people: U+FFFD stands for each byte that is no UTF-8.
    public var pathForDisplay: String {
        guard utf8.contains(Self.escapeStart) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            text.append(Self.escapes.contains(scalar.value) ? "\u{fffd}" : scalar)
        }
        return String(text)
    }
}

extension AtomicFile {
    private static let slash = UInt8(ascii: "/")

    /// The directory that `path` stands in.
    public static func parent(of path: String) -> String {
        guard let end = path.utf8.lastIndex(of: slash) else { return "." }
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    /// What `path` has behind its last slash.
    static func name(of path: String) -> Substring {
        path.utf8.lastIndex(of: slash).map { path[path.utf8.index(after: $0)...] } ?? path[...]
    }

    /// What `path` leads to over symbolic links, also where there is nothing yet.
    public static func resolved(_ path: String, depth: Int = 0) -> String {
        if let target = path.withPath({ realpath($0, nil) }) {
            defer { free(target) }
            return String(path: target)
        }
        var link = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let size = path.withPath { readlink($0, &link, link.count - 1) }
        guard size > 0, depth < 40 else { return path }
        let target = String(path: link)
        return resolved(
            target.utf8.first == slash ? target : "\(parent(of: path))/\(target)",
            depth: depth + 1)
    }
}
