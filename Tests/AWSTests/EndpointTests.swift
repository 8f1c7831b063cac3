import FoundationEssentials
import Testing

// Endpoints against the SDKs' cases, and what no endpoint may be made of.
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
    #expect(throws: EndpointError.invalidURL("…@example.com")) {
        _ = try Endpoint.sts(.init(override: "https://user:pass@example.com"))
    }
}

private struct RuleCases: Decodable {
    struct Parameters: Decodable {
        let Region: String?
        let UseFIPS: Bool?
        let UseDualStack: Bool?
        let UseGlobalEndpoint: Bool?
        let Endpoint: String?
    }
    struct Expectation: Decodable {
        struct Answer: Decodable {
            struct Properties: Decodable {
                struct Scheme: Decodable { let signingRegion: String }
                let authSchemes: [Scheme]
            }
            let url: String
            let properties: Properties?
        }
        let endpoint: Answer?
        let error: String?
    }
    struct Case: Decodable {
        let documentation: String
        let params: Parameters?
        let expect: Expectation
    }
    let testCases: [Case]
}

@Test(Conformance.isPresent) func stsEndpointRules() throws {
    let cases = try JSONDecoder().decode(
        RuleCases.self, from: Conformance.data("endpoints/sts.json")
    ).testCases
    #expect(cases.count >= 69)
    for example in cases {
        let parameters = example.params
        // The legacy global endpoint is a choice that credtool does not offer.
        if parameters?.UseGlobalEndpoint == true, parameters?.Endpoint == nil { continue }
        let options = Endpoint.Options(
            region: parameters?.Region, useFIPS: parameters?.UseFIPS ?? false,
            useDualStack: parameters?.UseDualStack ?? false, override: parameters?.Endpoint)
        let endpoint = try? Endpoint.sts(options)
        if example.expect.error == "Invalid Configuration: Missing Region" {
            // Where the SDKs give up, us-east-1 is asked.
            #expect(endpoint?.signingRegion == "us-east-1")
            continue
        }
        #expect(endpoint?.url == example.expect.endpoint?.url, "\(example.documentation)")
        if let scheme = example.expect.endpoint?.properties?.authSchemes.first {
            #expect(endpoint?.signingRegion == scheme.signingRegion)
        }
    }
}
