// What a scan finds, and what it leaves out.
public import Model

/// A key in plain at one place.
public struct ScanFinding: Equatable, Sendable {
    /// Where the secret stands.
    public enum Place: Equatable, Sendable {
        /// In a line of a file.
        case line(Int)
        /// In an object of a git repository: a file of some commit, whose path is nil where no
        /// commit that can be reached has it; or the message of a commit or tag.
        case object(id: String, path: String?, isMessage: Bool)
    }

    /// What the secret is good for.
    public enum Kind: String, Sendable {
        /// A key that works until somebody deletes it.
        case key
        /// A session's key, which ends by itself.
        case session
        /// A secret without an ID near it.
        case secret
    }

    /// The file, or the folder of the git repository.
    public let path: String
    /// Where in it.
    public let place: Place
    /// The ID; nil where none stands near.
    public let id: AccessKeyID?
    /// The first four characters of the secret.
    public let secretStart: String
    /// How many more places in the same file or repository hold the same secret.
    public let more: Int

    init(_ path: String, _ place: Place, _ sighting: Sighting, more: Int = 0) {
        self.path = path
        self.place = place
        id = sighting.id
        secretStart = sighting.secretStart
        self.more = more
    }

    /// What it is.
    public var kind: Kind {
        guard let id else { return .secret }
        return id.isTemporary ? .session : .key
    }
}

extension ScanFinding: Comparable {
    /// By path; within it by line, then what git keeps.
    public static func < (left: ScanFinding, right: ScanFinding) -> Bool {
        guard left.path == right.path else { return left.path < right.path }
        switch (left.place, right.place) {
        case (.line(let left), .line(let right)): return left < right
        case (.line, .object): return true
        case (.object, .line): return false
        case (.object(let left, let leftPath, _), .object(let right, let rightPath, _)):
            return (leftPath ?? "", left) < (rightPath ?? "", right)
        }
    }
}

/// What a scan did, and could not do.
public struct ScanResult: Sendable {
    /// The keys, in the order of their places.
    public internal(set) var findings: [ScanFinding] = []
    /// How many files were read.
    public internal(set) var files = 0
    /// How many bytes those had.
    public internal(set) var bytes = 0
    /// How many git repositories were read.
    public internal(set) var repositories = 0
    /// Files and folders that could not be read.
    public internal(set) var unreadable = LeftOut()
    /// Files that are no text, and too large.
    public internal(set) var binaries = LeftOut()
    /// Folders where another file system begins.
    public internal(set) var fileSystems = LeftOut()
    /// Git repositories that could not be read.
    public internal(set) var unreadRepositories = LeftOut()
    /// Findings beyond those that are told of one file or repository.
    public internal(set) var untold = 0
}

/// Things that were left out: how many, and one of them.
public struct LeftOut: Equatable, Sendable {
    /// How many.
    public private(set) var count = 0
    /// The first.
    public private(set) var example: String?

    mutating func add(_ path: String) {
        count += 1
        example = example ?? path
    }
}
