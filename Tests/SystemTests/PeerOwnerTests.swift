// Whose program is at the other end, by a table of the kernel's.
import Testing

@testable import System

private let table = Array(
    """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:26B7 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0
       1: 0100007F:C001 0100007F:26B7 01 00000000:00000000 00:00000000 00000000  1001        0 2 1 0
       2: 0100007F:26B7 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0
       3: 0100007F:C002 0100007F:26B7 06 00000000:00000000 00:00000000 00000000
    """.utf8)

@Test(
    arguments: [
        ("0100007F:C001 0100007F:26B7", 1001), ("0100007F:26B7 0100007F:C001", 1000),
        ("0100007F:C003 0100007F:26B7", nil), ("0100007F:C002 0100007F:26B7", nil),
        ("100007F:C001 0100007F:26B7", nil),
    ] as [(String, UInt32?)])
func ownersOfRows(_ addresses: String, _ user: UInt32?) {
    #expect(PeerOwner.owner(of: addresses, in: table) == user)
}
