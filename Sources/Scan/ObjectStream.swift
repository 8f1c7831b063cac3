// What `git cat-file --batch` writes, taken apart as it comes.
internal import Model

/// The objects of a repository, one behind the other: a line with name, kind and size, the content,
/// a line feed.
struct ObjectStream {
    /// One of them.
    struct Object: Equatable {
        /// Its name in hexadecimal.
        let id: String
        /// `blob`, `tree`, `commit` or `tag`.
        let kind: String
        /// The size of its content in bytes.
        let size: Int
    }

    /// What comes out.
    enum Event {
        case begin(Object)
        /// The next part of its content.
        case content(UnsafeRawBufferPointer)
        case end
    }

    private var header: [UInt8] = []
    /// How much of the content is still to come; nil in a header.
    private var left: Int?
    /// Whether it is no such stream.
    private(set) var isMalformed = false
    /// Whether git could not read one of the objects.
    private var hasMissing = false

    /// Whether all that was to come has come.
    var isWhole: Bool { !isMalformed && !hasMissing && left == nil && header.isEmpty }

    private static let longestHeader = 256

    /// Takes the next bytes, and gives what stands in them.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ give: (Event) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty, !isMalformed {
            guard let left else {
                takeHeader(&rest, give)
                continue
            }
            if left == 0 {
                // The line feed behind the content.
                rest = rest.dropFirst()
                self.left = nil
                give(.end)
                continue
            }
            let part = rest.prefix(left)
            give(.content(UnsafeRawBufferPointer(rebasing: part)))
            self.left = left - part.count
            rest = rest.dropFirst(part.count)
        }
    }

    private mutating func takeHeader(
        _ rest: inout Slice<UnsafeRawBufferPointer>, _ give: (Event) -> Void
    ) {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        header += rest[..<(end ?? rest.endIndex)]
        rest = end.map { rest[($0 + 1)...] } ?? rest[rest.endIndex...]
        guard header.count <= Self.longestHeader else {
            isMalformed = true
            return
        }
        guard end != nil else { return }
        let words = String(decoding: header, as: UTF8.self).split(separator: " ")
        header.removeAll(keepingCapacity: true)
        // `NAME missing` has no content.
        guard words.count == 3, let size = Int(words[2]), size >= 0 else {
            hasMissing = true
            return
        }
        left = size
        give(.begin(Object(id: String(words[0]), kind: String(words[1]), size: size)))
    }
}
