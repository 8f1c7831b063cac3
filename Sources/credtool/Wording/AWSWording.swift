// The words for AWS's refusals and for the way to AWS.
internal import AWS
internal import HTTP
internal import Model

extension AWSServiceError {
    /// Whether AWS says that the caller may not do this.
    var isDenial: Bool { code == "AccessDenied" || code == "AccessDeniedException" }
}

extension AWSError {
    /// The words.
    var wording: Wording {
        switch self {
        case .service(let error): error.wording
        case .transport(let error): error.wording
        case .unreadable(let operation, let status, let reason):
            Wording(
                "the answer to \(operation) is not AWS's (HTTP status \(status), \(reason))",
                hint: "a proxy or a captive portal may stand between; look at HTTPS_PROXY and"
                    + " AWS_ENDPOINT_URL_STS")
        case .libraryUnavailable(let error): error.wording
        }
    }

    /// Whether AWS looked at the request and said no, so that another try would be no use.
    var isRefusal: Bool {
        switch self {
        case .service(let error): (400..<500).contains(error.status) && !error.isThrottling
        case .transport, .unreadable, .libraryUnavailable: false
        }
    }
}

extension AWSServiceError {
    fileprivate var wording: Wording {
        let text = self.message.hasSuffix(".") ? self.message.dropLast() : self.message[...]
        let message = "AWS says \(code)" + (text.isEmpty ? "" : ": \(text)")
        if let clockSkew {
            let direction = clockSkew < .zero ? "behind" : "ahead of"
            let size = Duration.seconds(abs(clockSkew.wholeSeconds))
            return Wording(
                "\(message) (this machine's clock is \(spoken(size)) \(direction) AWS's)",
                hint: "set the clock: timedatectl set-ntp true")
        }
        return Wording(message, hint: meaning)
    }

    /// What the code means here, and what to do.
    private var meaning: String {
        switch code {
        case "InvalidClientTokenId":
            "AWS does not know this key ID: it was deleted, is inactive, or belongs to another"
                + " partition (--region)"
        case "SignatureDoesNotMatch": "the secret does not belong to the key ID: add the key again"
        case "ExpiredToken", "ExpiredTokenException":
            "a session is over; credtool clear forgets it"
        case "RegionDisabledException":
            "the region is not activated in this account; try another with --region"
        case "AccessDenied", "AccessDeniedException":
            "a policy of the user, the account or the organization forbids it"
        case _ where isThrottling: "AWS is asked too often; wait a minute and try again"
        case _ where status >= 500: "AWS has trouble; try again in a moment"
        default: requestID.map { "AWS calls this request \($0)" } ?? "try again with --verbose"
        }
    }
}

extension HTTPError {
    fileprivate var wording: Wording {
        switch self {
        case .invalidURL(let reason):
            Wording("AWS cannot be asked: \(reason)", hint: "look at AWS_ENDPOINT_URL_STS")
        case .invalidHeader(let name):
            Wording(
                "the header \(name) cannot be sent", hint: "look at the profile's name and region")
        case .resolve(let host, let reason):
            Wording(
                "\(host) has no address: \(reason)",
                hint: "is this machine online, and the region right (--region)?")
        case .connect(let host, let reason):
            Wording(
                "\(host) cannot be reached: \(reason)",
                hint: "is this machine online? behind a proxy: export HTTPS_PROXY=http://HOST:PORT")
        case .proxy(let reason, let status):
            Wording(
                "the proxy does not help"
                    + (status.map { " (status \($0))" } ?? "") + ": \(reason)",
                hint: "look at HTTPS_PROXY; NO_PROXY lists hosts that need none")
        case .unknownAuthority(let host, let reason):
            Wording(
                "the certificate of \(host) comes from an authority that is not trusted here:"
                    + " \(reason)",
                hint: "where a company's proxy makes certificates: export AWS_CA_BUNDLE=FILE.pem")
        case .tls(let host, let reason):
            Wording("no TLS with \(host): \(reason)", hint: "look at the clock and HTTPS_PROXY")
        case .caBundle(let path, let reason):
            Wording(
                "the certificates in \(path) cannot be read: \(reason)",
                hint: "set AWS_CA_BUNDLE to a PEM file, or unset it")
        case .timedOut(let host, .connecting):
            Wording(
                "\(host) cannot be reached: no connection in time",
                hint: "is this machine online? behind a proxy: export HTTPS_PROXY=http://HOST:PORT")
        case .timedOut(let host, .whole):
            Wording("\(host) did not answer in time", hint: "try again in a moment")
        case .interrupted(let host, let reason):
            Wording("the connection to \(host) broke: \(reason)", hint: "try again in a moment")
        case .bodyTooLarge(let limit):
            Wording(
                "the answer is larger than \(limit) bytes, so it is not AWS's",
                hint: "a proxy or a captive portal may stand between; look at HTTPS_PROXY")
        case .other(let code, let reason):
            Wording("libcurl error \(code): \(reason)", hint: "try again with --verbose")
        case .libraryUnavailable(let error): error.wording
        }
    }
}

extension LibraryUnavailable {
    /// The words.
    var wording: Wording {
        Wording(
            "\(library) cannot be loaded: \(reason)",
            hint: isAboutLimits(reason)
                ? "look at the limits: ulimit -a" : "sudo apt install \(package)")
    }
}

extension EndpointError {
    /// The words.
    var wording: Wording {
        switch self {
        case .invalidRegion(let region):
            Wording("\(quoted(region)) is no region", hint: "--region eu-central-1, for example")
        case .invalidURL(let url):
            Wording(
                "\(quoted(url)) is no URL to ask AWS at",
                hint: "look at AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL")
        case .fipsWithOverride, .dualStackWithOverride:
            Wording(
                "an endpoint URL cannot stand beside FIPS or dual stack",
                hint: "unset AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL")
        case .fipsWithOAuth:
            Wording(
                "signing in through OAuth has no FIPS endpoint",
                hint: "unset AWS_USE_FIPS_ENDPOINT for this command")
        case .missingRegion:
            Wording("no region is set", hint: "--region eu-central-1, for example")
        }
    }
}
