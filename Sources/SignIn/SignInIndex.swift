// Which sign-ins there are and until when, without any secret: for `plan` and `list`.
internal import Glibc
public import Model
internal import System

/// A sign-in as lists show it.
public struct SignInSummary: Equatable, Sendable {
    /// What its token is found by.
    public let name: String
    /// When the access token is over.
    public let expiration: Timestamp
    /// Until when a new one may be had without a person; nil where it may not.
    public let refreshableUntil: Timestamp?
}

/// A file of lines: NAME, EXPIRATION and REFRESHABLE UNTIL, in seconds since the epoch.
///
/// It says what was so when it was written. It is never trusted to be right, and a lost one is made
/// anew line by line.
public struct SignInIndex: Sendable {
    private let path: String

    /// The index at `path`, which need not exist.
    public init(path: String) { self.path = path }

    /// All sign-ins that it knows.
    public func summaries() -> [SignInSummary] {
        guard let bytes = try? AtomicFile.read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let end = Int(fields[1]) else { return nil }
            return SignInSummary(
                name: String(fields[0]), expiration: Timestamp(secondsSinceEpoch: end),
                refreshableUntil: Int(fields[2]).map { Timestamp(secondsSinceEpoch: $0) })
        }
    }

    /// The one of this name.
    public func summary(_ name: String) -> SignInSummary? {
        summaries().first { $0.name == name }
    }

    func set(_ summary: SignInSummary) {
        change { $0.filter { $0.name != summary.name } + [summary] }
    }

    func remove(_ name: String) { change { $0.filter { $0.name != name } } }

    /// A list that cannot be written is no reason to fail.
    private func change(_ edit: ([SignInSummary]) -> [SignInSummary]) {
        do {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            let lock = try FileLock(path: path + ".lock", within: .seconds(5))
            defer { extendLifetime(lock) }
            let old = summaries()
            let new = edit(old)
            guard new != old else { return }
            let lines = new.map { summary in
                let until = summary.refreshableUntil.map { "\($0.secondsSinceEpoch)" } ?? ""
                return "\(summary.name)\t\(summary.expiration.secondsSinceEpoch)\t\(until)\n"
            }
            try AtomicFile.replace(path, with: Array(lines.joined().utf8))
        } catch {}
    }
}
