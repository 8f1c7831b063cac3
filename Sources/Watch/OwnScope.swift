// The unit of the user's systemd in which the process runs that watches.
internal import CBus
internal import Glibc
internal import System

/// A scope of its own, which ends after the user's last logout.
///
/// Where the process stays with who started it, logind waits for it with the end of that login session,
/// and systemd ends it together with that service.
public struct OwnScope {
    private let socket: String

    /// Nil where the user has no systemd.
    /// - Parameter runtimeDirectory: XDG_RUNTIME_DIR.
    public init?(runtimeDirectory: String?) {
        guard let runtimeDirectory else { return nil }
        socket = "\(runtimeDirectory)/systemd/private"
        guard socket.withPath({ access($0, F_OK) }) == 0 else { return nil }
    }

    /// Moves this process there, and waits until it is there, for a second at most. Where systemd does
    /// not do so, it stays where it is.
    public func enter() {
        guard (try? Bus.load()) != nil else { return }
        let name = "credtool-watch-\(getpid()).scope"
        guard cbus_enter_scope(address, name, "credtool, which forgets sessions") >= 0 else {
            return
        }
        for _ in 0..<100 {
            let groups = (try? AtomicFile.read("/proc/self/cgroup")) ?? []
            if String(decoding: groups, as: UTF8.self).contains("/\(name)\n") { return }
            usleep(10_000)
        }
    }

    /// Source: D-Bus Specification, Server Addresses.
    private var address: String {
        "unix:path="
            + socket.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "/"), UInt8(ascii: "."):
                    String(UnicodeScalar(byte))
                default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            }.joined()
    }
}
