// The environment of the child process: the parent's, less every other credential, plus ours.
internal import Glibc

/// An environment as execve takes it.
public enum ChildEnvironment {
    /// `NAME=VALUE` texts: those of `inherited` that stay, as the same pointers and so byte for
    /// byte, then the variables of `session`.
    ///
    /// A variable that is set anew goes out wherever it stood, twice or more included. The new
    /// texts hold secrets and are never freed: they live until execve replaces the process.
    public static func entries(
        inherited: [UnsafeMutablePointer<CChar>], session: borrowing SessionEnvironment
    ) -> [UnsafeMutablePointer<CChar>] {
        var new: [UnsafeMutablePointer<CChar>] = []
        var names: Set<String> = []
        session.forEachVariable { name, value in
            names.insert(name)
            let entry = UnsafeMutableRawBufferPointer.allocate(
                byteCount: name.utf8.count + 1 + value.count + 1, alignment: 1)
            mlock(entry.baseAddress, entry.count)
            entry.copyBytes(from: name.utf8)
            entry[name.utf8.count] = UInt8(ascii: "=")
            UnsafeMutableRawBufferPointer(rebasing: entry[(name.utf8.count + 1)...])
                .copyMemory(from: value)
            entry[entry.count - 1] = 0
            new += entry.baseAddress.map { [$0.assumingMemoryBound(to: CChar.self)] } ?? []
        }
        return inherited.filter { entry in
            let name = name(of: entry)
            return !names.contains(name) && !CredentialVariables.contains(name)
        } + new
    }

    private static func name(of entry: UnsafeMutablePointer<CChar>) -> String {
        let length = strchr(entry, Int32(UInt8(ascii: "="))).map { $0 - entry } ?? strlen(entry)
        return String(
            decoding: UnsafeRawBufferPointer(start: entry, count: length), as: UTF8.self)
    }
}
