// A file of any length, passed by the matcher in pieces that overlap.
internal import CScan
internal import Glibc
internal import Model

/// What is read, by one thread at a time, into memory that is wiped at the end.
final class KeyStream {
    /// A key and its line, counted from 1.
    struct Line {
        let sighting: Sighting
        let line: Int
        /// How many times more the same secret stands in the file.
        var more = 0
    }

    private static let piece = 1 << 20
    /// How much of the start tells a text from other data. Source: `buffer_is_binary` of git.
    private static let start = 8000

    private let buffer: UnsafeMutableRawBufferPointer
    private let now: Timestamp
    private var count = 0
    /// Where the secrets begin that were not looked at yet.
    private var open = 0
    /// The line that the buffer begins in.
    private var line = 1
    /// Whether no piece of this file was passed yet.
    private var isStart = true
    /// The keys that were found, in their order. The same secret in many lines, as in a shell's
    /// history, is one.
    private(set) var found: [Line] = []
    /// How many others there are.
    private(set) var untold = 0
    private var known: [String: Int] = [:]

    init(now: Timestamp) {
        self.now = now
        buffer = .allocate(byteCount: Self.piece, alignment: 64)
    }

    deinit {
        if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
        buffer.deallocate()
    }

    /// Begins with another file.
    func begin() {
        count = 0
        open = 0
        line = 1
        isStart = true
        found = []
        untold = 0
        known = [:]
    }

    /// Whether what was read so far is no text: a NUL stands in its first bytes.
    var isBinary: Bool {
        guard isStart, let base = buffer.baseAddress else { return false }
        return memchr(base, 0, min(count, Self.start)) != nil
    }

    /// Has `read` put bytes into what room there is; returns how many that were, none at the end.
    func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        if count == buffer.count { pass(isLast: false) }
        let size = read(UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        count += max(0, size)
        return size
    }

    /// Takes more bytes.
    func append(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = fill { room in
                let part = UnsafeRawBufferPointer(rebasing: rest.prefix(room.count))
                room.copyMemory(from: part)
                return part.count
            }
            rest = rest.dropFirst(size)
        }
    }

    /// Looks at what is left.
    func end() { pass(isLast: true) }

    private func pass(isLast: Bool) {
        // A secret near the end waits for what may belong to it.
        let limit = isLast ? count : count - KeyMatcher.reach
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        var place = 0
        var line = line
        for sighting in KeyMatcher.sightings(in: bytes, open..<limit, now: now) {
            line += lines(place..<sighting.offset)
            place = sighting.offset
            note(Line(sighting: sighting, line: line))
        }
        guard !isLast, let base = buffer.baseAddress else { return }
        let dropped = limit - KeyMatcher.reach
        self.line += lines(0..<dropped)
        memmove(base, base + dropped, count - dropped)
        count -= dropped
        open = limit - dropped
        isStart = false
    }

    private func note(_ line: Line) {
        if let index = known[line.sighting.fingerprint] {
            found[index].more += 1
        } else if found.count < KeyScan.mostFindings {
            known[line.sighting.fingerprint] = found.count
            found.append(line)
        } else {
            untold += 1
        }
    }

    private func lines(_ range: Range<Int>) -> Int {
        buffer.baseAddress.map { cscan_lines($0 + range.lowerBound, range.count) } ?? 0
    }
}
