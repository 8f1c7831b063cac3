// Why a request is not signed or not answered, and the words for it.
internal import AWS
internal import HTTP
internal import Model

/// Why `credtool sign` gave nothing, or an answer that is an error. None repeats a URL, a header field
/// or a body, which may hold secrets.
enum SignError: Error, Equatable {
    /// The method is none.
    case method
    /// The URL is none.
    case url(RequestURLError)
    /// A header field is none.
    case header
    /// The header field is the signature's own.
    case addedHeader(String)
    /// A body for HEAD, which has none.
    case bodyOfHead
    /// The file of the body is not there.
    case noFile(String)
    /// A command for later cannot read what was on standard input.
    case inputForCurl
    /// `--expires` without `--presign`.
    case expiresAlone
    /// `--expires` is no time that AWS takes.
    case expiry(longest: Duration)
    /// The host does not tell the service.
    case noService(host: String)
    /// Neither the host nor the profile tells the region.
    case noRegion(host: String)
    /// There was no answer.
    case transport(HTTPError)
    /// The answer is an error, or points elsewhere.
    case answered(host: String, status: Int, bucketRegion: String?)
    /// The answer is no text, and the terminal shows nothing else; its size in bytes.
    case binaryAnswer(size: Int)
}

extension SignError {
    /// The words.
    var wording: Wording {
        switch self {
        case .method:
            Wording(
                "METHOD is no method of HTTP, such as GET or POST",
                hint: "credtool sign GET https://sts.eu-west-1.amazonaws.com/ signs a request")
        case .url(let error): error.wording
        case .header:
            Wording(
                "a header field is not of the form NAME: VALUE",
                hint: "--header 'Content-Type: application/json', for example")
        case .addedHeader(let name):
            Wording(
                "the signature adds the header field \(name) itself",
                hint: "leave it out; --header is for the others")
        case .bodyOfHead:
            Wording("a HEAD request has no body", hint: "leave --data out, or take another method")
        case .noFile(let name):
            Wording(
                "there is no file \(quoted(name))", hint: "--data @FILE names one that is there")
        case .inputForCurl:
            Wording(
                "a curl command cannot read standard input a second time",
                hint: "--data @FILE names a file, which curl can read too")
        case .expiresAlone:
            Wording("--expires is for presigned URLs", hint: "--presign makes one")
        case .expiry(let longest):
            Wording(
                "AWS takes no presigned URL of that length",
                hint: "from 1s to \(spoken(longest)), which is 7 days")
        case .noService(let host):
            Wording(
                "\(host) does not tell which service of AWS it is",
                hint: "--service execute-api, for example: the name that the service has in"
                    + " signatures")
        case .noRegion(let host):
            Wording(
                "neither \(host) nor the profile tells the region",
                hint: "--region eu-central-1, for example")
        case .transport(.bodyTooLarge(let limit)):
            Wording(
                "the answer is larger than \(limit) bytes, which is more than --send holds",
                hint: "--curl gives a command that can write it to a file")
        case .transport(let error): AWSError.transport(error).wording
        case .answered(let host, let status, let bucketRegion):
            Wording(
                "\(host) answered with status \(status)",
                hint: bucketRegion.map { "the bucket is in \($0): --region \($0), or its own host" }
                    ?? "the answer says why; with SignatureDoesNotMatch look at --service and"
                    + " --region")
        case .binaryAnswer(let size):
            Wording(
                "the answer is no text, and not for a terminal (\(size) bytes)",
                hint: "write it to a file: credtool sign ... --send > FILE")
        }
    }
}

extension RequestURLError {
    fileprivate var wording: Wording {
        switch self {
        case .scheme:
            Wording(
                "URL begins with neither https:// nor http://",
                hint: "METHOD comes first, then URL: credtool sign GET https://HOST/PATH")
        case .host: Wording("URL has no host that can be asked", hint: "https://HOST/PATH?QUERY")
        case .userInfo:
            Wording("URL holds a user or a password", hint: "leave out what stands before the @")
        case .fragment:
            Wording(
                "URL has a # in it, and no server sees what follows",
                hint: "where it belongs to the path or the query, write %23")
        case .encoding:
            Wording(
                "URL has a % in it that begins no encoded character",
                hint: "where a percent sign is meant, write %25")
        case .control:
            Wording("URL has a line end or another control character in it", hint: "take it out")
        }
    }
}
