// Finds AWS keys in bytes of any kind. Nothing but the ID and the start of a secret leaves it.
internal import CScan
public import Model

/// A key that was seen.
public struct Sighting: Equatable, Sendable {
    /// The ID that belongs to the secret; nil where none stands near.
    public let id: AccessKeyID?
    /// The first four characters of the secret, to know it by.
    public let secretStart: String
    /// Where the secret begins.
    public let offset: Int
    /// A hash of the secret, by which the same one is known again.
    public let fingerprint: String
}

/// The search in a piece of a file.
///
/// What counts as a key is the secret: 40 random characters of base64 near an ID of AWS's, or
/// behind a name such as `aws_secret_access_key`. An ID alone opens nothing, and stands in logs and
/// URLs everywhere. AWS's own examples are left out, and so are sessions that say when they ended.
struct KeyMatcher {
    /// How many bytes around a secret count.
    static let reach = 4096
    /// How far from its ID a secret without a name may begin.
    private static let after = 512
    private static let before = 256
    /// How far behind its name a secret may begin.
    private static let gap = 96

    private struct Identifier {
        let range: Range<Int>
        let id: AccessKeyID
    }

    private struct Named {
        let run: SecretRun
        /// Whether the name alone says that it is a key of AWS's.
        let isOfAWS: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private var identifiers: [Identifier] = []
    private var named: [Named] = []
    private var used: Set<Int> = []

    /// The keys whose secrets begin in `range` of `bytes`, in their order.
    /// - Parameter now: What a session that has ended is told by.
    static func sightings(
        in bytes: UnsafeRawBufferPointer, _ range: Range<Int>, now: Timestamp
    ) -> [Sighting] {
        var matcher = KeyMatcher(bytes)
        matcher.collect()
        return matcher.pair(now).filter { range.contains($0.offset) }
            .sorted { $0.offset < $1.offset }
    }

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    // MARK: IDs and names

    private mutating func collect() {
        guard let base = bytes.baseAddress else { return }
        var place = cscan_next(base, 0, bytes.count)
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "A") {
                if let id = identifier(at: place) { identifiers.append(id) }
            } else if let run = namedRun(at: place) {
                // Two names may stand before one secret.
                if named.last?.run != run.run { named.append(run) }
            }
            place = cscan_next(base, place + 1, bytes.count)
        }
    }

    /// The ID that begins with the AKIA or ASIA at `place`.
    private func identifier(at place: Int) -> Identifier? {
        let end = place + 20
        guard end <= bytes.count else { return nil }
        if place > 0, bytes[place - 1].isAlphanumeric,
            !(place > 1 && bytes[place - 1].isEscapeLetter
                && bytes[place - 2] == UInt8(ascii: "\\"))
        {
            return nil
        }
        guard end == bytes.count || !bytes[end].isAlphanumeric else { return nil }
        let text = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
        guard text[4...].allSatisfy({ AccessKeyID.base32Digit($0) != nil }),
            !text.contains(word: "EXAMPLE")
        else { return nil }
        return AccessKeyID(String(decoding: text, as: UTF8.self)).map {
            Identifier(range: place..<end, id: $0)
        }
    }

    /// What stands behind a name of a secret, whose `cret` is at `place`: `secret_access_key`,
    /// `SecretAccessKey`, `aws_secret_key`, `secret key` and so on.
    private func namedRun(at place: Int) -> Named? {
        guard place >= 2, matches("se", at: place - 2) else { return nil }
        var end = place + 4
        skipSeparator(&end)
        let isAccess = matches("access", at: end)
        if isAccess { end += 6 }
        skipSeparator(&end)
        let isKey = matches("key", at: end)
        if isKey { end += 3 }
        var start = place - 2
        if start > 0, Self.isSeparator(bytes[start - 1]) { start -= 1 }
        let isOfAWS = start >= 3 && matches("aws", at: start - 3)
        guard isKey || isOfAWS, let run = value(behind: end),
            run.isSecret(bytes, isNamed: true)
        else { return nil }
        return Named(run: run, isOfAWS: isOfAWS || isAccess)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ")
            || byte == UInt8(ascii: ".")
    }

    private func skipSeparator(_ place: inout Int) {
        if place < bytes.count, Self.isSeparator(bytes[place]) { place += 1 }
    }

    private func matches(_ word: StaticString, at place: Int) -> Bool {
        guard place >= 0, place + word.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<word.utf8CodeUnitCount).allSatisfy {
            bytes[place + $0] | 0x20 == word.utf8Start[$0]
        }
    }

    /// The first long run behind a name: other words may stand between, such as `"value":` on the
    /// next line, but no other setting.
    private func value(behind name: Int) -> SecretRun? {
        let end = min(bytes.count, name + Self.gap)
        var place = name
        while let run = SecretRun.next(bytes, from: place, before: end) {
            guard staysInSetting(place..<run.range.lowerBound) else { return nil }
            if run.count >= 20 { return run }
            place = run.range.upperBound
        }
        return nil
    }

    /// Whether what is between belongs to one setting: a line ends in it only where the next begins
    /// with `value`, or the backslash of a shell stands before.
    private func staysInSetting(_ range: Range<Int>) -> Bool {
        for place in range where bytes[place] == UInt8(ascii: "\n") {
            if place > range.lowerBound, bytes[place - 1] == UInt8(ascii: "\\") { continue }
            guard matches("value", at: range.upperBound) else { return false }
        }
        return true
    }

    // MARK: Which belong together

    private mutating func pair(_ now: Timestamp) -> [Sighting] {
        var sightings: [Sighting] = []
        for index in identifiers.indices {
            let identifier = identifiers[index]
            guard let run = secret(of: index) else { continue }
            used.insert(run.range.lowerBound)
            guard !hasEnded(index, now) else { continue }
            sightings.append(sighting(run, identifier.id))
        }
        for named in named where named.isOfAWS && !used.contains(named.run.range.lowerBound) {
            used.insert(named.run.range.lowerBound)
            sightings.append(sighting(named.run, nil))
        }
        return sightings
    }

    /// What lies between the IDs around one, as far as it counts.
    private func surroundings(of index: Int, before: Int, after: Int) -> Range<Int> {
        let range = identifiers[index].range
        let start = index > 0 ? identifiers[index - 1].range.upperBound : 0
        let end =
            index + 1 < identifiers.count
            ? identifiers[index + 1].range.lowerBound : bytes.count
        return max(start, range.lowerBound - before)..<min(end, range.upperBound + after)
    }

    /// The nearest secret that is still free, one with a name before any other.
    private func secret(of index: Int) -> SecretRun? {
        let range = identifiers[index].range
        let wide = surroundings(of: index, before: Self.reach, after: Self.reach)
        var first = named.firstBehind { $0.run.range.lowerBound >= wide.lowerBound }
        var found: [SecretRun] = []
        while first < named.count, named[first].run.range.upperBound <= wide.upperBound {
            found.append(named[first].run)
            first += 1
        }
        if let run = nearest(found, range) { return run }
        found = []
        let near = surroundings(of: index, before: Self.before, after: Self.after)
        var place = near.lowerBound
        while let run = SecretRun.next(bytes, from: place, before: near.upperBound) {
            if run.isSecret(bytes, isNamed: false) { found.append(run) }
            place = run.range.upperBound
        }
        return nearest(found, range)
    }

    private func nearest(_ runs: [SecretRun], _ id: Range<Int>) -> SecretRun? {
        func distance(_ run: SecretRun) -> Int {
            run.range.lowerBound >= id.upperBound
                ? run.range.lowerBound - id.upperBound : id.lowerBound - run.range.upperBound
        }
        return runs.filter { !used.contains($0.range.lowerBound) }
            .min { distance($0) < distance($1) }
    }

    /// Whether a session has ended by all moments that stand beside it as its end. What stands
    /// between two IDs is that of the first.
    private func hasEnded(_ index: Int, _ now: Timestamp) -> Bool {
        let identifier = identifiers[index]
        guard identifier.id.isTemporary else { return false }
        var range = surroundings(of: index, before: Self.reach, after: Self.reach)
        let nearest = identifier.range.lowerBound - Self.reach
        if index > 0, identifiers[index - 1].range.upperBound > nearest {
            range = identifier.range.upperBound..<range.upperBound
        }
        var hasEnded = false
        for place in range where bytes[place] | 0x20 == UInt8(ascii: "x") {
            guard matches("xpiration", at: place) else { continue }
            var start = place + 9
            let end = min(bytes.count, start + 8)
            while start < end, !(0x30...0x39).contains(bytes[start]) { start += 1 }
            let text = bytes[start..<min(bytes.count, start + 35)]
                .prefix { $0.isAlphanumeric || [0x2b, 0x2d, 0x2e, 0x3a].contains($0) }
            if let end = Timestamp(rfc3339: String(decoding: text, as: UTF8.self)) {
                guard end <= now else { return false }
                hasEnded = true
            }
        }
        return hasEnded
    }

    private func sighting(_ run: SecretRun, _ id: AccessKeyID?) -> Sighting {
        let secret = UnsafeRawBufferPointer(rebasing: bytes[run.range])
        return Sighting(
            id: id, secretStart: String(decoding: secret.prefix(4), as: UTF8.self),
            offset: run.range.lowerBound, fingerprint: FNV1a.hexadecimal(secret))
    }
}

extension Array {
    /// The index of the first element from which on `isBehind` holds, by halving.
    fileprivate func firstBehind(_ isBehind: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
