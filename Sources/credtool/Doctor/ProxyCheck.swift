// The proxy that the environment names, as libcurl reads it.
internal import Model

/// What variables say of a proxy.
///
/// Source: libcurl-env(3).
enum ProxyCheck {
    private static let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

    /// - Parameter variable: A variable; nil for one that is unset or empty.
    static func findings(variable: (String) -> String?) -> [Finding] {
        let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            .filter { variable($0) != nil }
        guard let name = names.first, let url = variable(name) else {
            guard variable("HTTP_PROXY") != nil || variable("http_proxy") != nil else { return [] }
            return [
                Finding(
                    .note, .network, at: "HTTP_PROXY",
                    Wording(
                        "http_proxy is for plain http, and AWS is asked by https: no proxy is used",
                        hint: "export HTTPS_PROXY=http://HOST:PORT, where one is needed"))
            ]
        }
        // It may have a password in it.
        let shown = quoted(url.withoutUserInfo)
        guard isURL(url) else {
            return [
                Finding(
                    .problem, .network, at: name,
                    Wording(
                        "\(name) is \(shown), which is no proxy's address",
                        hint: "export \(name)=http://HOST:PORT, or unset \(name)"))
            ]
        }
        let except = ["no_proxy", "NO_PROXY"].first { variable($0) != nil }
        var found: [Finding] = [
            .fine(
                .network, at: name,
                "AWS is asked by way of the proxy \(shown) (\(name))"
                    + (except.map { ", but for the hosts in \($0)" } ?? ""))
        ]
        if names.starts(with: ["https_proxy", "HTTPS_PROXY"]), variable("HTTPS_PROXY") != url {
            found.append(
                Finding(
                    .note, .network, at: name,
                    Wording(
                        "https_proxy and HTTPS_PROXY name two proxies: credtool and curl go by the"
                            + " first, other programs by the second",
                        hint: "unset one of the two")))
        }
        return found
    }

    /// Whether it has a host, and no other scheme than a proxy's.
    private static func isURL(_ text: String) -> Bool {
        guard !text.contains(where: \.isWhitespace) else { return false }
        var rest = text[...]
        if let mark = text.firstRange(of: "://") {
            guard schemes.contains(text[..<mark.lowerBound].lowercased()) else { return false }
            rest = text[mark.upperBound...]
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[at...].dropFirst() }
        guard let first = rest.first, first != "/", first != ":" else { return false }
        let authority = rest.prefix { $0 != "/" }
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else {
            return true
        }
        return UInt16(authority[colon...].dropFirst()) != nil
    }
}
