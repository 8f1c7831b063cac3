// Secret bytes: locked in memory, left out of core dumps, wiped when they go out of use.
import Glibc

/// Bytes that must not be seen: the one owner of a secret access key, a session token, a pass phrase.
///
/// A `Secret` cannot be copied, so it cannot be interpolated, printed or stored in an `Any`.
/// Its pages are locked (`mlock`, as far as RLIMIT_MEMLOCK allows), excluded from core dumps
/// (`MADV_DONTDUMP`) and wiped (`explicit_bzero`) before they return to the system.
public struct Secret: ~Copyable, @unchecked Sendable {
    private let pages: Pages
    private let bytes: UnsafeRawBufferPointer
    /// The number of secret bytes.
    public var count: Int { bytes.count }

    /// Makes room for `capacity` bytes and lets `fill` write them.
    ///
    /// - Parameters:
    ///   - capacity: The largest number of bytes that `fill` may write.
    ///   - fill: Writes into the zeroed buffer and returns how many bytes are the secret.
    /// - Throws: What `fill` throws; the buffer is wiped first.
    public init<E: Error>(
        capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        pages = Pages(capacity: capacity)
        let written = try fill(.init(start: pages.base, count: capacity))
        precondition(written >= 0 && written <= capacity)
        bytes = UnsafeRawBufferPointer(start: pages.base, count: written)
    }

    private init(_ pages: Pages, _ bytes: UnsafeRawBufferPointer) {
        self.pages = pages
        self.bytes = bytes
    }

    /// The bytes from `range` as a secret of their own, in the same pages: those are wiped once
    /// this and every part of it are gone. For a few parts of a whole that has no more to hide.
    public borrowing func part(_ range: Range<Int>) -> Secret {
        Secret(pages, UnsafeRawBufferPointer(rebasing: bytes[range]))
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

    /// Lends the bytes to `body`. They must not outlive the call.
    public borrowing func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try body(bytes)
    }

    /// A second owner of the same bytes, for the few places that must hand out one and keep one.
    public borrowing func copy() -> Secret {
        withBytes { Secret(copying: $0) }
    }

    /// Whether both hold the same bytes; the time taken depends on the length alone.
    public borrowing func equals(_ other: borrowing Secret) -> Bool {
        other.withBytes { equals($0) }
    }

    /// Whether `other` are the same bytes; the time taken depends on the length alone.
    public borrowing func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for offset in 0..<count {
            difference |= bytes[offset] ^ other[offset]
        }
        return difference == 0
    }

    /// What may be shown in its place.
    public var description: String { "<secret>" }
}

/// Locked memory, wiped when the last secret in it goes.
private final class Pages {
    let base: UnsafeMutableRawPointer
    private let size: Int

    init(capacity: Int) {
        let page = Int(getpagesize())
        size = max(1, (capacity + page - 1) / page) * page
        let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let base, base != MAP_FAILED else { Self.endWithoutMemory() }
        mlock(base, size)
        madvise(base, size, MADV_DONTDUMP)
        self.base = base
    }

    deinit {
        explicit_bzero(base, size)
        munmap(base, size)
    }

    /// Words without an allocation, and the exit code by which `exec` tells credtool's failures.
    private static func endWithoutMemory() -> Never {
        let words: StaticString = "credtool: out of memory\nhint: look at the limits: ulimit -a\n"
        write(2, words.utf8Start, words.utf8CodeUnitCount)
        _exit(125)
    }
}
