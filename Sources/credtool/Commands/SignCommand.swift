// credtool sign: a signature for any request, as header fields, curl command, URL, or the answer.
internal import AWS
internal import Engine
internal import Flags
internal import HTTP
internal import Handover
internal import Model
internal import Planning
internal import System

/// Signs a request with the credentials of a profile.
struct SignCommand {
    let invocation: Invocation
    let machine: Machine

    /// How long a presigned URL works, where nobody says otherwise; as `aws s3 presign` has it.
    private static let standardExpiry: Duration = .seconds(3600)

    func run() throws {
        let input = try SignInput(invocation)
        let body = try input.body()
        let obtained = try machine.engine().credentials(for: request)
        let signing = try input.signing(plan: obtained.plan)
        machine.console.trace("signing for \(signing.service) in \(signing.region)")
        if invocation.isSet(.presign) {
            try presign(signing, body, obtained.credentials)
        } else {
            let headers = try signing.signedHeaders(
                body: body, date: .now(), credentials: obtained.credentials)
            if invocation.isSet(.send) {
                try send(signing, headers, body, obtained)
            } else {
                try show(signing, headers, input.source, obtained.credentials)
            }
        }
    }

    private var expires: Duration { invocation.duration(.expires) ?? Self.standardExpiry }

    private var request: CredentialRequest {
        var request = CredentialRequest(invocation)
        // A URL ends with the session that it was made with.
        if invocation.isSet(.presign) {
            request.plan.standardMinimumTTL = max(
                request.plan.standardMinimumTTL, min(expires, .seconds(16 * 60)))
        }
        return request
    }

    // MARK: What is printed

    private func presign(
        _ signing: RequestSigning, _ body: borrowing Secret?,
        _ credentials: borrowing Credentials
    ) throws {
        let now = Timestamp.now()
        let url = try signing.presignedURL(
            body: body, expires: expires, date: now, credentials: credentials)
        let names = signing.presignedHeaderNames
        if !names.isEmpty {
            machine.console.say(
                "the URL works only with the header fields that it was signed with: "
                    + names.joined(separator: ", "))
        }
        if let end = credentials.expiration, end < now + expires {
            machine.console.say("the URL ends with the session, in \(rounded(end - now))")
            machine.console.hint("--fresh gets a new session, --duration one that lasts longer")
        }
        try machine.console.print(secret: url.withLineEnd)
    }

    private func show(
        _ signing: RequestSigning, _ headers: [HTTPHeader], _ body: CurlCommand.Body,
        _ credentials: borrowing Credentials
    ) throws {
        if invocation.isSet(.curl) {
            let command = CurlCommand(
                method: signing.method, url: signing.url.origin + signing.target,
                headers: headers.map { ($0.name, $0.value) }, body: body)
            try machine.console.print(secret: command.text(sessionToken: credentials.sessionToken))
        } else {
            try machine.console.print(
                secret: Self.lines(headers, sessionToken: credentials.sessionToken))
        }
        if Terminal.isTerminal(1) {
            machine.console.say(
                "whoever has this can make the request, for 5 minutes (at S3 for 15)")
        }
    }

    private static func lines(
        _ headers: [HTTPHeader], sessionToken: borrowing Secret?
    ) -> Secret {
        let text = headers.map { "\($0.name): \($0.value)\n" }.joined()
        let tokenSize =
            switch sessionToken {
            case .some(let token): token.count
            case .none: 0
            }
        return Secret(capacity: text.utf8.count + tokenSize + 64) { room in
            var writer = SecretWriter(room)
            writer.write(text)
            switch sessionToken {
            case .some(let token):
                writer.write("X-Amz-Security-Token: ")
                token.withBytes { writer.write($0) }
                writer.write("\n")
            case .none: break
            }
            return writer.count
        }
    }

    // MARK: The answer

    /// An answer may be large, and take its time.
    private static let limits = HTTPLimits(whole: .seconds(300), body: 16 << 20)

    private func send(
        _ signing: RequestSigning, _ headers: [HTTPHeader], _ body: borrowing Secret?,
        _ obtained: borrowing Obtained
    ) throws {
        let endpoint = try Endpoint(override: signing.url.origin, signingRegion: signing.region)
        let transport = machine.transport(endpoint, obtained.plan.caBundle?.value)
        var fields = headers
        let sent: Secret? =
            switch body {
            case .some(let body): body.copy()
            case .none: nil
            }
        // An empty field keeps libcurl from adding one of its own.
        if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
            fields.append(HTTPHeader("Content-Type", ""))
        }
        let request = HTTPRequest(
            method: signing.method, url: signing.url.origin + signing.target, headers: fields,
            secretHeader: obtained.credentials.tokenHeader, body: sent,
            limits: Self.limits, mayReuseConnection: false)
        let response = try Self.answer(to: request, transport)
        machine.console.trace("\(signing.url.host) answered with status \(response.status)")
        try show(response, of: signing.method)
        guard (200..<300).contains(response.status) else {
            throw Failure.sign(
                .answered(
                    host: signing.url.host, status: response.status,
                    bucketRegion: response.header("x-amz-bucket-region")))
        }
    }

    private static func answer(
        to request: borrowing HTTPRequest, _ transport: HTTPClient
    ) throws(Failure) -> HTTPResponse {
        do { return try transport.send(request) } catch { throw .sign(.transport(error)) }
    }

    /// The body, or the header fields where that is all there is. On a terminal nothing of it steers.
    private func show(_ response: borrowing HTTPResponse, of method: String) throws {
        if method == "HEAD" {
            let lines = response.headers.map { "\($0.name): \($0.value)" }
            return try machine.console.print(lines: lines.joined(separator: "\n"))
        }
        guard Terminal.isTerminal(1), response.body.count > 0 else {
            return try machine.console.print(secret: response.body)
        }
        let text = response.body.withBytes { String(validating: $0, as: UTF8.self) }
        guard let text else { throw Failure.sign(.binaryAnswer(size: response.body.count)) }
        try machine.console.print(lines: text)
    }
}

extension Credentials {
    fileprivate var tokenHeader: SecretHTTPHeader? {
        switch sessionToken {
        case .some(let token): SecretHTTPHeader("X-Amz-Security-Token", token.copy())
        case .none: nil
        }
    }
}

extension Secret {
    /// The same, and a line end.
    fileprivate var withLineEnd: Secret {
        Secret(capacity: count + 1) { room in
            var writer = SecretWriter(room)
            withBytes { writer.write($0) }
            writer.write("\n")
            return writer.count
        }
    }
}
