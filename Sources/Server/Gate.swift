// Who may ask the endpoints on this machine: what is refused, and why.
internal import Loopback
public import Model

/// Why a request is refused.
public enum Refusal: Equatable, Sendable {
    /// It comes from a program of another user, or from nobody knows whom.
    case otherUser
    /// It was meant for another host: a name that was made to lead here.
    case host(String)
    /// A page in a browser sends it: the page's origin.
    case origin(String)
    /// It was handed on by a proxy.
    case forwarded
    /// It has no token, or another one.
    case token
    /// It wants to do something else than to read.
    case method(String)
    /// There is nothing at this path.
    case path(String)
}

/// What is refused before anything is looked up.
public struct Gate: Sendable {
    /// What a request may call this host; nil for a Unix socket, where any name will do.
    let authorities: [String]?

    /// The gate of a server.
    /// - Parameters:
    ///   - port: Its port; nil for a Unix socket.
    ///   - hosts: The addresses and names that it is reached under.
    public init(port: UInt16?, hosts: [String] = ["127.0.0.1", "localhost"]) {
        // The SDK for C leaves every port out. A name that was made to lead here is refused by the
        // name.
        authorities = port.map { port in hosts.flatMap { ["\($0):\(port)", $0] } }
    }

    /// Why a request goes no further; nil where it does.
    /// - Parameter header: The fields of its header.
    public func refusal(isAdmitted: Bool, header: (String) -> String?) -> Refusal? {
        guard isAdmitted else { return .otherUser }
        if let authorities {
            let host = header("Host") ?? ""
            guard authorities.contains(host.lowercased()) else { return .host(host) }
        }
        if let origin = header("Origin") { return .origin(origin) }
        return nil
    }
}

/// The token of one server: what its clients show.
public struct EndpointToken: ~Copyable, Sendable {
    /// 256 random bits, in hexadecimal digits.
    public let text: Secret

    /// Takes a token that stands already.
    public init(_ text: consuming Secret) { self.text = text }

    /// Makes a new one.
    public static func random() -> EndpointToken {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        return EndpointToken(
            Secret(capacity: 64) { room in
                for place in 0..<4 {
                    let bits = generator.next()
                    for digit in 0..<16 {
                        room[place * 16 + digit] = digits[Int(bits >> (UInt64(digit) * 4) & 15)]
                    }
                }
                return 64
            })
    }

    /// Whether these are its bytes; the time taken depends on their number alone.
    public borrowing func admits(_ shown: UnsafeRawBufferPointer?) -> Bool {
        guard let shown else { return false }
        return text.equals(shown)
    }
}
