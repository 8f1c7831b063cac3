// The first stage of Signature Version 4: a request in the one form that both sides hash.
public import HTTP
internal import Model

/// A name and a value of a query string, both in plain (decoded) form.
public struct QueryItem: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The value, perhaps empty.
    public let value: String

    /// Joins the two.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The parts of a request that a signature covers.
public struct SignableRequest: Equatable, Sendable {
    /// `GET`, `POST`, …
    public var method: String
    /// The path as it is sent, beginning with a slash.
    public var path: String
    /// The query, decoded.
    public var query: [QueryItem]
    /// The header fields to sign. `Host` must be among them.
    public var headers: [HTTPHeader]
    /// The SHA-256 of the body in lower-case hexadecimal digits.
    public var bodyHash: String

    /// Joins the parts.
    public init(
        method: String, path: String = "/", query: [QueryItem] = [], headers: [HTTPHeader],
        bodyHash: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.bodyHash = bodyHash
    }
}

/// A text that holds a session token in some places. All else in it is public.
enum Piece {
    case text(String)
    case sessionToken
    case encodedSessionToken
}

extension Secret {
    /// Joins `pieces`; without a token its places stay empty.
    static func joining(_ pieces: [Piece], sessionToken: borrowing Secret?) -> Secret {
        switch sessionToken {
        case .some(let token): token.withBytes { joining(pieces, token: $0) }
        case .none: joining(pieces, token: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    private static func joining(_ pieces: [Piece], token: UnsafeRawBufferPointer) -> Secret {
        let size = pieces.reduce(0) { size, piece in
            switch piece {
            case .text(let text): size + text.utf8.count
            case .sessionToken: size + token.count
            case .encodedSessionToken: size + 3 * token.count
            }
        }
        return Secret(capacity: size) { room in
            var writer = SecretWriter(room)
            for piece in pieces {
                switch piece {
                case .text(let text): writer.write(text)
                case .sessionToken: writer.write(token)
                case .encodedSessionToken: writer.writeEncoded(token)
                }
            }
            return writer.count
        }
    }
}

/// The path without `.`, `..` and empty segments.
///
/// Source: RFC 3986, section 5.2.4; empty segments go too for every service but S3.
func normalizedPath(_ path: String) -> String {
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    for segment in segments {
        switch segment {
        case "", ".": break
        case "..": _ = kept.popLast()
        default: kept.append(segment)
        }
    }
    guard !kept.isEmpty else { return "/" }
    let isFolder = ["", ".", ".."].contains(segments.last ?? "")
    return "/" + kept.joined(separator: "/") + (isFolder ? "/" : "")
}

/// The header fields in canonical form: names in lower case and in order, one line a name.
struct CanonicalHeaders {
    /// Name and trimmed value; nil is the session token.
    let fields: [(name: String, value: String?)]

    init(_ headers: [HTTPHeader], sessionToken: Bool) {
        var values: [String: [String]] = [:]
        for header in headers {
            values[header.name.lowercased(), default: []].append(Self.collapsed(header.value))
        }
        var fields: [(name: String, value: String?)] = values.map {
            ($0.key, $0.value.joined(separator: ","))
        }
        if sessionToken { fields.append(("x-amz-security-token", nil)) }
        self.fields = fields.sorted { $0.name < $1.name }
    }

    /// The names, joined by semicolons.
    var signed: String { fields.map(\.name).joined(separator: ";") }

    var pieces: [Piece] {
        fields.flatMap { field -> [Piece] in
            guard let value = field.value else {
                return [.text("\(field.name):"), .sessionToken, .text("\n")]
            }
            return [.text("\(field.name):\(value)\n")]
        }
    }

    /// Runs of white space become one space; those around the value go.
    private static func collapsed(_ value: String) -> String {
        value.split { $0 == " " || $0.isNewline || $0 == "\t" }.joined(separator: " ")
    }
}
