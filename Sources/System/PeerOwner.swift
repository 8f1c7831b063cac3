// Whose program is at the other end of a connection within this machine.
internal import CSystem
internal import Glibc

/// The user at the other end of a socket.
public enum PeerOwner {
    /// The user's number; nil where it cannot be told, as for a connection from another machine.
    ///
    /// Source: unix(7), SO_PEERCRED; sock_diag(7); proc_pid_net(5), /proc/net/tcp.
    public static func user(ofSocket socket: Int32) -> UInt32? {
        guard let own = address(socket, getsockname), let peer = address(socket, getpeername) else {
            let user = cpeer_of_unix(socket)
            return user >= 0 ? UInt32(user) : nil
        }
        return user(of: peer, connectedTo: own)
    }

    /// The user whose socket at `port` is connected to `server`, both ports of 127.0.0.1; nil where
    /// there is no such connection, or not any more.
    public static func user(ofPort port: UInt16, connectedTo server: UInt16) -> UInt32? {
        func address(_ port: UInt16) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            address.sin_port = port.bigEndian
            return address
        }
        return user(of: address(port), connectedTo: address(server))
    }

    private static func user(of peer: sockaddr_in, connectedTo own: sockaddr_in) -> UInt32? {
        let user = withUnsafePointer(to: peer) { peer in
            withUnsafePointer(to: own) { own in cpeer_of_tcp(peer, own) }
        }
        if user >= 0 { return UInt32(user) }
        if user == -Int64(ENOENT) || user == -Int64(ENOTCONN) { return nil }
        // Where the kernel does not tell at once, it has a list, which takes longer by far. The other
        // end's row has the addresses the other way round.
        guard let table = try? AtomicFile.read("/proc/net/tcp", limit: 64 << 20) else {
            return nil
        }
        return owner(of: "\(row(peer)) \(row(own))", in: table)
    }

    /// The port that a socket is bound to; nil for a Unix socket.
    public static func port(ofSocket socket: Int32) -> UInt16? {
        address(socket, getsockname).map { UInt16(bigEndian: $0.sin_port) }
    }

    /// The user of the row that begins with these two addresses.
    static func owner(of addresses: String, in table: [UInt8]) -> UInt32? {
        // In C's manner, since there may be thousands of rows.
        return (table + [0]).withUnsafeBytes { table -> UInt32? in
            guard let start = table.baseAddress?.assumingMemoryBound(to: CChar.self),
                let found = strstr(start, ": \(addresses) ")
            else { return nil }
            let line = String(cString: found).prefix { $0 != "\n" }
            // Number, both addresses, state, queues, timer, retransmissions, user. A socket that
            // is closed belongs to nobody, which reads as to root.
            let fields = line.split(separator: " ")
            return fields.count > 7 && fields[3] == established ? UInt32(fields[7]) : nil
        }
    }

    /// TCP_ESTABLISHED.
    private static let established = "01"

    /// An address as /proc/net/tcp writes it: the bytes of the address as a number of this machine,
    /// the port in network order.
    private static func row(_ address: sockaddr_in) -> String {
        hexadecimal(UInt64(address.sin_addr.s_addr), digits: 8) + ":"
            + hexadecimal(UInt64(UInt16(bigEndian: address.sin_port)), digits: 4)
    }

    private static func hexadecimal(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    private static func address(
        _ socket: Int32,
        _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> sockaddr_in? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(socket, $0, &size) }
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return address
    }
}
