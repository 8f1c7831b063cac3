// The owner of libcurl: one request, one connection, one answer.
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

    /// A client that calls itself `credtool/VERSION`.
    ///
    /// - Parameters:
    ///   - version: credtool's version.
    ///   - caBundle: A PEM file or a folder of certificates to trust instead of the system's, as
    ///     AWS_CA_BUNDLE names it.
    ///   - proxy: The proxy, by default what the environment says.
    public init(version: String, caBundle: String? = nil, proxy: HTTPProxy = .environment) {
        userAgent = "credtool/\(version)"
        self.caBundle = caBundle
        self.proxy = proxy
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
        let headerCapacity = 64 << 10
        var headerBytes = [CChar](repeating: 0, count: headerCapacity)
        var result = ccurl_result()

        // The answer is written where it stays: nothing grows, nothing is left behind.
        let room = Secret(capacity: request.limits.body) { answer in
            lines.withBytes { lines in
                headerBytes.withUnsafeMutableBufferPointer { headers in
                    perform(
                        request, lines: lines, answer: answer, headers: headers, result: &result)
                }
            }
            return result.answer_size
        }
        try check(result, request)
        let headers = parsedHeaders(headerBytes.prefix(result.header_size))
        // The copy gives back the pages that the answer did not need.
        return HTTPResponse(status: result.status, headers: headers, body: room.copy())
    }

    private func perform(
        _ request: borrowing HTTPRequest, lines: UnsafeRawBufferPointer,
        answer: UnsafeMutableRawBufferPointer, headers: UnsafeMutableBufferPointer<CChar>,
        result: inout ccurl_result
    ) {
        var call = ccurl_request()
        call.headers = lines.baseAddress?.assumingMemoryBound(to: CChar.self)
        call.connect_milliseconds = request.limits.connect.milliseconds
        call.whole_milliseconds = request.limits.whole.milliseconds
        call.answer = answer.baseAddress
        call.answer_capacity = answer.count
        call.header_text = headers.baseAddress
        call.header_capacity = headers.count
        var texts = [strdup(request.method), strdup(request.url), strdup(userAgent)]
        texts.append(caBundle.flatMap { strdup($0) })
        switch proxy {
        case .environment: texts += [nil, nil]
        case .none: texts += [strdup(""), nil]
        case .url(let url, let except): texts += [strdup(url), strdup(except)]
        }
        defer { for text in texts { free(text) } }
        call.method = UnsafePointer(texts[0])
        call.url = UnsafePointer(texts[1])
        call.user_agent = UnsafePointer(texts[2])
        call.ca_bundle = UnsafePointer(texts[3])
        call.proxy = UnsafePointer(texts[4])
        call.no_proxy = UnsafePointer(texts[5])
        switch request.body {
        case .some(let body):
            call.body_size = body.count
            body.withBytes { bytes in
                call.body = bytes.baseAddress
                ccurl_perform(&call, &result)
            }
        case .none:
            ccurl_perform(&call, &result)
        }
    }

    private func check(_ result: ccurl_result, _ request: borrowing HTTPRequest) throws(HTTPError) {
        if result.answer_too_large != 0 { throw .bodyTooLarge(limit: request.limits.body) }
        guard result.code != 0 else { return }
        throw HTTPError(
            CurlFailure(
                code: Int(result.code), reason: reason(result), host: host(of: request.url),
                proxyStatus: result.proxy_status, verifyResult: result.verify_result,
                isConnected: result.connected != 0, caBundle: caBundle))
    }

    /// libcurl's words. It quotes a proxy's URL that it cannot read, perhaps with a password.
    private func reason(_ result: ccurl_result) -> String {
        let meaning = result.meaning.map { String(cString: $0) } ?? "unknown reason"
        let reason = withUnsafeBytes(of: result.reason) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let mayQuote = ["@", "://", "Unsupported proxy"].contains { reason.contains($0) }
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
    return Secret(capacity: size) { buffer in
        var used = 0
        func write(_ bytes: some Sequence<UInt8>) {
            for byte in bytes {
                buffer[used] = byte
                used += 1
            }
        }
        for header in request.headers {
            write("\(header.name): \(header.value)\0".utf8)
        }
        switch request.secretHeader {
        case .some(let header):
            write("\(header.name): ".utf8)
            header.value.withBytes { write($0) }
            write([0])
        case .none: break
        }
        write([0])
        return used
    }
}

private func isLine(_ bytes: some Sequence<UInt8>) -> Bool {
    !bytes.contains { $0 == 0 || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
}

private func parsedHeaders(_ text: ArraySlice<CChar>) -> [HTTPHeader] {
    text.split(separator: CChar(10)).compactMap { line in
        let parts = line.split(
            separator: CChar(58), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        func trimmed(_ part: ArraySlice<CChar>) -> String {
            let isSpace: (CChar) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 }
            let front = part.drop(while: isSpace)
            let end = front.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? front.startIndex
            return String(
                decoding: front[front.startIndex..<end].map(UInt8.init(bitPattern:)),
                as: UTF8.self)
        }
        return HTTPHeader(trimmed(parts[0]), trimmed(parts[1]))
    }
}

extension Duration {
    /// Whole milliseconds, at least 1: libcurl takes 0 for its own default, which is long.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
