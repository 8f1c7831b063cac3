// Addresses of services: sub-properties with their lines, and the order of precedence.
import Testing

@testable import Profiles

private let text = """
    [profile a]
    endpoint_url = http://profile
    services = s
    [profile b]
    endpoint_url = http://profile
    services = empty
    [profile c]
    services = emtpy
    [profile d]
    ignore_configured_endpoint_urls = true
    endpoint_url = http://profile
    [profile e]
    [services s]
    s3 =
      endpoint_url = http://s3
    # c
    STS = # c

      # c
      region = eu-west-1
      Endpoint_URL = http://section # c
    sso_oidc =
      endpoint_url = http://oidc
    [services empty]
    sts = x
      endpoint_url = http://not-nested
    s3 =
      endpoint_url =

    """

@Test(arguments: [
    ("s", "sts", "http://section", 21), ("s", "s3", "http://s3", 15),
    ("s", "sso_oidc", "http://oidc", 23),
])
func subPropertiesHaveTheirOwnLines(section: String, service: String, url: String, line: Int) throws
{
    let files = try files(config: text)
    #expect(
        files.serviceEndpoint(services: section, service: service)
            == Setting(url, from: config(line)))
}

@Test(arguments: [("s", "iam"), ("empty", "sts"), ("empty", "s3"), ("none", "sts")])
func servicesWithoutAnAddress(section: String, service: String) throws {
    #expect(try files(config: text).serviceEndpoint(services: section, service: service) == nil)
}

@Test func theLastOfTwoCounts() throws {
    let files = try files(
        config: """
            [services s]
            sts =
              endpoint_url = http://1
              endpoint_url = http://2
            [services t]
            [services s]
            sts =
              other = 1

            """)
    #expect(files.serviceEndpoint(services: "s", service: "sts") == nil)
}

private let all = [
    "AWS_ENDPOINT_URL_STS": "http://own", "AWS_ENDPOINT_URL": "http://all",
]

private let precedence: [(String?, [String: String], String, Origin)] = [
    ("a", all, "http://own", Origin.variable("AWS_ENDPOINT_URL_STS")),
    (
        "d", all.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "False"]) { $1 }, "http://own",
        .variable("AWS_ENDPOINT_URL_STS")
    ),
    ("a", ["AWS_ENDPOINT_URL": "http://all"], "http://all", .variable("AWS_ENDPOINT_URL")),
    (
        "a", ["AWS_ENDPOINT_URL_STS": "", "AWS_ENDPOINT_URL_S3": "http://s3"], "http://section",
        config(21)
    ),
    ("b", [:], "http://profile", config(5)),
    (nil, all, "http://own", .variable("AWS_ENDPOINT_URL_STS")),
    ("c", all, "http://own", .variable("AWS_ENDPOINT_URL_STS")),
]

@Test(arguments: precedence)
func orderOfPrecedence(
    name: String?, variables: [String: String], url: String, origin: Origin
) throws {
    #expect(try resolved(name, variables) == Setting(url, from: origin))
}

private let none: [(String?, [String: String])] = [
    ("e", [:]), (nil, [:]), ("d", all),
    ("a", all.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }),
    ("c", ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"]),
]

@Test(arguments: none)
func theServicesOwnAddress(name: String?, variables: [String: String]) throws {
    #expect(try resolved(name, variables) == nil)
}

@Test func addressesThatCannotBeUsed() throws {
    let missing = ConfigError.unknownServices(
        Setting("emtpy", from: config(8)), profile: "c", nearest: "empty")
    #expect(throws: missing) { try resolved("c", [:]) }
    for (name, value, form) in [
        ("AWS_ENDPOINT_URL", "x", SettingForm.url), ("AWS_ENDPOINT_URL_STS", "x", .url),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "x", .boolean),
    ] {
        let error = ConfigError.invalidValue(
            key: name, value: value, origin: .variable(name), expected: form)
        #expect(throws: error) { try resolved("a", [name: value]) }
    }
    let files = try files(
        config: "[profile a]\nservices = s\n[services s]\nsts =\n  endpoint_url = x\n")
    let error = ConfigError.invalidValue(
        key: "endpoint_url", value: "x", origin: config(5), expected: .url)
    #expect(throws: error) {
        try EndpointURL.resolve(
            service: "sts", profile: files.profile(named: "a"), config: files,
            variable: { _ in nil })
    }
}

private func resolved(_ name: String?, _ variables: [String: String]) throws -> Setting<String>? {
    let files = try files(config: text)
    let profile = try name.flatMap { try files.profile(named: $0) }
    return try EndpointURL.resolve(
        service: "sts", profile: profile, config: files, variable: { variables[$0] })
}
