// What was forgotten lately, so that a session that was on its way meanwhile is not kept.
internal import Glibc
internal import Model
internal import System

/// A log of what was forgotten and when, in the runtime directory.
///
///     BOOT ID
///     NANOSECONDS SINCE BOOT <tab> SELECTION AND ITS WORDS
///
/// A log that has grown too long becomes one line that says that all was forgotten: sessions that
/// are on their way then are obtained once more.
struct ForgottenSessions: Sendable {
    /// The file; nil where there is no place for one.
    let path: @Sendable () -> String?
    /// The clock since boot.
    var uptime: @Sendable () -> Uptime = Uptime.now
    /// More bytes than this make it begin anew.
    var limit = 64 * 1024

    /// Notes that these sessions were forgotten now.
    /// - Throws: `RecordStoreError` where that cannot be written down.
    func note(_ selections: [SessionSelection]) throws(RecordStoreError) {
        guard !selections.isEmpty, let path = path() else { return }
        do throws(SystemError) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            let lock = try FileLock(path: path + ".lock", within: .seconds(5))
            defer { extendLifetime(lock) }
            let boot = Boot.current()
            var text = Self.text(try AtomicFile.read(path) ?? [], boot: boot) ?? "\(boot)\n"
            let now = uptime().nanoseconds
            if text.utf8.count > limit { text = "\(boot)\n\(now)\tall\n" }
            for selection in selections { text += "\(now)\t\(Self.words(selection))\n" }
            try Self.write(text, to: path)
        } catch { throw error.isHeldLock ? .busy(path: path) : .system(error) }
    }

    /// Whether the session of `label` was forgotten at `begun` or later; nil where the log cannot be
    /// read now.
    func include(_ label: SessionLabel, since begun: Uptime) -> Bool? {
        guard let path = path() else { return false }
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try AtomicFile.read(path) } catch { return nil }
        guard let bytes, let text = Self.text(bytes, boot: Boot.current()) else { return false }
        return text.split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count > 1, let time = Int(fields[0]), time >= begun.nanoseconds else {
                return false
            }
            return Self.selection(fields.dropFirst().map(String.init))?.includes(label) ?? true
        }
    }

    /// The log, where it is of this run of the machine.
    private static func text(_ bytes: [UInt8], boot: String) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasPrefix("\(boot)\n") ? text : nil
    }

    private static func words(_ selection: SessionSelection) -> String {
        let fields =
            switch selection {
            case .all: ["all"]
            case .profile(let name): ["profile", name]
            case .key(let id): ["key", id.description]
            case .roleOfKey(let arn, let id): ["role-of-key", arn, id.description]
            case .roleOfProfile(let arn, let name): ["role-of-profile", arn, name]
            case .askedProfile(let name): ["asked-profile", name]
            // It is made of fields itself.
            case .fingerprint(let beginning):
                ["fingerprint"]
                    + beginning.split(separator: "\t", omittingEmptySubsequences: false)
                    .map(String.init)
            }
        // No session of a name with a line end is kept anywhere.
        let isWritable = fields.allSatisfy { field in
            !field.utf8.contains { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") }
        }
        return isWritable ? fields.joined(separator: "\t") : "all"
    }

    private static func selection(_ words: [String]) -> SessionSelection? {
        switch (words.first, words.count) {
        case ("all", 1): .all
        case ("profile", 2): .profile(words[1])
        case ("key", 2): AccessKeyID(words[1]).map { .key($0) }
        case ("role-of-key", 3): AccessKeyID(words[2]).map { .roleOfKey(words[1], $0) }
        case ("role-of-profile", 3): .roleOfProfile(words[1], words[2])
        case ("asked-profile", 2): .askedProfile(words[1])
        case ("fingerprint", 2...):
            .fingerprint(beginning: words.dropFirst().joined(separator: "\t"))
        default: nil
        }
    }

    /// Replaces the file without waiting for a disk: nothing of it outlives the machine's run.
    private static func write(_ text: String, to path: String) throws(SystemError) {
        let name = "\(path).new"
        let file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var text = text
        var failure = text.withUTF8 {
            AtomicFile.write(UnsafeRawBufferPointer($0), to: file, path)
        }
        if failure == nil, rename(name, path) != 0 { failure = SystemError("rename", path) }
        if let failure {
            unlink(name)
            throw failure
        }
    }
}
