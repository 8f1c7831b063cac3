// The settings of a sign-in by SAML: their forms, and flags over them.
import Model
import Testing

@testable import Profiles

private func saml(_ lines: String) throws -> SAMLSettings {
    let text = "[profile p]\n\(lines)\n[profile q]\nsaml_role = Q\nsaml_acs_port = 1\n"
    return try #require(try files(config: text).profile(named: "p")).saml
}

@Test(arguments: [
    (SAMLSetting.provider, "arn:aws:iam::111122223333:saml-provider/Corp", true),
    (.provider, "arn:aws:iam::111122223333:oidc-provider/Corp", false),
    (.provider, "arn:aws:iam::111122223333:saml-provider/", false), (.provider, "Corp", false),
    (.role, "Admin", true), (.role, "team/Admin", true),
    (.role, "arn:aws:iam::111122223333:role/team/Admin", true), (.role, "a b", false),
    (.role, "arn:aws:iam::111122223333:user/x", false), (.role, "team/", false),
    (.acsPort, "8443", true), (.acsPort, "65535", true), (.acsPort, "0", false),
    (.acsPort, "65536", false), (.acsPort, "-1", false), (.acsPort, "x", false),
    (.idpURL, "https://idp.example/aws?a=b", true), (.idpURL, "idp.example", false),
    (.process, "get | cat", true), (.file, "~/response", true), (.file, "-", true),
])
func formsOfSAMLSettings(_ setting: SAMLSetting, _ value: String, _ isTaken: Bool) throws {
    let line = "\(setting.rawValue) = \(value)"
    if isTaken {
        #expect(try saml(line)[setting]?.value == value)
    } else {
        #expect(throws: ConfigError.self) { try saml(line) }
    }
}

@Test func whatIsNotSet() throws {
    #expect(try saml("region = eu-west-1").isEmpty && saml("saml_role =").isEmpty)
    #expect(try saml("").acsPort == Setting(8443, from: .standard))
    #expect(try saml("saml_acs_port = 9").acsPort.value == 9)
}

@Test func settingsAreIncluded() throws {
    let settings = try saml("include_profile = q\nsaml_role = P")
    #expect(settings[.role]?.value == "P" && settings.acsPort.value == 1)
}

@Test func aWayByFlagStandsForAllWays() throws {
    var settings = try saml("saml_process = get\nsaml_role = P")
    try settings.overlay(flags: [.file: "x"])
    #expect(settings[.process] == nil && settings[.file]?.origin == .flag("--saml-file"))
    #expect(settings[.role]?.value == "P")
    try settings.overlay(flags: [.role: "R"])
    #expect(settings[.file]?.value == "x" && settings[.role]?.value == "R")
}
