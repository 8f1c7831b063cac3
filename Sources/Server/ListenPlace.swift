// Where a server listens: what --listen takes.

/// A place to listen at.
public enum ListenPlace: Equatable, Sendable {
    /// TCP at an IPv4 address, given as its text and as a number.
    case tcp(host: String, address: UInt32, port: UInt16)
    /// A Unix socket.
    case unix(path: String)

    /// Why a text names no place.
    public enum Mistake: Error, Equatable, Sendable {
        /// It is neither a path nor an address with a port.
        case malformed
        /// It stands for every address there is.
        case everyAddress
    }

    /// Any free port of 127.0.0.1.
    public static let standard = ListenPlace.tcp(host: "127.0.0.1", address: 0x7f00_0001, port: 0)

    /// Reads `9911`, `127.0.0.1:9911`, `localhost:9911` or a path with a slash in it.
    /// - Throws: `Mistake`.
    public init(_ text: String) throws(Mistake) {
        if text.contains("/") {
            self = .unix(path: text)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let last = parts.last,
            last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(last)
        else { throw .malformed }
        let host = parts.count == 2 ? String(parts[0]) : "127.0.0.1"
        let octets = (host == "localhost" ? "127.0.0.1" : host)
            .split(separator: ".", omittingEmptySubsequences: false)
        var address: UInt32 = 0
        for octet in octets {
            guard octet.utf8.count <= 3, octet.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt8(octet)
            else { throw .malformed }
            address = address << 8 | UInt32(number)
        }
        guard octets.count == 4 else { throw .malformed }
        // Who means an address of the network has to say which.
        guard address != 0 else { throw .everyAddress }
        self = .tcp(host: host, address: address, port: port)
    }

    /// Whether no other machine can reach it.
    public var isLocal: Bool {
        switch self {
        case .tcp(_, let address, _): address >> 24 == 127
        case .unix: true
        }
    }
}
