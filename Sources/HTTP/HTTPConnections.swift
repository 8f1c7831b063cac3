// The owner of open connections, which one exchange leaves to the next.
internal import CCurl
internal import Synchronization

/// Connections that stay open, for the clients that are given them; from any thread.
///
/// libcurl uses a connection again only for the same scheme, host, port, proxy and trusted
/// certificates.
public final class HTTPConnections: Sendable {
    /// A group of connections, which one exchange at a time may use.
    private struct Group: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// The groups that no exchange uses just now.
    private let idle = Mutex<[Group]>([])

    /// Without connections yet.
    public init() {}

    deinit {
        for group in idle.withLock({ $0 }) { ccurl_connections_close(group.pointer) }
    }

    /// Lends a group to `body`, or nil where memory is short. Only once libcurl is loaded.
    func lend(_ body: (OpaquePointer?) -> Void) {
        let group =
            idle.withLock { $0.popLast() } ?? ccurl_connections_make().map(Group.init(pointer:))
        body(group?.pointer)
        if let group { idle.withLock { $0.append(group) } }
    }
}
