// What `credtool sign` makes of a URL, of a host's name, and of the rules of S3.
import AWS
import HTTP
import Model
import Testing

@Suite struct RequestURLTests {
    @Test(arguments: [
        ("https://example.com", "example.com", "/", ""),
        ("HTTPS://Example.COM:443/A", "example.com", "/A", ""),
        ("http://x:80?a", "x", "/", "a="),
        ("http://x:8080/?", "x:8080", "/", ""),
        ("https://[::1]:8443/x", "[::1]:8443", "/x", ""),
        ("https://x/a b/ü/\"<>\\^`{|}", "x", "/a%20b/%C3%BC/%22%3C%3E%5C%5E%60%7B%7C%7D", ""),
        ("https://x/a%2Fb//../(c)?b=1&a=+%2B&&a", "x", "/a%2Fb//../(c)", "b=1 a= + a="),
        ("https://x/?a=b=c&d=%C3%A9", "x", "/", "a=b=c d=é"),
    ])
    func isTakenApart(text: String, host: String, path: String, query: String) throws {
        let url = try RequestURL(text)
        #expect(url.host == host)
        #expect(url.path == path)
        #expect(url.query.map { "\($0.name)=\($0.value)" }.joined(separator: " ") == query)
    }

    @Test(arguments: [
        ("", RequestURLError.scheme), ("example.com", .scheme), ("ftp://x/", .scheme),
        ("https:/x", .scheme), ("https://", .host), ("https:///x", .host), ("https://:1/", .host),
        ("https://x:/", .host), ("https://x:65536/", .host), ("https://x:a/", .host),
        ("https://[::1/", .host), ("https://[]/", .host), ("https://a b/", .host),
        ("https://ü/", .host), ("https://x]/", .host), ("https://u@x/", .userInfo),
        ("https://u:p@x/", .userInfo), ("https://x/#", .fragment), ("https://x/%", .encoding),
        ("https://x/%2", .encoding), ("https://x/%zz", .encoding), ("https://x/?%ff", .encoding),
        ("https://x/\n", .control), ("https://x/\u{7f}", .control),
    ])
    func isRefused(text: String, error: RequestURLError) {
        #expect(throws: error) { try RequestURL(text) }
    }
}

/// Hosts that belong to a customer; those of the services themselves are compared with botocore's.
@Test(arguments: [
    ("bucket.s3.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("my.bucket.s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("bucket.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("bucket.s3.cn-north-1.amazonaws.com.cn", "s3", "cn-north-1"),
    ("eu-west-1.s3.amazonaws.com", "s3", nil), ("s3.amazonaws.com:443", "s3", nil),
    ("bucket.s3-accelerate.amazonaws.com", "s3", nil),
    ("bucket.s3-accelerate.dualstack.amazonaws.com", "s3", nil),
    ("ap-111122223333.s3-accesspoint.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("111122223333.s3-control.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
    ("x-111122223333.op-1.s3-outposts.eu-west-1.amazonaws.com", "s3-outposts", "eu-west-1"),
    ("x.s3-object-lambda.eu-west-1.amazonaws.com", "s3-object-lambda", "eu-west-1"),
    ("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express", "us-east-1"),
    ("bucket.vpce-1a2b.s3.eu-west-1.vpce.amazonaws.com", "s3", "eu-west-1"),
    ("vpce-1a2b.sqs.eu-west-1.vpce.amazonaws.com", "sqs", "eu-west-1"),
    ("abc.execute-api.eu-west-1.amazonaws.com", "execute-api", "eu-west-1"),
    ("abc.lambda-url.eu-west-1.on.aws", "lambda", "eu-west-1"),
    ("abc.appsync-api.eu-west-1.amazonaws.com", "appsync", "eu-west-1"),
    ("search-x-abc.eu-west-1.es.amazonaws.com", "es", "eu-west-1"),
    ("abc.eu-west-1.aoss.amazonaws.com", "aoss", "eu-west-1"),
    ("db.cluster-abc.eu-west-1.neptune.amazonaws.com", "neptune-db", "eu-west-1"),
    ("abc-ats.iot.eu-west-1.amazonaws.com", "iotdata", "eu-west-1"),
    ("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "ecr", "eu-west-1"),
    ("sqs.eu-west-1.api.aws", "sqs", "eu-west-1"),
    ("iam.us-gov.amazonaws.com", "iam", "us-gov-west-1"),
    ("ec2-1-2-3-4.eu-west-1.compute.amazonaws.com", nil, nil),
    ("x.eu-west-1.elb.amazonaws.com", nil, nil), ("amazonaws.com", nil, nil),
    ("example.com", nil, nil), ("s3.eu-west-1.amazonaws.com.example.com", nil, nil),
    ("127.0.0.1:9000", nil, nil), ("", nil, nil),
])
func serviceAndRegionOfAHost(host: String, service: String?, region: String?) {
    let found = ServiceHost(host)
    #expect(found.service == service)
    #expect(found.region == region)
}

@Suite struct RequestSigningTests {
    private func signing(
        _ url: String, service: String, headers: [HTTPHeader] = []
    ) throws -> RequestSigning {
        RequestSigning(
            method: "PUT", url: try RequestURL(url), headers: headers, service: service,
            region: "eu-west-1")
    }

    private func signed(_ signing: RequestSigning, body: String?) throws -> [HTTPHeader] {
        let credentials = Credentials(
            accessKeyID: try #require(AccessKeyID("AKIDEXAMPLEAKIDEXAMPLE")),
            secretAccessKey: Secret("x"))
        return try signing.signedHeaders(
            body: body.map { Secret($0) }, date: Timestamp(secondsSinceEpoch: 0),
            credentials: credentials)
    }

    @Test(arguments: [
        ("https://x/a%7eb%2Fc//../(d)?q=a+b", "s3", "/a~b/c//../%28d%29?q=a%20b"),
        ("https://x/a%7eb%2Fc//../(d)?q=a+b", "es", "/a%7eb%2Fc//../(d)?q=a%20b"),
    ])
    func whatIsSignedIsSent(url: String, service: String, target: String) throws {
        #expect(try signing(url, service: service).target == target)
    }

    @Test(arguments: [("s3", true), ("aoss", true), ("glacier", true), ("es", false)])
    func bodyHashGoesAlong(service: String, isWanted: Bool) throws {
        let names = try signed(signing("https://x/", service: service), body: "a").map(\.name)
        #expect(names.contains("X-Amz-Content-Sha256") == isWanted)
    }

    @Test(arguments: ["s3", "es"])
    func aGivenBodyHashCounts(service: String) throws {
        let given = HTTPHeader("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        let request = try signing("https://x/", service: service, headers: [given])
        let headers = try signed(request, body: "a")
        let values = headers.filter { $0.name.lowercased() == given.name }.map(\.value)
        #expect(values == ["UNSIGNED-PAYLOAD"])
        // Whatever the body is.
        #expect(try signed(request, body: "b") == headers)
        #expect(try signed(signing("https://x/", service: service), body: "b") != headers)
    }

    @Test func fieldsThatChangeOnTheWayAreNotSigned() throws {
        let headers = ["User-Agent", "Expect", "Te", "Host"].map { HTTPHeader($0, "x") }
        let request = try signing("https://y/", service: "es", headers: headers)
        let all = try signed(request, body: nil)
        #expect(all.map(\.name).starts(with: headers.map(\.name)))
        #expect(all.last?.value.contains("SignedHeaders=host;x-amz-date,") == true)
        #expect(request.presignedHeaderNames.isEmpty)
    }
}
