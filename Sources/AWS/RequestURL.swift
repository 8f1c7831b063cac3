// The URL of a request that a person wants signed: taken apart, and encoded where it has to be.
internal import Model

/// An http or https URL in the parts that a signature covers.
///
/// What no URL can hold (blanks, quotes, anything but ASCII) is percent-encoded; every other byte of
/// the path stays as it was written.
public struct RequestURL: Equatable, Sendable {
    /// `https` or `http`.
    public let scheme: String
    /// Host and port as the Host field names them: in lower case, without the scheme's own port.
    public let host: String
    /// The path, at least a slash.
    public let path: String
    /// The query, decoded; a `+` in it is a space, as forms have it.
    public let query: [QueryItem]

    /// Reads `text`.
    /// - Throws: `RequestURLError`, which holds nothing of `text`: a URL may be a secret.
    public init(_ text: String) throws(RequestURLError) {
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { throw .control }
        let url = Self.encoded(text)
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            throw .scheme
        }
        scheme = url[..<colon].lowercased()
        guard scheme == "https" || scheme == "http" else { throw .scheme }
        guard !url.contains("#") else { throw .fragment }
        guard Self.isWellEncoded(url) else { throw .encoding }
        let rest = url[colon...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .userInfo }
        host = try Self.host(authority.lowercased(), scheme: scheme)
        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = try Self.query(target[path.endIndex...].dropFirst())
    }

    /// Scheme, host and port.
    public var origin: String { "\(scheme)://\(host)" }

    private static func host(_ text: String, scheme: String) throws(RequestURLError) -> String {
        let isBracketed = text.hasPrefix("[")
        let name =
            isBracketed
            ? String(text.prefix { $0 != "]" }) + "]" : String(text.prefix { $0 != ":" })
        let port = text.dropFirst(name.count)
        let isName = name.utf8.allSatisfy {
            $0.isUnreserved && $0 != UInt8(ascii: "~") || isBracketed && ":[]".utf8.contains($0)
        }
        guard !name.isEmpty, name != "[]", isName, text.hasPrefix(name) else { throw .host }
        guard !port.isEmpty else { return text }
        guard port.hasPrefix(":"), let number = UInt16(port.dropFirst()), number > 0 else {
            throw .host
        }
        let isOwn = number == (scheme == "https" ? 443 : 80)
        return isOwn ? name : "\(name):\(number)"
    }

    private static func query(_ text: Substring) throws(RequestURLError) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in text.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            let value = pair[name.endIndex...].dropFirst()
            items.append(QueryItem(try decoded(name), try decoded(value)))
        }
        return items
    }

    private static func decoded(_ text: Substring) throws(RequestURLError) -> String {
        let spaced = text.utf8.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }
        guard let text = String(validating: percentDecoded(spaced), as: UTF8.self) else {
            throw .encoding
        }
        return text
    }

    /// Percent-encodes what RFC 3986 has no place for.
    private static func encoded(_ text: String) -> String {
        let unfit = Array("\"<>\\^`{|}".utf8)
        var encoded = ""
        for byte in text.utf8 {
            if byte > 0x20, byte < 0x7f, !unfit.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + [byte].hex.uppercased()
            }
        }
        return encoded
    }

    /// Whether each `%` begins an encoded byte.
    private static func isWellEncoded(_ url: String) -> Bool {
        url.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            let digits = $0.prefix(2)
            return digits.count == 2 && digits.allSatisfy(\.isHexDigit)
        }
    }
}

/// Why a text is no URL to sign a request for.
public enum RequestURLError: Error, Equatable, CaseIterable, Sendable {
    /// It begins with neither `https://` nor `http://`.
    case scheme
    /// Its host or port is none.
    case host
    /// It holds a user or a password.
    case userInfo
    /// It has a part behind a `#`, which no server gets to see.
    case fragment
    /// A `%` in it begins no encoded byte, or its query is no UTF-8.
    case encoding
    /// It holds a line end or another control character.
    case control
}
