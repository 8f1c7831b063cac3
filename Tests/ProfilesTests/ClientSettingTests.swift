// What of a profile goes to programs as variables, and which variables keep it from that.
import Testing

@testable import Profiles

private let text = """
    [default]
    endpoint_url = http://default
    output = table
    [profile lab]
    endpoint_url = http://lab
    services = lab
    output = json
    cli_pager =
    retry_mode =
    max_attempts = 7
    endpoint_discovery_enabled = true
    sso_region = eu-west-1
    [profile one]
    services = lab
    [profile ignoring]
    endpoint_url = http://lab
    services = lab
    ignore_configured_endpoint_urls = TRUE
    [profile plain]
    use_fips_endpoint = true
    [profile including]
    include_profile = lab
    output = yaml
    [profile paged]
    cli_pager = less
    output = text
    endpoint_url = http://x
    [profile broken]
    services = lap
    [services lab]
    s3 =
      endpoint_url = http://s3
    elastic_beanstalk =
      endpoint_url = http://eb
    dynamodb =
      region = eu-west-1
    no-variable =
      endpoint_url = http://x

    """

struct ClientSettingRow: CustomTestStringConvertible, Sendable {
    let profile: String
    var variables: [String: String] = [:]
    let expected: [String]
    var testDescription: String { "\(profile) \(variables)" }
}

@Suite struct ClientSettingTests {
    @Test(arguments: [
        ClientSettingRow(
            profile: "lab",
            expected: [
                "AWS_DEFAULT_OUTPUT=json", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=7",
                "AWS_ENABLE_ENDPOINT_DISCOVERY=true", "AWS_ENDPOINT_DISCOVERY_ENABLED=true",
                "AWS_ENDPOINT_URL=http://lab", "AWS_ENDPOINT_URL_S3=http://s3",
                "AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=http://eb",
            ]),
        // The user's own variables count, and one for all services before a section for one.
        ClientSettingRow(
            profile: "lab", variables: ["AWS_ENDPOINT_URL": "http://mine", "AWS_PAGER": "less"],
            expected: [
                "AWS_DEFAULT_OUTPUT=json", "AWS_MAX_ATTEMPTS=7",
                "AWS_ENABLE_ENDPOINT_DISCOVERY=true", "AWS_ENDPOINT_DISCOVERY_ENABLED=true",
            ]),
        // An empty AWS_PAGER says something, an empty AWS_DEFAULT_OUTPUT nothing.
        ClientSettingRow(
            profile: "paged", variables: ["AWS_PAGER": "", "AWS_DEFAULT_OUTPUT": ""],
            expected: ["AWS_DEFAULT_OUTPUT=text", "AWS_ENDPOINT_URL=http://x"]),
        ClientSettingRow(
            profile: "one", variables: ["AWS_ENDPOINT_URL_S3": "http://mine"],
            expected: ["AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=http://eb"]),
        ClientSettingRow(
            profile: "ignoring", expected: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE"]),
        ClientSettingRow(
            profile: "lab", variables: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
            expected: [
                "AWS_DEFAULT_OUTPUT=json", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=7",
                "AWS_ENABLE_ENDPOINT_DISCOVERY=true", "AWS_ENDPOINT_DISCOVERY_ENABLED=true",
            ]),
        // A program that is told no profile would ask at the address of [default].
        ClientSettingRow(
            profile: "plain",
            expected: [
                "AWS_USE_FIPS_ENDPOINT=true", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true",
            ]),
        ClientSettingRow(
            profile: "plain", variables: ["AWS_ENDPOINT_URL_S3": "http://mine"],
            expected: ["AWS_USE_FIPS_ENDPOINT=true"]),
        ClientSettingRow(
            profile: "nowhere", expected: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"]),
        ClientSettingRow(
            profile: "including", variables: ["AWS_ENDPOINT_URL": "http://mine"],
            expected: [
                "AWS_DEFAULT_OUTPUT=yaml", "AWS_MAX_ATTEMPTS=7",
                "AWS_ENABLE_ENDPOINT_DISCOVERY=true", "AWS_ENDPOINT_DISCOVERY_ENABLED=true",
            ]),
        ClientSettingRow(
            profile: "default",
            expected: ["AWS_DEFAULT_OUTPUT=table", "AWS_ENDPOINT_URL=http://default"]),
    ])
    func table(_ row: ClientSettingRow) throws {
        let settings = try files(config: text).clientSettings(
            ofProfile: row.profile,
            isSet: { name, evenEmpty in
                row.variables[name].map { evenEmpty || !$0.isEmpty } ?? false
            },
            isSetToEndpoint: { row.variables.keys.contains { $0.hasPrefix("AWS_ENDPOINT_URL") } })
        #expect(settings.map { "\($0.variable)=\($0.value.value)" } == row.expected)
    }

    /// A program that is told no profile reads [default].
    @Test func whatTheStandardProfileSwitchesOnIsSwitchedOff() throws {
        let files = try files(
            config: """
                [default]
                use_fips_endpoint = true
                s3_use_arn_region = TRUE
                max_attempts = 9
                [profile work]
                s3_use_arn_region = true
                """)
        let settings = try files.clientSettings(
            ofProfile: "work", isSet: { _, _ in false }, isSetToEndpoint: { false })
        #expect(
            settings.map { "\($0.variable)=\($0.value.value)" } == [
                "AWS_S3_USE_ARN_REGION=true", "AWS_USE_FIPS_ENDPOINT=false",
            ])
    }

    @Test func aSectionThatIsNotThereIsNamed() throws {
        let files = try files(config: text)
        #expect {
            _ = try files.clientSettings(
                ofProfile: "broken", isSet: { _, _ in false }, isSetToEndpoint: { false })
        } throws: { error in
            guard case ConfigError.unknownServices(let name, _, let nearest) = error else {
                return false
            }
            return name.value == "lap" && nearest == "lab"
        }
    }

    @Test func noTwoSettingsHaveOneVariable() {
        let variables = ClientSettingKey.allCases.flatMap(\.variables)
        #expect(Set(variables).count == variables.count)
        #expect(variables.allSatisfy { $0.hasPrefix("AWS_") })
    }
}
