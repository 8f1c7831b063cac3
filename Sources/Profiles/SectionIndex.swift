// Where the sections of a file are, and which of them count.

/// The sections of a file in their order, found in one pass that also checks every line.
///
/// A large file has thousands of profiles, of which two or three are asked for: the pass keeps
/// where each title stands and a hash of its name, and the title is read again when it is wanted.
struct SectionIndex: Sendable {
    /// A section that was looked up.
    struct Section: Sendable {
        /// Nil for a section that the SDKs skip.
        let kind: SectionKind?
        /// As it is written, perhaps in quotes. Of a skipped section, the whole title.
        let name: Range<Int>
        /// The number of the line with the title, counted from 1.
        let line: Int
        /// From behind the title's line to the next section or the end.
        let body: Range<Int>
    }

    /// What is kept of each section, in half the room that `Int` would take; no file that is read
    /// has as many bytes as go into 32 bits.
    private struct Entry: Sendable {
        /// Where the title's line starts.
        let start: UInt32
        let line: UInt32
        let nameStart: UInt32
        let nameEnd: UInt32
        let hash: UInt32
        /// The next section whose hash leads to the same place; -1 for none.
        var next: Int32 = -1
        /// Nil for a section that the SDKs skip.
        var kind: SectionKind?

        init(
            start: Int, line: Int, name: Range<Int>, kind: SectionKind?, hash: NameHash
        ) {
            self.start = UInt32(start)
            self.line = UInt32(line)
            self.nameStart = UInt32(name.lowerBound)
            self.nameEnd = UInt32(name.upperBound)
            self.kind = kind
            self.hash = hash.value
        }

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    }

    private var entries: [Entry] = []
    /// The first section of each remainder of the hashes; -1 for none. A power of two.
    private var heads: [Int32] = []
    private let end: Int

    /// Reads a file.
    ///
    /// - Parameter secrets: Gets the places of secret values.
    /// - Throws: `ConfigError.grammar`.
    init(
        _ bytes: Span<UInt8>, of role: ConfigFile.Role, path: String, secrets: inout [Range<Int>]
    ) throws(ConfigError) {
        end = bytes.count
        // A guess at the usual length of a section, so that a large file's index grows once.
        entries.reserveCapacity(bytes.count / 64)
        var bareDefaults: [Int] = []
        var hasPrefixedDefault = false
        var reader = LineReader(bytes)
        var isInSecret = false
        while true {
            let start = reader.offset
            switch reader.nextUsual(in: bytes, of: role) {
            case .property:
                isInSecret = false
                continue
            case .profile(let name, let hash):
                isInSecret = false
                if bytes.equals(exactly: "default", in: name) { hasPrefixedDefault = true }
                entries.append(
                    Entry(
                        start: start, line: reader.number, name: name, kind: .profile, hash: hash))
                continue
            case nil: break
            }
            let next: Line?
            do throws(GrammarProblem) { next = try reader.next(in: bytes) } catch {
                throw .grammar(path: path, line: reader.number, problem: error)
            }
            guard let line = next else { break }
            switch line.kind {
            case .filler: break
            case .section(let title):
                isInSecret = false
                let (kind, name) = bytes.section(titled: title, of: role)
                if role == .config, kind == .profile, bytes.isSection(named: "default", at: name) {
                    if name == title {
                        bareDefaults.append(entries.count)
                    } else {
                        hasPrefixedDefault = true
                    }
                }
                entries.append(
                    Entry(
                        start: line.content.lowerBound, line: line.number, name: name, kind: kind,
                        hash: bytes.nameHash(at: name)))
            case .property(let key, let rest):
                isInSecret = bytes.isSecretKey(key)
                if isInSecret { secrets.append(rest) }
            case .continuation(let text):
                if isInSecret { secrets.append(text) }
            }
        }
        // [profile default] makes the SDKs forget [default], wherever either stands.
        if hasPrefixedDefault {
            for position in bareDefaults { entries[position].kind = nil }
        }
        chain()
    }

    /// Puts the sections behind the places that their hashes lead to, in the order of the file.
    private mutating func chain() {
        var size = 1
        while size < entries.count { size *= 2 }
        heads = [Int32](repeating: -1, count: size)
        var position = entries.count - 1
        while position >= 0 {
            let place = Int(entries[position].hash) & (size - 1)
            entries[position].next = heads[place]
            heads[place] = Int32(position)
            position -= 1
        }
    }

    /// How many sections there are.
    var count: Int { entries.count }

    /// The section at a position in the order of the file.
    func section(at position: Int, in bytes: Span<UInt8>) -> Section {
        let entry = entries[position]
        let end = position + 1 < entries.count ? Int(entries[position + 1].start) : end
        let newline = bytes.firstIndex(of: .newline, in: Int(entry.start)..<end)
        return Section(
            kind: entry.kind, name: entry.name, line: Int(entry.line),
            body: (newline.map { $0 + 1 } ?? end)..<end)
    }

    /// Of what kind the section at a position is, its name, and the line of its title.
    func title(at position: Int) -> (kind: SectionKind?, name: Range<Int>, line: Int) {
        let entry = entries[position]
        return (entry.kind, entry.name, Int(entry.line))
    }

    /// The position of the first section of that name behind `position`; nil for none.
    ///
    /// - Parameter position: -1 for the beginning of the file.
    func next(
        behind position: Int = -1, _ kind: SectionKind, named name: String, in bytes: Span<UInt8>
    ) -> Int? {
        let hash = NameHash(name).value
        var next =
            position < 0 ? heads[Int(hash) & (heads.count - 1)] : entries[position].next
        while next >= 0 {
            let entry = entries[Int(next)]
            if entry.hash == hash, entry.kind == kind, bytes.isSection(named: name, at: entry.name)
            {
                return Int(next)
            }
            next = entry.next
        }
        return nil
    }

    /// Hands over the sections of that name in turn: they make up one profile, SSO session or
    /// services definition.
    func forEachSection(
        _ kind: SectionKind, named name: String, in bytes: Span<UInt8>,
        _ body: (Section) -> Void
    ) {
        var position = next(kind, named: name, in: bytes)
        while let found = position {
            body(section(at: found, in: bytes))
            position = next(behind: found, kind, named: name, in: bytes)
        }
    }
}

/// A hash of section names; any other would do. Names come from the user's own file, so that nobody
/// gains by making them collide.
struct NameHash {
    private(set) var value: UInt32 = 0x811c_9dc5

    init() {}

    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        for index in range { add(bytes[index]) }
    }

    init(_ name: String) {
        for byte in name.utf8 { add(byte) }
    }

    @inline(__always)
    mutating func add(_ byte: UInt8) { value = (value ^ UInt32(byte)) &* 0x0100_0193 }
}

extension Span<UInt8> {
    fileprivate func isSecretKey(_ key: Range<Int>) -> Bool {
        switch PlainKeyPart(self, key) {
        case .secret, .sessionToken, .securityToken: true
        case .id, nil: false
        }
    }
}
