// The journal of systemd, where it runs.
internal import Glibc

/// What journald is told.
public enum SystemJournal {
    /// Where it listens.
    ///
    /// Source: systemd.io, "Native Journal Protocol".
    public static let path = "/run/systemd/journal/socket"

    /// Sends an entry as one datagram, without waiting: a journal that is not there or busy gets none.
    /// - Parameters:
    ///   - fields: Names and values; of each value what stands on its first line.
    ///   - path: Where the journal listens.
    /// - Returns: Whether it was sent.
    @discardableResult
    public static func send(_ fields: [(name: String, value: String)], to path: String = path)
        -> Bool
    {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let socket = Glibc.socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var text = fields.map { field in
            "\(field.name)=\(field.value.prefix { $0 != "\n" && $0 != "\r\n" })\n"
        }.joined()
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let sent = text.withUTF8 { text in
            withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(socket, text.baseAddress, text.count, flags, $0, size)
                }
            }
        }
        return sent == text.utf8.count
    }
}
