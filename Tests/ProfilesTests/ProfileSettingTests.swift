// Whether the table of settings tells the truth: each key, form and variable is one that is read.
import Model
import Testing

@testable import Profiles

/// A text that has not the form; nil for forms that take every text on a line.
private func refused(by form: SettingForm) -> String? {
    ["-", "a\u{1}", "a\0"].first { !form.accepts($0) }
}

@Test(arguments: ProfileSetting.allCases)
func everySettingOfTheTableIsRead(setting: ProfileSetting) throws {
    // A profile's name is any text, and an empty one is refused only where it must not be.
    let text = refused(by: setting.form) ?? ""
    let settings = "[profile a]\n\(setting.rawValue) = \(text)\n"
    if setting == .includeProfile {
        let other = Setting("b", from: config(2))
        #expect(throws: ConfigError.unknownInclude(other, profile: "a", nearest: nil)) {
            try files(config: "[profile a]\ninclude_profile = b\n").profile(named: "a")
        }
        return
    }
    let error = ConfigError.invalidValue(
        key: setting.rawValue, value: text, origin: config(2), expected: setting.form)
    #expect(throws: error) { try files(config: settings).profile(named: "a") }
}

private let withVariables = ProfileSetting.allCases.flatMap { setting in
    setting.variables.map { (setting, $0) }
}

@Test(arguments: withVariables)
func everyVariableOfTheTableIsRead(setting: ProfileSetting, variable: String) throws {
    let text = try #require(refused(by: setting.form))
    let look = { $0 == variable ? text : nil }
    let error = ConfigError.invalidValue(
        key: variable, value: text, origin: .variable(variable), expected: setting.form)
    let files = try files(config: "[profile a]\n")
    let profile = try #require(try files.profile(named: "a"))
    #expect(throws: error) {
        // Those of endpoints are read where an endpoint is looked for, those of the instance
        // metadata where it is asked.
        _ = try profile.overlaid(variable: look)
        _ = try profile.overlaidForMetadata(variable: look)
        _ = try EndpointURL.resolve(
            service: "sts", profile: profile, config: files, variable: look)
    }
}
