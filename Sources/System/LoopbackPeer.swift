// Whose process it is that has connected over 127.0.0.1.
public import Glibc

/// The other end of a TCP connection on 127.0.0.1.
///
/// Source: proc_pid_net(5), /proc/net/tcp.
public enum LoopbackPeer {
    /// The user whose socket at `port` is connected to `server`, both ports of 127.0.0.1; nil where
    /// there is no such connection, or not any more.
    public static func owner(ofPort port: UInt16, connectedTo server: UInt16) -> uid_t? {
        guard let table = try? AtomicFile.read("/proc/net/tcp") else { return nil }
        return owner(
            ofPort: port, connectedTo: server, in: String(decoding: table, as: UTF8.self))
    }

    static func owner(
        ofPort port: UInt16, connectedTo server: UInt16, in table: String
    ) -> uid_t? {
        let local = place(port)
        let remote = place(server)
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            // The sockets of a closed connection belong to nobody, which reads as to root.
            guard fields.count > 7, fields[1] == local, fields[2] == remote,
                fields[3] == established
            else { continue }
            return uid_t(fields[7])
        }
        return nil
    }

    /// TCP_ESTABLISHED.
    private static let established = "01"

    /// 127.0.0.1 as the kernel prints it, a number in the order of this machine, and a port.
    private static func place(_ port: UInt16) -> String {
        func hexadecimal(_ number: UInt32, digits: Int) -> String {
            let text = String(number, radix: 16, uppercase: true)
            return String(repeating: "0", count: digits - text.utf8.count) + text
        }
        let address = UInt32(0x7f00_0001).bigEndian
        return hexadecimal(address, digits: 8) + ":" + hexadecimal(UInt32(port), digits: 4)
    }
}
