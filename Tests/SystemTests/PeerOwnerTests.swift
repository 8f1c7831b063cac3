// Whose program is at the other end of a connection: by a table of the kernel's, and by the kernel.
import Glibc
import Testing

@testable import System

private let table = Array(
    """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:26B7 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0
       1: 0100007F:C001 0100007F:26B7 01 00000000:00000000 00:00000000 00000000  1001        0 2 1 0
       2: 0100007F:26B7 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0
       3: 0100007F:C004 0100007F:26B7 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0
       4: 0200007F:C005 0100007F:26B7 01 00000000:00000000 00:00000000 00000000  1002        0 4 1 0
       5: 0100007F:C002 0100007F:26B7 01 00000000:00000000 00:00000000 00000000
    """.utf8)

@Test(
    arguments: [
        ("0100007F:C001 0100007F:26B7", 1001), ("0100007F:26B7 0100007F:C001", 1000),
        ("0100007F:C003 0100007F:26B7", nil), ("0100007F:C002 0100007F:26B7", nil),
        // A socket that is closed belongs to nobody, and reads as root's.
        ("0100007F:C004 0100007F:26B7", nil), ("0100007F:C005 0100007F:26B7", nil),
        ("100007F:C001 0100007F:26B7", nil),
    ] as [(String, UInt32?)])
func theOwnerOfAConnection(_ addresses: String, _ user: UInt32?) {
    #expect(PeerOwner.owner(of: addresses, in: table) == user)
}

/// A socket at a free port of 127.0.0.1.
private func bound() -> (socket: Int32, address: sockaddr_in) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            #expect(bind(descriptor, address, size) == 0)
            #expect(getsockname(descriptor, address, &size) == 0)
        }
    }
    return (descriptor, address)
}

@Test func theKernelTellsWhoIsConnected() {
    let server = bound()
    let client = bound()
    defer { close(server.socket) }
    #expect(listen(server.socket, 1) == 0)
    withUnsafePointer(to: server.address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            #expect(
                connect(client.socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0)
        }
    }
    let port = UInt16(bigEndian: client.address.sin_port)
    let serverPort = UInt16(bigEndian: server.address.sin_port)
    #expect(PeerOwner.user(ofPort: port, connectedTo: serverPort) == getuid())
    #expect(PeerOwner.user(ofPort: 1, connectedTo: serverPort) == nil)
    let accepted = accept(server.socket, nil, nil)
    #expect(PeerOwner.user(ofSocket: accepted) == getuid())
    close(client.socket)
    #expect(PeerOwner.user(ofPort: port, connectedTo: serverPort) == nil)
    #expect(PeerOwner.user(ofSocket: accepted) == nil)
    close(accepted)
}

@Test func theOwnerOfAUnixSocket() {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    #expect(PeerOwner.user(ofSocket: ends[0]) == getuid())
    for end in ends { close(end) }
}
