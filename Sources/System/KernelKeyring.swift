// Secrets in the kernel's key retention service: never on disk, gone by themselves.
internal import CSystem
internal import Glibc
public import Model

/// Why the kernel would not keep or give a key.
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
/// Source: keyrings(7), keyctl(2), user-keyring(7).
public struct KernelKeyring: Sendable {
    /// What the description of every key here starts with, such as `credtool:session:`.
    public let prefix: String

    /// The keys that are named with `prefix`.
    public init(prefix: String) { self.prefix = prefix }

    /// All rights to the possessor and to the same user, who is no possessor when they come from
    /// another login; none to group and others.
    private static let permissions: UInt32 = 0x3f3f_0000

    /// `big_key` has no share in the quota beyond its name; it is not in every kernel.
    private static let types = ["big_key", "user"]

    /// Keeps `payload` under `name` for `lifetime` (at least one second), in place of an older one.
    public func store(
        _ payload: borrowing Secret, name: String, lifetime: Duration
    ) throws(KernelKeyringError) {
        // Changing a new key's permissions takes possession of it, which `@u` gives only where it
        // is reachable from the session keyring; a login by su or cron has it not.
        _ = ckeyring_link(CKEYRING_USER, CKEYRING_PROCESS)
        try remove(name: name)
        do {
            try add(payload, name: name, lifetime: lifetime)
        } catch .failed(let error) where error.code == EKEYEXPIRED {
            // An expired key cannot be found any more, but adding one of the same name brings it
            // back with its old end. It is unlinked by now.
            try add(payload, name: name, lifetime: lifetime)
        }
    }

    private func add(
        _ payload: borrowing Secret, name: String, lifetime: Duration
    ) throws(KernelKeyringError) {
        for type in Self.types {
            let key = payload.withBytes {
                ckeyring_add(type, prefix + name, $0.baseAddress, $0.count, CKEYRING_USER)
            }
            if key == -Int(ENODEV), type != Self.types.last { continue }
            let serial = Int32(try Self.check(key, "add_key"))
            do {
                _ = try Self.check(
                    ckeyring_set_permissions(serial, Self.permissions), "KEYCTL_SETPERM")
                _ = try Self.check(
                    ckeyring_set_timeout(serial, UInt32(clamping: max(1, lifetime.wholeSeconds))),
                    "KEYCTL_SET_TIMEOUT")
            } catch {
                _ = ckeyring_unlink(serial, CKEYRING_USER)
                throw error
            }
            return
        }
    }

    /// What is kept under `name`; nil where there is nothing, or its time is over.
    public func load(name: String) throws(KernelKeyringError) -> Secret? {
        for type in Self.types {
            let key = ckeyring_search(CKEYRING_USER, type, prefix + name)
            guard !Self.isAbsence(key) else { continue }
            return try read(Int32(try Self.check(key, "KEYCTL_SEARCH")))
        }
        return nil
    }

    /// Forgets what is kept under `name`.
    /// - Throws: `KernelKeyringError` where the kernel keeps it all the same.
    public func remove(name: String) throws(KernelKeyringError) {
        for key in try keys() where key.name == name {
            let result = ckeyring_unlink(key.serial, CKEYRING_USER)
            if !Self.isAbsence(result), result != -Int(ENOENT) {
                _ = try Self.check(result, "KEYCTL_UNLINK")
            }
        }
    }

    /// The names under which something is kept.
    /// - Throws: `KernelKeyringError` where the kernel does not tell.
    public func names() throws(KernelKeyringError) -> [String] { try keys().map(\.name) }

    /// Every key of the prefix, those included whose time is over.
    private func keys() throws(KernelKeyringError) -> [(name: String, serial: Int32)] {
        var serials = [Int32](repeating: 0, count: 64)
        while true {
            let capacity = serials.count * MemoryLayout<Int32>.size
            let size = try Self.check(
                ckeyring_read(CKEYRING_USER, &serials, capacity), "KEYCTL_READ")
            let count = size / MemoryLayout<Int32>.size
            guard count > serials.count else {
                serials.removeLast(serials.count - count)
                break
            }
            serials = [Int32](repeating: 0, count: count + 64)
        }
        return serials.compactMap { serial in
            // type;uid;gid;permissions;description
            var text = [UInt8](repeating: 0, count: 4200)
            let size = text.withUnsafeMutableBytes { buffer in
                buffer.withMemoryRebound(to: CChar.self) {
                    ckeyring_describe(serial, $0.baseAddress, $0.count)
                }
            }
            guard (1...text.count).contains(size) else { return nil }
            let parts = String(decoding: text[..<(size - 1)], as: UTF8.self)
                .split(separator: ";", maxSplits: 4)
            guard parts.count == 5, parts[4].hasPrefix(prefix) else { return nil }
            return (String(parts[4].dropFirst(prefix.count)), serial)
        }
    }

    private func read(_ key: Int32) throws(KernelKeyringError) -> Secret? {
        var capacity = 8192
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
        [ENOKEY, EKEYEXPIRED, EKEYREVOKED, ENODEV].contains { result == -Int($0) }
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
