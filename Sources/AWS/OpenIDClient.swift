internal import HTTP
// Who asks an OpenID provider for tokens, and the forms in which it does.
public import Model

/// Who asks for tokens.
public struct OpenIDClient: ~Copyable, Sendable {
    /// `client_id`.
    public let id: String
    /// `client_secret`; nil for a client that has none.
    public let secret: Secret?
    /// Whether the provider takes the secret in the header alone.
    let sendsSecretInHeader: Bool

    /// A client of the provider that says `configuration` of itself.
    public init(
        id: String, secret: consuming Secret?, of configuration: OpenIDConfiguration
    ) {
        self.id = id
        self.secret = secret
        sendsSecretInHeader = configuration.takesSecretsInHeader
    }
}

/// A form that holds secrets, written in locked memory.
///
/// Source: URL Standard, section 5.2; RFC 6749, section 2.3.1 and appendix B.
struct OpenIDForm: ~Copyable {
    private var text = Secret("")
    /// The field that says who asks, where the form does not.
    private let authorization: Secret?

    init(_ client: borrowing OpenIDClient) {
        switch client.secret {
        case .some(let secret) where client.sendsSecretInHeader:
            authorization = Self.basic(client.id, secret)
            add("client_id", client.id)
        case .some(let secret):
            authorization = nil
            add("client_id", client.id)
            add("client_secret", secret)
        case .none:
            authorization = nil
            add("client_id", client.id)
        }
    }

    mutating func add(_ name: String, _ value: String) { add(name, Secret(value)) }

    mutating func add(_ name: String, _ value: borrowing Secret) {
        let room = text.count + name.utf8.count + 2 + 3 * value.count
        let longer = Secret(capacity: room) { room in
            var writer = SecretWriter(room)
            text.withBytes { writer.write($0) }
            if writer.count > 0 { writer.write("&") }
            writer.write("\(name)=")
            value.withBytes { writer.writeEncoded($0) }
            return writer.count
        }
        text = longer
    }

    borrowing func body() -> Secret { text.copy() }

    borrowing func header() -> SecretHTTPHeader? {
        switch authorization {
        case .some(let value): SecretHTTPHeader("Authorization", value.copy())
        case .none: nil
        }
    }

    /// `Basic`, and both in base64.
    private static func basic(_ id: String, _ secret: borrowing Secret) -> Secret {
        let pair = Secret(capacity: 3 * (id.utf8.count + secret.count) + 1) { room in
            var writer = SecretWriter(room)
            writer.writeEncoded(id.utf8)
            writer.write(":")
            secret.withBytes { writer.writeEncoded($0) }
            return writer.count
        }
        return Secret(capacity: 6 + (pair.count + 2) / 3 * 4) { room in
            var writer = SecretWriter(room)
            writer.write("Basic ")
            pair.withBytes { writer.writeBase64($0) }
            return writer.count
        }
    }
}

extension SecretWriter {
    /// Source: RFC 4648, section 4.
    fileprivate mutating func writeBase64(_ bytes: UnsafeRawBufferPointer) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let digit = UInt8(bits >> UInt32(18 - 6 * index) & 63)
                write(index > group.count ? UInt8(ascii: "=") : Self.base64Digit(digit))
            }
        }
    }

    private static func base64Digit(_ digit: UInt8) -> UInt8 {
        switch digit {
        case 0..<26: UInt8(ascii: "A") + digit
        case 26..<52: UInt8(ascii: "a") + digit - 26
        case 52..<62: UInt8(ascii: "0") + digit - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
