// Secret bytes: locked in memory, left out of core dumps, wiped when they go out of use.
import Glibc

/// Bytes that must not be seen: the one owner of a secret access key, a session token, a pass phrase.
///
/// A `Secret` cannot be copied, so it cannot be interpolated, printed or stored in an `Any`.
/// Its pages are locked (`mlock`, as far as RLIMIT_MEMLOCK allows), excluded from core dumps
/// (`MADV_DONTDUMP`) and wiped (`explicit_bzero`) before they return to the system.
public struct Secret: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let mapped: Int
    /// The number of secret bytes.
    public let count: Int

    /// Makes room for `capacity` bytes and lets `fill` write them.
    ///
    /// - Parameters:
    ///   - capacity: The largest number of bytes that `fill` may write.
    ///   - fill: Writes into the zeroed buffer and returns how many bytes are the secret.
    /// - Throws: What `fill` throws; the buffer is wiped first.
    public init<E: Error>(
        capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        let page = Int(getpagesize())
        let mapped = max(1, (capacity + page - 1) / page) * page
        let base = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let base, base != MAP_FAILED else { fatalError("out of memory") }
        mlock(base, mapped)
        madvise(base, mapped, MADV_DONTDUMP)
        do {
            let written = try fill(.init(start: base, count: capacity))
            precondition(written >= 0 && written <= capacity)
            self.base = base
            self.mapped = mapped
            self.count = written
        } catch {
            Secret.release(base, mapped)
            throw error
        }
    }

    /// Copies `bytes` into locked memory. Wiping the original is its owner's work.
    public init(copying bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count) { buffer in
            buffer.copyMemory(from: bytes)
            return bytes.count
        }
    }

    /// Copies the UTF-8 bytes of `text`.
    public init(_ text: String) {
        self.init(capacity: text.utf8.count) { buffer in
            buffer.copyBytes(from: text.utf8)
            return text.utf8.count
        }
    }

    deinit { Secret.release(base, mapped) }

    private static func release(_ base: UnsafeMutableRawPointer, _ mapped: Int) {
        explicit_bzero(base, mapped)
        munmap(base, mapped)
    }

    /// Lends the bytes to `body`. They must not outlive the call.
    public borrowing func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A second owner of the same bytes, for the few places that must hand out one and keep one.
    public borrowing func copy() -> Secret {
        withBytes { Secret(copying: $0) }
    }

    /// Whether both hold the same bytes; the time taken depends on the length alone.
    public borrowing func equals(_ other: borrowing Secret) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for offset in 0..<count {
            difference |=
                base.load(fromByteOffset: offset, as: UInt8.self)
                ^ other.base.load(fromByteOffset: offset, as: UInt8.self)
        }
        return difference == 0
    }

    /// What may be shown in its place.
    public var description: String { "<secret>" }
}
