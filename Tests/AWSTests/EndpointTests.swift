// Endpoints against the SDKs' cases, and what no endpoint may be made of.
import Testing

@testable import AWS

@Test(arguments: [
    ("eu-west-1", "https://sts.eu-west-1.amazonaws.com", "eu-west-1"),
    (nil, "https://sts.us-east-1.amazonaws.com", "us-east-1"),
    ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ("eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ("us-iso-east-1", "https://sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
    ("us-isob-east-1", "https://sts.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
    ("eu-isoe-west-1", "https://sts.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
    ("us-isof-south-1", "https://sts.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"),
    ("mx-central-1", "https://sts.mx-central-1.amazonaws.com", "mx-central-1"),
    ("zz-new-1", "https://sts.zz-new-1.amazonaws.com", "zz-new-1"),
    ("aws-global", "https://sts.amazonaws.com", "us-east-1"),
])
func stsEndpoint(_ region: String?, _ url: String, _ signingRegion: String) throws {
    let endpoint = try Endpoint.sts(.init(region: region))
    #expect(endpoint == Endpoint(url: url, signingRegion: signingRegion))
}

@Test(arguments: [
    "", "eu-west-1.evil.example", "evil.example/", "eu west", "eu-west-1\n", "-eu", "eu-", "ü",
    String(repeating: "a", count: 64), "a@b", "a:80", "a?b", "a#b",
])
func regionsThatAreNoneAreRefused(_ region: String) {
    #expect(throws: EndpointError.invalidRegion(region)) {
        _ = try Endpoint.sts(.init(region: region))
    }
    #expect(throws: EndpointError.invalidRegion(region)) {
        _ = try Endpoint.sts(.init(region: region, override: "http://localhost"))
    }
}

@Test(arguments: [
    ("http://127.0.0.1:5000", "127.0.0.1:5000", "/"),
    ("http://127.0.0.1:5000/", "127.0.0.1:5000", "/"),
    ("https://example.com/sts/", "example.com", "/sts"),
    ("https://example.com:443/a/b", "example.com", "/a/b"),
    ("http://example.com:80", "example.com", "/"),
    ("https://example.com:80", "example.com:80", "/"),
    ("HTTPS://[::1]:8443", "[::1]:8443", "/"),
])
func overrides(_ url: String, _ host: String, _ path: String) throws {
    let endpoint = try Endpoint.sts(.init(region: "eu-west-1", override: url))
    #expect(endpoint.host == host)
    #expect(endpoint.path == path)
    #expect(endpoint.signingRegion == "eu-west-1")
    #expect(try Endpoint.sts(.init(override: url)).signingRegion == "us-east-1")
}

@Test(arguments: [
    "", "example.com", "ftp://example.com", "https://", "https:///x", "https://:80",
    "https://example.com?x", "https://example.com#x",
    "https://exa mple.com", "https://example.com/\n", "https://exämple.com", "file:///etc/passwd",
])
func urlsThatAreNoEndpointsAreRefused(_ url: String) {
    #expect(throws: EndpointError.invalidURL(url)) {
        _ = try Endpoint.sts(.init(override: url))
    }
}

@Test func passwordsInURLsAreNotRepeated() {
    #expect(throws: EndpointError.invalidURL("https://…@example.com")) {
        _ = try Endpoint.sts(.init(override: "https://user:pass@example.com"))
    }
}

// MARK: - Services

/// FIPS and dual stack, apart and together, where the rules have exceptions.
@Test(arguments: [
    ("eu-west-1", true, false, "https://sts-fips.eu-west-1.amazonaws.com"),
    ("eu-west-1", false, true, "https://sts.eu-west-1.api.aws"),
    ("eu-west-1", true, true, "https://sts-fips.eu-west-1.api.aws"),
    ("us-gov-east-1", true, false, "https://sts.us-gov-east-1.amazonaws.com"),
    ("us-gov-east-1", true, true, "https://sts-fips.us-gov-east-1.api.aws"),
    ("cn-north-1", true, true, "https://sts-fips.cn-north-1.api.amazonwebservices.com.cn"),
    ("us-isob-east-1", true, false, "https://sts-fips.us-isob-east-1.sc2s.sgov.gov"),
    // Pseudo-regions have no such hosts; what was asked for is kept, and the region is a real one.
    ("aws-global", true, false, "https://sts-fips.us-east-1.amazonaws.com"),
    ("aws-cn-global", false, false, "https://sts.cn-northwest-1.amazonaws.com.cn"),
])
func stsVariants(_ region: String, _ fips: Bool, _ dualStack: Bool, _ url: String) throws {
    let endpoint = try Endpoint.sts(
        .init(region: region, useFIPS: fips, useDualStack: dualStack))
    #expect(endpoint.url == url)
}

@Test(arguments: [
    ("eu-west-1", "https://sts.amazonaws.com", "us-east-1"),
    ("us-west-2", "https://sts.amazonaws.com", "us-east-1"),
    ("aws-global", "https://sts.amazonaws.com", "us-east-1"),
    // Regions that came later, and other partitions, have only their own.
    ("eu-south-1", "https://sts.eu-south-1.amazonaws.com", "eu-south-1"),
    ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
])
func legacySTS(_ region: String, _ url: String, _ signingRegion: String) throws {
    let endpoint = try Endpoint.sts(.init(region: region, useGlobalEndpoint: true))
    #expect(endpoint == Endpoint(url: url, signingRegion: signingRegion))
    let fips = try Endpoint.sts(.init(region: "us-west-2", useFIPS: true, useGlobalEndpoint: true))
    #expect(fips.url == "https://sts-fips.us-west-2.amazonaws.com")
    let own = try Endpoint.sts(
        .init(region: "us-west-2", override: "https://example.com", useGlobalEndpoint: true))
    #expect(own == Endpoint(url: "https://example.com", signingRegion: "us-west-2"))
}

/// Plain, FIPS, dual stack, both.
@Test(arguments: [
    (
        nil, "us-east-1",
        [
            "iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.global.api.aws",
            "iam-fips.global.api.aws",
        ]
    ),
    (
        "cn-northwest-1", "cn-north-1",
        [
            "iam.cn-north-1.amazonaws.com.cn", "iam-fips.amazonaws.com.cn",
            "iam.global.api.amazonwebservices.com.cn", "iam-fips.api.amazonwebservices.com.cn",
        ]
    ),
    (
        "us-gov-east-1", "us-gov-west-1",
        [
            "iam.us-gov.amazonaws.com", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws",
            "iam.us-gov.api.aws",
        ]
    ),
    (
        "eusc-de-east-1", "eusc-de-east-1",
        [
            "iam.eusc-de-east-1.amazonaws.eu", "iam-fips.amazonaws.eu",
            "iam.global.api.amazonwebservices.eu", "iam-fips.api.amazonwebservices.eu",
        ]
    ),
    (
        "us-iso-west-1", "us-iso-east-1",
        [
            "iam.us-iso-east-1.c2s.ic.gov", "iam-fips.us-iso-east-1.c2s.ic.gov",
            "iam.api.aws.ic.gov", "iam-fips.api.aws.ic.gov",
        ]
    ),
    (
        "us-isob-east-1", "us-isob-east-1",
        [
            "iam.us-isob-east-1.sc2s.sgov.gov", "iam-fips.us-isob-east-1.sc2s.sgov.gov",
            "iam.api.aws.scloud", "iam-fips.api.aws.scloud",
        ]
    ),
    (
        "eu-isoe-west-1", "eu-isoe-west-1",
        [
            "iam.eu-isoe-west-1.cloud.adc-e.uk", "iam-fips.cloud.adc-e.uk",
            "iam.api.cloud-aws.adc-e.uk", "iam-fips.api.cloud-aws.adc-e.uk",
        ]
    ),
    (
        "us-isof-east-1", "us-isof-south-1",
        [
            "iam.us-isof-south-1.csp.hci.ic.gov", "iam-fips.csp.hci.ic.gov",
            "iam.api.aws.hci.ic.gov", "iam-fips.api.aws.hci.ic.gov",
        ]
    ),
])
func iamEndpoints(_ region: String?, _ signingRegion: String, _ hosts: [String]) throws {
    let variants = [(false, false), (true, false), (false, true), (true, true)]
    for ((fips, dualStack), host) in zip(variants, hosts) {
        let endpoint = try Endpoint.iam(
            .init(region: region, useFIPS: fips, useDualStack: dualStack))
        #expect(endpoint == Endpoint(url: "https://\(host)", signingRegion: signingRegion))
    }
    let own = try Endpoint.iam(.init(region: region, override: "http://localhost:5000/"))
    #expect(own == Endpoint(url: "http://localhost:5000", signingRegion: signingRegion))
}

@Test(arguments: [
    ("eu-west-1", "eu-west-1.signin.aws.amazon.com"),
    ("cn-north-1", "cn-north-1.signin.amazonaws.cn"),
    ("us-gov-west-1", "us-gov-west-1.signin.amazonaws-us-gov.com"),
    ("eusc-de-east-1", "eusc-de-east-1.signin.amazonaws-eusc.eu"),
    ("us-iso-east-1", "us-iso-east-1.signin.c2shome.ic.gov"),
    ("us-isob-east-1", "us-isob-east-1.signin.sc2shome.sgov.gov"),
    ("eu-isoe-west-1", "eu-isoe-west-1.signin.csphome.adc-e.uk"),
    ("us-isof-south-1", "us-isof-south-1.signin.csphome.hci.ic.gov"),
])
func signInEndpoints(_ region: String, _ host: String) throws {
    let endpoint = try Endpoint.signIn(.init(region: region))
    #expect(endpoint == Endpoint(url: "https://\(host)", signingRegion: region))
}

@Test func otherPartsOfSignIn() throws {
    func url(_ region: String, _ part: Endpoint.SignInPart, fips: Bool = false) throws -> String {
        try Endpoint.signIn(.init(region: region, useFIPS: fips), part: part).url
    }
    #expect(try url("eu-west-1", .controlPlane) == "https://signin.eu-west-1.api.aws")
    #expect(try url("eu-west-1", .oauth) == "https://eu-west-1.oauth.signin.aws")
    #expect(
        try url("us-gov-west-1", .signIn, fips: true)
            == "https://signin-fips.amazonaws-us-gov.com")
    #expect(
        try url("us-gov-east-1", .signIn, fips: true)
            == "https://us-gov-east-1.signin-fips.amazonaws-us-gov.com")
    #expect(throws: EndpointError.fipsWithOAuth) {
        _ = try url("eu-west-1", .oauth, fips: true)
    }
}

@Test func identityCenterEndpoints() throws {
    let options = Endpoint.Options(region: "eu-central-1")
    #expect(try Endpoint.sso(options).url == "https://portal.sso.eu-central-1.amazonaws.com")
    #expect(try Endpoint.ssoOIDC(options).url == "https://oidc.eu-central-1.amazonaws.com")
}

private enum Service: CaseIterable {
    case sts, iam, sso, ssoOIDC, signIn

    func endpoint(_ options: Endpoint.Options) throws(EndpointError) -> Endpoint {
        switch self {
        case .sts: try .sts(options)
        case .iam: try .iam(options)
        case .sso: try .sso(options)
        case .ssoOIDC: try .ssoOIDC(options)
        case .signIn: try .signIn(options)
        }
    }
}

@Test(arguments: [Service.sso, .ssoOIDC, .signIn])
private func noRegionIsGuessedForSigningIn(_ service: Service) throws {
    #expect(throws: EndpointError.missingRegion) { _ = try service.endpoint(.init()) }
    #expect(
        try service.endpoint(.init(override: "http://localhost")).url == "http://localhost")
}

@Test(arguments: Service.allCases)
private func everyServiceChecksWhatItIsGiven(_ service: Service) {
    #expect(throws: EndpointError.invalidRegion("a/b")) {
        _ = try service.endpoint(.init(region: "a/b"))
    }
    let url = "https://example.com"
    #expect(throws: EndpointError.fipsWithOverride) {
        _ = try service.endpoint(.init(region: "eu-west-1", useFIPS: true, override: url))
    }
    #expect(throws: EndpointError.dualStackWithOverride) {
        _ = try service.endpoint(.init(region: "eu-west-1", useDualStack: true, override: url))
    }
}

@Test(arguments: [
    ("us-east-1", "aws"), ("ap-southeast-7", "aws"), ("il-central-1", "aws"),
    ("aws-global", "aws"), ("us-gov-east-1", "aws-us-gov"), ("aws-us-gov-global", "aws-us-gov"),
    ("cn-northwest-1", "aws-cn"), ("aws-cn-global", "aws-cn"), ("eusc-de-east-1", "aws-eusc"),
    ("us-iso-west-1", "aws-iso"), ("aws-iso-global", "aws-iso"), ("us-isob-west-1", "aws-iso-b"),
    ("aws-iso-b-global", "aws-iso-b"), ("eu-isoe-west-1", "aws-iso-e"),
    ("us-isof-east-1", "aws-iso-f"), ("eu-west-99", "aws"), ("mars-east-1", "aws"),
])
func partitions(_ region: String, _ id: String) {
    #expect(Partition.containing(region: region).id == id)
}

@Test(arguments: [
    ("https://sts.example.com", false), ("HTTPS://10.0.0.1:8443", false),
    ("http://sts.example.com", true), ("HTTP://STS.example.com:8080/x", true),
    ("http://10.0.0.1", true), ("http://[2001:db8::1]:80", true), ("http://128.0.0.1", true),
    ("http://169.255.0.1", true), ("http://[fd00:ec3::1]", true), ("http://[::2]", true),
    ("http://localhost.example.com", true), ("http://notlocalhost", true),
    ("http://127.0.0.1.nip.io", true), ("http://[fec0::1]", true), ("http://0.0.0.0", true),
    ("http://127.0.0.1:5000", false), ("http://127.1.2.3", false), ("http://LOCALHOST:1/x", false),
    ("http://aws.localhost", false), ("http://[::1]:5000", false), ("http://[fe80::1]", false),
    ("http://169.254.169.254", false), ("http://[fd00:ec2::254]", false),
])
func plainHTTPToOtherMachines(_ url: String, _ isPlainRemote: Bool) throws {
    let endpoint = try Endpoint(override: url, signingRegion: "us-east-1")
    #expect(endpoint.isPlainRemote == isPlainRemote)
}
