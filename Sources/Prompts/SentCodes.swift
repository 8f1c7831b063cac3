// The codes that were sent to AWS: each is sent once, by whichever process.
internal import Crypto
public import Model
internal import Synchronization
internal import System

/// What is remembered of the codes that were sent lately.
///
/// AWS takes each code once, also where it refused what was asked with it. A code is remembered for
/// 90 seconds, in which its 30-second step is over and AWS does not take it any more.
///
/// The file holds no codes but salted digests. There are too few codes for a digest to hide one,
/// but one that was sent is of no use.
public struct SentCodes: Sendable {
    private let directory: @Sendable () -> String?
    private let memory = Memory()

    private static let lifetime = 90
    /// How long another process is waited for; it holds the lock for some milliseconds.
    private static let patience: Duration = .seconds(2)

    /// The codes that processes of this user sent, remembered in a file in `directory`.
    /// - Parameter directory: Gives the runtime directory, when the first code is sent; nil where
    ///   there is none, and only this process remembers, as it does where the file cannot be
    ///   written.
    public init(directory: @escaping @Sendable () -> String?) { self.directory = directory }

    /// Remembers that the code is sent; to be called before it is. One caller alone gets true, also
    /// of several at once.
    /// - Returns: Whether it may be sent: false where it was sent already.
    public func remember(mfaSerial: String, code: String, now: Timestamp = .now()) -> Bool {
        change(now) { entries in
            guard !entries.contains(where: { $0.isOf(mfaSerial, code) }) else { return false }
            if let new = Entry(mfaSerial, code, at: now) { entries.append(new) }
            return true
        }
    }

    /// Forgets a code that did not reach AWS after all.
    public func forget(mfaSerial: String, code: String, now: Timestamp = .now()) {
        change(now) { entries in entries.removeAll { $0.isOf(mfaSerial, code) } }
    }

    /// How long it takes from `now` until a device shows its next code.
    ///
    /// Source: RFC 6238 with AWS's step of 30 seconds.
    public static func untilNextCode(_ now: Timestamp = .now()) -> Duration {
        .seconds(30 - now.secondsSinceEpoch % 30)
    }

    // MARK: The file

    private func path(_ directory: String) -> String { "\(directory)/mfa-codes" }

    /// A file that cannot be read, or not understood, has no entries.
    private func fileEntries(_ directory: String?) -> [Entry] {
        guard let directory else { return [] }
        let bytes: [UInt8]?
        do { bytes = try AtomicFile.read(path(directory)) } catch { return [] }
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n")
            .compactMap { Entry($0) }
    }

    /// Edits the entries that still count, while nobody else does.
    private func change<R: Sendable>(_ now: Timestamp, _ edit: (inout [Entry]) -> R) -> R {
        memory.entries.withLock { remembered in
            let directory = directory()
            let lock = lock(directory)
            defer { withExtendedLifetime(lock) {} }
            var entries = (fileEntries(directory) + remembered).filter { $0.counts(now) }
            let result = edit(&entries)
            remembered = write(entries, directory) ? [] : entries
            return result
        }
    }

    private func lock(_ directory: String?) -> Lock {
        guard let directory else { return Lock(held: nil) }
        do {
            return Lock(
                held: try FileLock(path: "\(path(directory)).lock", within: Self.patience))
        } catch {
            return Lock(held: nil)
        }
    }

    private func write(_ entries: [Entry], _ directory: String?) -> Bool {
        guard let directory else { return false }
        let text = entries.map { "\($0.line)\n" }.joined()
        do { try AtomicFile.replace(path(directory), with: Array(text.utf8)) } catch {
            return false
        }
        return true
    }

    /// A lock, or none where it cannot be had: AWS then refuses a code that is sent twice.
    private struct Lock: ~Copyable {
        let held: FileLock?
    }

    /// What no file holds.
    private final class Memory: Sendable {
        let entries = Mutex<[Entry]>([])
    }

    /// One code: when it was sent, a salt, and the digest of all.
    private struct Entry: Sendable {
        let time: Int
        let salt: String
        let digest: String

        var line: String { "\(time) \(salt) \(digest)" }

        init?(_ mfaSerial: String, _ code: String, at now: Timestamp) {
            time = now.secondsSinceEpoch
            salt = String(UInt64.random(in: 0 ... .max), radix: 16)
            guard let digest = Self.digest(salt, mfaSerial, code) else { return nil }
            self.digest = digest
        }

        init?(_ line: Substring) {
            let parts = line.split(separator: " ")
            guard parts.count == 3, let time = Int(parts[0]) else { return nil }
            self.time = time
            salt = String(parts[1])
            digest = String(parts[2])
        }

        /// Whether it is of the last 90 seconds; a clock that was set back leaves times to come.
        func counts(_ now: Timestamp) -> Bool {
            let now = now.secondsSinceEpoch
            return (now - lifetime + 1..<now + lifetime).contains(time)
        }

        func isOf(_ mfaSerial: String, _ code: String) -> Bool {
            Self.digest(salt, mfaSerial, code) == digest
        }

        /// Nil where libcrypto is missing, without which nothing can be sent either.
        private static func digest(_ parts: String...) -> String? {
            do {
                return try SHA256.digest(parts.joined(separator: "\n").utf8)
                    .map { String($0 >> 4, radix: 16) + String($0 & 0xf, radix: 16) }.joined()
            } catch {
                return nil
            }
        }
    }
}
