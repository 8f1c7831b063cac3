// The bytes of a config or credentials file, in memory that is never copied.
internal import Glibc
internal import Model

/// A file's bytes, shared by all that is parsed from them. They may hold secrets until those are
/// blanked, and so stand in secret memory from the reading on.
final class FileText: Sendable {
    private let bytes: Secret

    init(_ bytes: consuming Secret) { self.bytes = bytes }

    /// Lends the bytes to `body`.
    @inline(__always)
    func withSpan<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try bytes.withSpan(body)
    }

    /// Makes blanks of the bytes in `range`, in a way that the compiler does not leave out. Only
    /// for whoever has the one reference.
    func blank(_ range: Range<Int>) {
        bytes.withBytes { bytes in
            guard let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
            explicit_bzero(base + range.lowerBound, range.count)
            memset(base + range.lowerBound, Int32(UInt8(ascii: " ")), range.count)
        }
    }
}

extension Secret {
    /// Lends the bytes to `body`.
    @inline(__always)
    borrowing func withSpan<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try withBytes { (bytes) throws(E) in
            let bytes = bytes.assumingMemoryBound(to: UInt8.self)
            return try body(bytes.span)
        }
    }
}
