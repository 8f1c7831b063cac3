// Secrets in the kernel's key retention service: never on disk, gone by themselves.
internal import CSystem
internal import Glibc
public import Model

/// Why the kernel would not keep, give or forget a key.
public enum KernelKeyringError: Error, Equatable {
    /// keyctl is forbidden, as in most containers, or the kernel has none.
    case refused
    /// The user's quota of keys or bytes is used up.
    case full
    /// Anything else.
    case failed(SystemError)
}

/// The keys of this user whose description starts with a prefix, linked in the user keyring `@u`.
///
/// `@u` is not this user's alone: `su` keeps the session keyring, which has a link to the `@u` of
/// who logged in, and whoever has that link may put keys in. So no right comes with possession of a
/// key of ours, and what is found counts only where it is one of this user, made as they are here.
///
/// Source: keyrings(7), keyctl(2), user-keyring(7), pam_keyinit(8).
public struct KernelKeyring: Sendable {
    /// What the description of every key here starts with, such as `credtool:session:`.
    public let prefix: String

    /// The keys that are named with `prefix`.
    public init(prefix: String) { self.prefix = prefix }

    /// All rights to the same user, who is no possessor when they come from another login; none to
    /// the possessor, the group and others.
    private static let permissions: UInt32 = 0x003f_0000

    /// `big_key` has no share in the quota beyond its name; it is not in every kernel.
    private static let types = ["big_key", "user"]

    /// Keeps `payload` under `name` for `lifetime` (at least one second), in place of an older one.
    public func store(
        _ payload: borrowing Secret, name: String, lifetime: Duration
    ) throws(KernelKeyringError) {
        for type in Self.types {
            // It is made where nobody else looks, and linked once its rights are as they should be:
            // one that was added to `@u` would at first be the possessor's too, and where another
            // user's stands there, that would be changed and stay theirs.
            let key = payload.withBytes {
                ckeyring_add(type, prefix + name, $0.baseAddress, $0.count, CKEYRING_PROCESS)
            }
            if key == -Int(ENODEV), type != Self.types.last { continue }
            let serial = Int32(try Self.check(key, "add_key"))
            defer { _ = ckeyring_unlink(serial, CKEYRING_PROCESS) }
            _ = try Self.check(
                ckeyring_set_permissions(serial, Self.permissions), "KEYCTL_SETPERM")
            _ = try Self.check(
                ckeyring_set_timeout(serial, UInt32(clamping: max(1, lifetime.wholeSeconds))),
                "KEYCTL_SET_TIMEOUT")
            // Puts out one of the same type and name.
            _ = try Self.check(ckeyring_link(serial, CKEYRING_USER), "KEYCTL_LINK")
            for other in Self.types where other != type { try remove(name: name, type: other) }
            return
        }
    }

    /// What is kept under `name`; nil where there is nothing, its time is over, or it is not ours.
    public func load(name: String) throws(KernelKeyringError) -> Secret? {
        for type in Self.types {
            // One whose rights are wider may have been changed by others.
            guard let serial = try search(name: name, type: type),
                let found = try describe(serial), found.owner == geteuid(),
                found.permissions & ~Self.permissions == 0
            else { continue }
            if let payload = try read(serial) { return payload }
        }
        return nil
    }

    /// Forgets what is kept under `name`.
    /// - Throws: `KernelKeyringError` where it may still be there.
    public func remove(name: String) throws(KernelKeyringError) {
        for type in Self.types { try remove(name: name, type: type) }
    }

    private func remove(name: String, type: String) throws(KernelKeyringError) {
        guard let serial = try search(name: name, type: type) else { return }
        let result = ckeyring_unlink(serial, CKEYRING_USER)
        // Another process may have been faster. Any other failure is none of the whole keyring,
        // since the key was found, and it may still be there.
        guard result >= 0 || Self.isAbsence(result) || result == -Int(ENOENT) else {
            throw .failed(
                SystemError("KEYCTL_UNLINK", "the kernel keyring", code: Int32(-result)))
        }
    }

    /// The names under which something is kept, of this user alone.
    /// - Throws: `KernelKeyringError` where they cannot be told.
    public func names() throws(KernelKeyringError) -> [String] {
        var names: [String] = []
        for serial in try serials() {
            guard var found = try describe(serial), found.owner == geteuid() else { continue }
            let description = withUnsafeBytes(of: &found.description) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard description.hasPrefix(prefix) else { continue }
            let name = String(description.dropFirst(prefix.count))
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    // MARK: Keys

    private func search(name: String, type: String) throws(KernelKeyringError) -> Int32? {
        let key = ckeyring_search(CKEYRING_USER, type, prefix + name)
        // Another user's key can be one that may not be found.
        guard !Self.isAbsence(key), key != -Int(EACCES) else { return nil }
        return Int32(try Self.check(key, "KEYCTL_SEARCH"))
    }

    /// All that is linked in `@u`.
    private func serials() throws(KernelKeyringError) -> [Int32] {
        var serials = [Int32](repeating: 0, count: 64)
        while true {
            let capacity = serials.count * MemoryLayout<Int32>.size
            let size = try Self.check(
                ckeyring_read(CKEYRING_USER, &serials, capacity), "KEYCTL_READ")
            let count = size / MemoryLayout<Int32>.size
            guard count > serials.count else { return Array(serials.prefix(count)) }
            serials = [Int32](repeating: 0, count: count + 64)
        }
    }

    /// What the kernel tells of a key; nil where it is gone, or another user's that may not be
    /// looked at.
    private func describe(_ serial: Int32) throws(KernelKeyringError) -> ckeyring_facts? {
        var facts = ckeyring_facts()
        let result = ckeyring_describe(serial, &facts)
        guard !Self.isAbsence(result), result != -Int(EACCES) else { return nil }
        _ = try Self.check(result, "KEYCTL_DESCRIBE")
        return facts
    }

    private func read(_ key: Int32) throws(KernelKeyringError) -> Secret? {
        // A session and its tag fit into a page.
        var capacity = Int(getpagesize())
        while true {
            var size = 0
            let payload = Secret(capacity: capacity) { buffer in
                size = ckeyring_read(key, buffer.baseAddress, buffer.count)
                return (0...capacity).contains(size) ? size : 0
            }
            guard !Self.isAbsence(size) else { return nil }
            size = try Self.check(size, "KEYCTL_READ")
            if size <= capacity { return payload }
            capacity = size
        }
    }

    private static func isAbsence(_ result: Int) -> Bool {
        result == -Int(ENOKEY) || result == -Int(EKEYEXPIRED) || result == -Int(EKEYREVOKED)
            || result == -Int(ENODEV)
    }

    private static func check(_ result: Int, _ call: String) throws(KernelKeyringError) -> Int {
        guard result < 0 else { return result }
        switch Int32(-result) {
        case EPERM, ENOSYS, EACCES: throw .refused
        case EDQUOT, ENOMEM: throw .full
        case let code: throw .failed(SystemError(call, "the kernel keyring", code: code))
        }
    }
}
