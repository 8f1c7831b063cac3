// Whose process has connected over 127.0.0.1.
import Glibc
import Testing

@testable import System

private let table = """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1
       1: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 2
       2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 3
       3: 0100007F:C002 0100007F:1F90 06 00000000:00000000 00:00000000 00000000     0        0 0
       4: 0200007F:C003 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1002        0 4
       5: 0100007F:0050 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 5
       6: torn
    """

@Test(
    arguments: [
        (0xc001, 0x1f90, 1001), (0x1f90, 0xc001, 1000), (0x50, 0x1f90, 0),
        // A socket that is closed belongs to nobody, and reads as root's.
        (0xc002, 0x1f90, nil), (0xc003, 0x1f90, nil), (0xc001, 0x1f91, nil), (0, 0x1f90, nil),
    ] as [(UInt16, UInt16, uid_t?)])
func theOwnerOfAConnection(port: UInt16, server: UInt16, owner: uid_t?) {
    // Written by a machine whose numbers begin with the low byte.
    guard 1.littleEndian == 1 else { return }
    #expect(LoopbackPeer.owner(ofPort: port, connectedTo: server, in: table) == owner)
}

@Test func theKernelsOwnTable() throws {
    func bound(_ socket: Int32) -> UInt16 {
        var name = sockaddr_in()
        var size = socklen_t(MemoryLayout.size(ofValue: name))
        _ = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        return UInt16(bigEndian: name.sin_port)
    }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer {
        close(server)
        close(client)
    }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout.size(ofValue: name))
    withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            #expect(bind(server, address, size) == 0)
        }
    }
    #expect(listen(server, 1) == 0)
    name.sin_port = bound(server).bigEndian
    withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            #expect(connect(client, address, size) == 0)
        }
    }
    #expect(LoopbackPeer.owner(ofPort: bound(client), connectedTo: bound(server)) == getuid())
    #expect(LoopbackPeer.owner(ofPort: 1, connectedTo: bound(server)) == nil)
}
