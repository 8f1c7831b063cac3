// Whether the pages tell all there is to tell.
import Testing

@testable import Flags
@testable import Manual
@testable import Profiles

@Test func everySettingStandsOnceInTheReference() {
    let told = SettingGroup.allCases.flatMap(\.settings).map(\.key)
    let known =
        ProfileSetting.allCases.map(\.rawValue) + SAMLSetting.allCases.map(\.rawValue)
        + RoleSetting.allCases.map(\.rawValue)
    #expect(told.sorted() == known.sorted())
}

@Test func everyFlagOverASettingIsThere() {
    let flags = Set(Flag.allCases.map(\.spelling))
    for setting in SettingGroup.allCases.flatMap(\.settings) {
        for name in setting.overlays where name.hasPrefix("`--") {
            #expect(flags.contains(name.filter { $0 != "`" }), "\(setting.key)")
        }
    }
}

@Test func everyVariableOverASettingIsExplained() {
    let explained = Set(Reference.environment.map(\.name))
    for setting in SettingGroup.allCases.flatMap(\.settings) {
        for name in setting.overlays where !name.hasPrefix("`") {
            #expect(explained.contains(name), "\(setting.key)")
        }
    }
}

@Test func everySettingForTheProgramIsTold() {
    for key in ClientSettingKey.allCases {
        #expect(configPage().contains(Roff.bold(key.rawValue) + "\n" + key.variables[0]))
    }
}

@Test func everyClaimNamesATest() {
    for (title, claims) in SecurityClaims.all {
        #expect(!claims.isEmpty, "\(title)")
        for claim in claims { #expect(!claim.tests.isEmpty, "\(claim.text)") }
    }
}

/// Prose is wrapped by bytes, and shown by terminals that know no other encoding.
@Test(arguments: manualPages().map(\.text))
func pagesAreASCII(text: String) {
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
}
