// The endpoint rules against all of the SDKs' own cases.
import FoundationEssentials
import Testing

@testable import AWS

private struct RuleCases: Decodable {
    struct Parameters: Decodable {
        var Region: String?
        var UseFIPS: Bool?
        var UseDualStack: Bool?
        var UseGlobalEndpoint: Bool?
        var Endpoint: String?
        var IsControlPlane: Bool?
        var IsOAuthEndpoint: Bool?
    }
    struct Expectation: Decodable {
        struct Answer: Decodable {
            struct Properties: Decodable {
                struct Scheme: Decodable { let signingRegion: String? }
                let authSchemes: [Scheme]?
            }
            let url: String
            let properties: Properties?
        }
        let endpoint: Answer?
        let error: String?
    }
    struct Case: Decodable {
        let documentation: String?
        let params: Parameters?
        let expect: Expectation
    }
    let testCases: [Case]
}

/// Where credtool is rightly different, by file and the SDKs' answer.
///
/// Without a region the SDKs do not ask STS and IAM. credtool asks those of us-east-1: a key has to be
/// checked, and MFA sessions to be had, before anybody chose where to work.
private let differences: Set<String> = [
    "sts: Invalid Configuration: Missing Region", "iam: Invalid Configuration: Missing Region",
]

private func answer(
    _ file: String, _ parameters: RuleCases.Parameters?
) throws(EndpointError) -> Endpoint {
    let options = Endpoint.Options(
        region: parameters?.Region, useFIPS: parameters?.UseFIPS ?? false,
        useDualStack: parameters?.UseDualStack ?? false, override: parameters?.Endpoint,
        useGlobalEndpoint: parameters?.UseGlobalEndpoint ?? false)
    switch file {
    case "sts": return try .sts(options)
    case "iam": return try .iam(options)
    case "sso": return try .sso(options)
    case "sso-oidc": return try .ssoOIDC(options)
    default:
        let part: Endpoint.SignInPart =
            parameters?.IsControlPlane == true
            ? .controlPlane : parameters?.IsOAuthEndpoint == true ? .oauth : .signIn
        return try .signIn(options, part: part)
    }
}

private func error(_ text: String) -> EndpointError? {
    switch text {
    case "Invalid Configuration: FIPS and custom endpoint are not supported": .fipsWithOverride
    case "Invalid Configuration: Dualstack and custom endpoint are not supported":
        .dualStackWithOverride
    case "Invalid Configuration: Missing Region": .missingRegion
    case _ where text.hasPrefix("FIPS endpoints are not supported for OAuth operations."):
        .fipsWithOAuth
    default: nil
    }
}

@Test(
    Conformance.isPresent,
    arguments: [("sts", 69), ("iam", 26), ("sso", 40), ("sso-oidc", 40), ("signin", 22)])
func endpointRules(_ file: String, _ count: Int) throws {
    let cases = try JSONDecoder().decode(
        RuleCases.self, from: Conformance.data("endpoints/\(file).json")
    ).testCases
    #expect(cases.count >= count)
    for example in cases {
        let name = Comment(rawValue: example.documentation ?? "\(example)")
        let found = Result { () throws(EndpointError) in try answer(file, example.params) }
        if let text = example.expect.error {
            if differences.contains("\(file): \(text)") {
                #expect(try found.get().signingRegion == "us-east-1", name)
                continue
            }
            let expected = try #require(error(text), name)
            #expect(found == .failure(expected), name)
            continue
        }
        let endpoint = try found.get()
        #expect(endpoint.url == example.expect.endpoint?.url, name)
        // Without a scheme of its own the rule leaves the signature to the region asked for.
        let signed = example.expect.endpoint?.properties?.authSchemes?.first?.signingRegion
        if let signingRegion = signed ?? example.params?.Region {
            #expect(endpoint.signingRegion == signingRegion, name)
        }
    }
}
