// The environment of the child process: the parent's, less every other credential, plus ours.
internal import Glibc
internal import Model

/// An environment as execve takes it.
public enum ChildEnvironment {
    /// `NAME=VALUE` texts: those of `inherited` that stay, as the same pointers and so byte for
    /// byte, then the variables of `session`.
    ///
    /// A variable that is set anew goes out wherever it stood, twice or more included. The new
    /// texts hold secrets and are never freed: they live until execve replaces the process.
    ///
    /// - Parameter handedOver: What an outer credtool set, and is not to stay.
    public static func entries(
        inherited: [UnsafeMutablePointer<CChar>], session: borrowing SessionEnvironment,
        handedOver: HandedOver = HandedOver()
    ) -> [UnsafeMutablePointer<CChar>] {
        // One piece of locked memory for all of them.
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size(session), alignment: 1)
        mlock(room.baseAddress, room.count)
        return entries(inherited, session, handedOver, room).entries
    }

    /// Lends the same texts to `body`, for a child beside this process; then the secrets are wiped.
    public static func withEntries<R: ~Copyable, E: Error>(
        inherited: [UnsafeMutablePointer<CChar>], session: borrowing SessionEnvironment,
        handedOver: HandedOver = HandedOver(),
        _ body: ([UnsafeMutablePointer<CChar>]) throws(E) -> R
    ) throws(E) -> R {
        var lent: [UnsafeMutablePointer<CChar>] = []
        let room = Secret(capacity: size(session)) { room in
            let (entries, count) = entries(inherited, session, handedOver, room)
            lent = entries
            return count
        }
        return try room.withBytes { (_) throws(E) in try body(lent) }
    }

    private static func size(_ session: borrowing SessionEnvironment) -> Int {
        var size = 0
        session.forEachVariable { name, value in size += name.utf8.count + value.count + 2 }
        return size
    }

    private static func entries(
        _ inherited: [UnsafeMutablePointer<CChar>], _ session: borrowing SessionEnvironment,
        _ handedOver: HandedOver, _ room: UnsafeMutableRawBufferPointer
    ) -> (entries: [UnsafeMutablePointer<CChar>], count: Int) {
        var new: [UnsafeMutablePointer<CChar>] = []
        var names: Set<String> = []
        var writer = SecretWriter(room)
        session.forEachVariable { name, value in
            names.insert(name)
            let entry = room.baseAddress.map { $0 + writer.count }
            writer.write(name)
            writer.write(UInt8(ascii: "="))
            writer.write(value)
            writer.write(UInt8(0))
            if let entry { new.append(entry.assumingMemoryBound(to: CChar.self)) }
        }
        let old = handedOver.names.map(String.init)
        let kept = inherited.filter { entry in
            let name = name(of: entry)
            guard !names.contains(name), !CredentialVariables.contains(name) else { return false }
            guard old.contains(name), let sign = strchr(entry, Int32(UInt8(ascii: "="))) else {
                return true
            }
            return !handedOver.contains(name, String(cString: sign + 1))
        }
        return (kept + new, writer.count)
    }

    private static func name(of entry: UnsafeMutablePointer<CChar>) -> String {
        let length = strchr(entry, Int32(UInt8(ascii: "="))).map { $0 - entry } ?? strlen(entry)
        return String(
            decoding: UnsafeRawBufferPointer(start: entry, count: length), as: UTF8.self)
    }
}
