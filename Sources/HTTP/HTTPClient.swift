// The owner of libcurl: one request, one answer.
internal import CCurl
internal import Glibc
internal import Model

/// Which proxy is asked to help.
public enum HTTPProxy: Equatable, Sendable {
    /// What HTTPS_PROXY, https_proxy, http_proxy, ALL_PROXY and NO_PROXY say, read by libcurl.
    case environment
    /// None.
    case none
    /// This one, except for the hosts in the comma-separated list.
    case url(String, except: String)
}

/// Sends requests over libcurl: HTTP/1.1, TLS 1.2 or later, no redirects, no cookies, no .netrc.
public struct HTTPClient: HTTPTransport {
    private let userAgent: String
    private let caBundle: String?
    private let proxy: HTTPProxy
    private let connections: HTTPConnections

    /// A client that calls itself `credtool/VERSION`.
    ///
    /// - Parameters:
    ///   - version: credtool's version.
    ///   - caBundle: A PEM file or a folder of certificates to trust instead of the system's, as
    ///     AWS_CA_BUNDLE names it.
    ///   - proxy: The proxy, by default what the environment says.
    ///   - connections: Where connections stay open, by default the client's own.
    public init(
        version: String, caBundle: String? = nil, proxy: HTTPProxy = .environment,
        connections: HTTPConnections = HTTPConnections()
    ) {
        userAgent = "credtool/\(version)"
        self.caBundle = caBundle
        self.proxy = proxy
        self.connections = connections
    }

    /// Sends `request` and waits for the whole answer; any status is an answer.
    /// - Throws: `HTTPError`.
    public func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        if let reason = ccurl_load() {
            throw .libraryUnavailable(
                LibraryUnavailable(
                    library: CCURL_LIBRARY, package: "libcurl4", reason: String(cString: reason)))
        }
        let lines = try headerLines(request)
        let url = try wholeURL(request)
        let headerCapacity = 64 << 10
        var headerBytes = [CChar](repeating: 0, count: headerCapacity)
        var result = ccurl_result()

        // The answer is written where it stays: nothing grows, nothing is left behind.
        let room = Secret(capacity: request.limits.body) { answer in
            headerBytes.withUnsafeMutableBufferPointer { headers in
                perform(
                    request, url: url, lines: lines, answer: answer, headers: headers,
                    result: &result)
            }
            return result.answer_size
        }
        try check(result, request)
        let headers = parsedHeaders(headerBytes.prefix(result.header_size))
        // The copy gives back the pages that the answer did not need.
        return HTTPResponse(status: result.status, headers: headers, body: room.copy())
    }

    private func perform(
        _ request: borrowing HTTPRequest, url: borrowing Secret, lines: borrowing Secret,
        answer: UnsafeMutableRawBufferPointer, headers: UnsafeMutableBufferPointer<CChar>,
        result: inout ccurl_result
    ) {
        var call = ccurl_request()
        call.on_fresh_connection = request.mayReuseConnection ? 0 : 1
        call.connect_milliseconds = request.limits.connect.milliseconds
        call.whole_milliseconds = request.limits.whole.milliseconds
        call.answer = answer.baseAddress
        call.answer_capacity = answer.count
        call.header_text = headers.baseAddress
        call.header_capacity = headers.count
        var texts = [strdup(request.method), strdup(userAgent), caBundle.flatMap { strdup($0) }]
        switch proxy {
        case .environment: texts += [nil, nil]
        case .none: texts += [strdup(""), nil]
        case .url(let url, let except): texts += [strdup(url), strdup(except)]
        }
        defer { for text in texts { free(text) } }
        call.method = UnsafePointer(texts[0])
        call.user_agent = UnsafePointer(texts[1])
        call.ca_bundle = UnsafePointer(texts[2])
        call.proxy = UnsafePointer(texts[3])
        call.no_proxy = UnsafePointer(texts[4])
        url.withBytes { url in
            lines.withBytes { lines in
                call.url = url.baseAddress?.assumingMemoryBound(to: CChar.self)
                call.headers = lines.baseAddress?.assumingMemoryBound(to: CChar.self)
                switch request.body {
                case .some(let body):
                    call.body_size = body.count
                    body.withBytes { bytes in
                        call.body = bytes.baseAddress
                        connections.lend { ccurl_perform($0, &call, &result) }
                    }
                case .none: connections.lend { ccurl_perform($0, &call, &result) }
                }
            }
        }
    }

    private func check(_ result: ccurl_result, _ request: borrowing HTTPRequest) throws(HTTPError) {
        if result.answer_too_large != 0 { throw .bodyTooLarge(limit: request.limits.body) }
        guard result.code != 0 else { return }
        throw HTTPError(
            CurlFailure(
                code: Int(result.code),
                reason: reason(result, mayQuoteURL: request.hasSecretTarget),
                host: host(of: request.url),
                proxyStatus: result.proxy_status, verifyResult: result.verify_result,
                isConnected: result.connected != 0, caBundle: caBundle))
    }

    /// libcurl's words. It quotes a proxy's URL that it cannot read, perhaps with a password.
    private func reason(_ result: ccurl_result, mayQuoteURL: Bool) -> String {
        let meaning = result.meaning.map { String(cString: $0) } ?? "unknown reason"
        let reason = withUnsafeBytes(of: result.reason) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let mayQuote =
            mayQuoteURL || ["@", "://", "Unsupported proxy"].contains { reason.contains($0) }
        return reason.isEmpty || mayQuote ? meaning : reason
    }

    private func host(of url: String) -> String {
        var authority = url.split(separator: "/", maxSplits: 2).dropFirst().first ?? ""
        if let at = authority.lastIndex(of: "@") { authority = authority[at...].dropFirst() }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        return String(authority.prefix { $0 != ":" })
    }
}

/// The whole URL, ended by a NUL.
private func wholeURL(_ request: borrowing HTTPRequest) throws(HTTPError) -> Secret {
    var size = request.url.utf8.count + 1
    switch request.secretTarget {
    case .some(let target):
        guard target.isVisibleASCII else {
            throw .invalidURL(reason: "the path or query holds a character that is not encoded")
        }
        size += target.count
    case .none: break
    }
    return Secret(capacity: size) { room in
        var writer = SecretWriter(room)
        writer.write(request.url)
        switch request.secretTarget {
        case .some(let target): target.withBytes { writer.write($0) }
        case .none: break
        }
        writer.write(0)
        return writer.count
    }
}

/// The header fields as libcurl's shim wants them: lines ended by a NUL, and a NUL after the last.
private func headerLines(_ request: borrowing HTTPRequest) throws(HTTPError) -> Secret {
    for header in request.headers where !isLine(header.value.utf8) || !isLine(header.name.utf8) {
        throw .invalidHeader(name: header.name)
    }
    var size = request.headers.reduce(1) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
    switch request.secretHeader {
    case .some(let header):
        guard header.value.withBytes({ isLine($0) }) else {
            throw .invalidHeader(name: header.name)
        }
        size += header.name.utf8.count + header.value.count + 3
    case .none: break
    }
    return Secret(capacity: size) { room in
        var writer = SecretWriter(room)
        for header in request.headers { writer.write("\(header.name): \(header.value)\0") }
        switch request.secretHeader {
        case .some(let header):
            writer.write("\(header.name): ")
            header.value.withBytes { writer.write($0) }
            writer.write(0)
        case .none: break
        }
        writer.write(0)
        return writer.count
    }
}

private func isLine(_ bytes: some Sequence<UInt8>) -> Bool {
    !bytes.contains { $0 == 0 || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
}

/// The header fields. A carriage return or a NUL in one is a space.
///
/// Source: RFC 9110, section 5.5.
private func parsedHeaders(_ text: ArraySlice<CChar>) -> [HTTPHeader] {
    text.split(separator: CChar(10)).compactMap { line in
        let bytes = line.map { $0 == 13 || $0 == 0 ? 0x20 : UInt8(bitPattern: $0) }
        let line = String(decoding: bytes, as: UTF8.self)
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return HTTPHeader(line[..<colon].trimmed, line[colon...].dropFirst().trimmed)
    }
}

extension HTTPRequest {
    fileprivate var hasSecretTarget: Bool {
        switch secretTarget {
        case .some: true
        case .none: false
        }
    }
}

extension Duration {
    /// Whole milliseconds, from 1, since libcurl takes 0 for its own default, to a day.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = min(self, .seconds(86_400)).components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
