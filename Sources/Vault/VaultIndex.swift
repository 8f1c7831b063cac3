// What stands in the vaults, without any secret: read wherever the vaults can be left alone.
public import Model

/// The index of all vaults: which profile has a key, and where.
public struct VaultIndex: Equatable, Sendable {
    /// One key.
    public struct Entry: Equatable, Sendable {
        /// The profile that the key belongs to.
        public let profile: String
        /// The public half of the key.
        public let accessKeyID: AccessKeyID
        /// The vault that holds it.
        public let vault: VaultKind
        /// Since when the key is kept, in this vault or another.
        public let added: Timestamp
        /// Since when this vault has it: of two vaults with a key of the profile the later counts.
        public let stored: Timestamp
        /// Who AWS says the key is (GetCallerIdentity); nil where it was never asked.
        public let caller: ARN?

        /// Joins the parts.
        /// - Parameter stored: Since when the vault has it; nil for `added`.
        public init(
            profile: String, accessKeyID: AccessKeyID, vault: VaultKind, added: Timestamp,
            caller: ARN?, stored: Timestamp? = nil
        ) {
            self.profile = profile
            self.accessKeyID = accessKeyID
            self.vault = vault
            self.added = added
            self.stored = stored ?? added
            self.caller = caller
        }

        /// What the planner needs to know of the key.
        public var storedKey: StoredKey {
            StoredKey(
                profile: profile, accessKeyID: accessKeyID, vault: vault, callerARN: caller)
        }
    }

    /// Keys of a profile that a vault may still hold and that do not count any more: the profile has
    /// another one since, or none. They are deleted when the vault answers.
    public struct Superseded: Hashable, Sendable {
        /// The profile.
        public let profile: String
        /// The vault.
        public let vault: VaultKind
        /// The newest stamp that does not count, in nanoseconds since the epoch.
        public let stamp: Int

        /// Joins the parts.
        public init(profile: String, vault: VaultKind, stamp: Int) {
            self.profile = profile
            self.vault = vault
            self.stamp = stamp
        }
    }

    /// The keys, in the order in which they were added.
    public private(set) var entries: [Entry]
    /// The vaults that may hold keys of which the index does not know.
    public var unread: Set<VaultKind> = []
    /// What is still to be deleted; at most one for a profile and a vault.
    public private(set) var superseded: [Superseded] = []
    /// Where each profile stands; nil for a short list, which is walked in less time.
    private var positions: [String: Int]?

    private static let longestWalk = 16

    /// An index of these entries; the last one of a profile counts.
    public init(_ entries: [Entry] = []) {
        self.entries = []
        for entry in entries { set(entry) }
    }

    /// Equal where they say the same.
    public static func == (left: VaultIndex, right: VaultIndex) -> Bool {
        left.entries == right.entries && left.unread == right.unread
            && left.superseded == right.superseded
    }

    private func position(of profile: String) -> Int? {
        if let positions { return positions[profile] }
        return entries.firstIndex { $0.profile == profile }
    }

    /// Adds an entry of a profile that has none.
    private mutating func append(_ entry: Entry) {
        positions?[entry.profile] = entries.count
        entries.append(entry)
        if positions == nil, entries.count > Self.longestWalk { findPositions() }
    }

    private mutating func findPositions() {
        positions = nil
        guard entries.count > Self.longestWalk else { return }
        positions = Dictionary(
            uniqueKeysWithValues: entries.enumerated().map { ($1.profile, $0) })
    }

    /// The entry of `profile`, in the same time however many there are.
    public func entry(of profile: String) -> Entry? { position(of: profile).map { entries[$0] } }

    /// Puts `entry` in the place of its profile's old one.
    public mutating func set(_ entry: Entry) {
        if let position = position(of: entry.profile) {
            entries[position] = entry
        } else {
            append(entry)
        }
    }

    /// Takes the entry of `profile` out.
    public mutating func remove(_ profile: String) {
        guard let position = position(of: profile) else { return }
        entries.remove(at: position)
        findPositions()
    }

    /// Takes the entries out that `isChosen`.
    mutating func removeAll(where isChosen: (Entry) -> Bool) {
        entries.removeAll(where: isChosen)
        findPositions()
    }

    // MARK: What does not count any more

    /// Notes what does not count any more.
    mutating func supersede(_ keys: Superseded) {
        let before = superseded.first { $0.profile == keys.profile && $0.vault == keys.vault }
        settle(keys.profile, in: keys.vault)
        superseded.append(
            Superseded(
                profile: keys.profile, vault: keys.vault,
                stamp: max(keys.stamp, before?.stamp ?? .min)))
    }

    /// Takes out what was noted of a profile in a vault.
    mutating func settle(_ profile: String, in vault: VaultKind) {
        superseded.removeAll { $0.profile == profile && $0.vault == vault }
    }

    /// Whether a key that a vault holds counts.
    func counts(_ entry: VaultEntry, in vault: VaultKind) -> Bool {
        !superseded.contains {
            $0.profile == entry.profile && $0.vault == vault && entry.stamp <= $0.stamp
        }
    }
}

// MARK: The bytes

extension VaultIndex {
    /// The file's bytes.
    public var bytes: [UInt8] {
        var bytes = IndexLine.header
        for entry in entries { IndexLine.append(entry, to: &bytes) }
        for kind in VaultKind.allCases where unread.contains(kind) {
            bytes += "\t\(kind.rawValue)\n".utf8
        }
        for keys in superseded { IndexLine.append(keys, to: &bytes) }
        return bytes
    }

    /// Reads the file; nil where it is damaged or of a later version.
    public init?(parsing bytes: [UInt8]) {
        self.init()
        let isWhole = bytes.withUnsafeBytes { bytes in
            IndexLine.forEach(in: bytes) { line in
                switch IndexLine(line) {
                case .entry(let entry):
                    guard position(of: entry.profile) == nil else { return false }
                    append(entry)
                case .unread(let kind): unread.insert(kind)
                case .superseded(let keys): superseded.append(keys)
                case nil: return false
                }
                return true
            }
        }
        guard isWhole else { return nil }
    }
}
