// A client that sends any bytes over a socket of its own, well-formed or not.
import Glibc
import Model

/// Used by one thread at a time.
final class Client: @unchecked Sendable {
    private var socket: Int32

    /// Nil where nobody listens.
    init?(port: UInt16, address: String = "127.0.0.1") {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let size = socklen_t(MemoryLayout.size(ofValue: name))
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        if result != 0 {
            close()
            return nil
        }
    }

    deinit { close() }

    func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    /// Whether the other side took all of it.
    @discardableResult func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let size = Glibc.send(
                socket, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            guard size > 0 else { return false }
            rest = rest.dropFirst(size)
        }
        return true
    }

    @discardableResult func send(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { send(UnsafeRawBufferPointer($0)) }
    }

    /// Nothing more is sent.
    func end() { shutdown(socket, Int32(SHUT_WR)) }

    /// All that comes until the other side closes the connection.
    func answer() -> String {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let size = recv(socket, &part, part.count, 0)
            guard size > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part.prefix(size)
        }
    }

    /// The status of the answer; empty where the connection was closed without one.
    func status() -> String {
        String(answer().split(separator: " ").dropFirst().first ?? "")
    }
}
