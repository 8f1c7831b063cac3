// Each export format, as text, and as its real reader understands it.
import Foundation
import Handover
import Model
import Testing

private let odd = #"it's "odd" \ $HOME `x`"#

private func text(
    _ format: ExportFormat, _ session: borrowing SessionEnvironment, stale: [String] = []
) throws -> String {
    try format.text(session, stale: stale).withBytes {
        String(decoding: $0, as: UTF8.self)
    }
}

@Test func dotenvIsBareWhereEveryReaderAgrees() throws {
    let hash = FNV1a.hexadecimal("eu-central-1".utf8)
    let record = "AWS_REGION=\(hash) AWS_DEFAULT_REGION=\(hash)"
    #expect(
        try text(.dotenv, session()) == """
            AWS_ACCESS_KEY_ID=ASIAEXAMPLEEXAMPLE01
            AWS_SECRET_ACCESS_KEY=se/cr+et
            AWS_SESSION_TOKEN=tok+en/=
            AWS_REGION=eu-central-1
            AWS_DEFAULT_REGION=eu-central-1
            AWS_CREDENTIAL_EXPIRATION=2027-01-15T08:00:00Z
            CREDTOOL_SETTINGS="\(record)"
            CREDTOOL_PROFILE=work
            AWS_VAULT=work

            """)
    #expect(
        try text(.dotenv, session(profile: odd)).contains(
            #"CREDTOOL_PROFILE="it's \"odd\" \\ \$HOME \`x\`""#))
}

@Test func iniIsASectionOfTheCredentialsFile() throws {
    #expect(
        try text(.ini, session()) == """
            [work]
            aws_access_key_id = ASIAEXAMPLEEXAMPLE01
            aws_secret_access_key = se/cr+et
            aws_session_token = tok+en/=
            region = eu-central-1

            """)
}

@Test func processIsWhatCredentialProcessExpects() throws {
    let document = try JSONSerialization.jsonObject(
        with: Data(try text(.process, session()).utf8))
    let fields = try #require(document as? [String: Any])
    #expect(fields["Version"] as? Int == 1)
    #expect(fields["AccessKeyId"] as? String == "ASIAEXAMPLEEXAMPLE01")
    #expect(fields["SecretAccessKey"] as? String == "se/cr+et")
    #expect(fields["SessionToken"] as? String == "tok+en/=")
    #expect(fields["Expiration"] as? String == "2027-01-15T08:00:00Z")
    #expect(fields.count == 5)

    let key = try JSONSerialization.jsonObject(
        with: Data(try text(.process, session(token: nil)).utf8))
    #expect(
        Set(try #require(key as? [String: Any]).keys) == [
            "Version", "AccessKeyId", "SecretAccessKey",
        ])
}

@Test(arguments: ["work", odd, "tab\there", "Ünïcode", "line\nbreak"])
func jsonKeepsEveryValue(_ profile: String) throws {
    let document = try JSONSerialization.jsonObject(
        with: Data(try text(.json, session(profile: profile)).utf8))
    let fields = try #require(document as? [String: String])
    #expect(fields["AWS_VAULT"] == profile)
    #expect(fields["AWS_SECRET_ACCESS_KEY"] == "se/cr+et")
    #expect(fields.count == 9)
}

@Test func shellsForgetWhatIsStaleAndNotSetAnew() throws {
    let stale = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID"]
    let posix = try text(.shell, session(), stale: stale)
    #expect(posix.hasPrefix("unset AWS_PROFILE\nexport AWS_ACCESS_KEY_ID='ASIA"))
    #expect(!posix.contains("unset AWS_ACCESS_KEY_ID"))
    let fish = try text(.fish, session(), stale: stale)
    #expect(fish.hasPrefix("set -e AWS_PROFILE\nset -gx AWS_ACCESS_KEY_ID 'ASIA"))
}

@Test(arguments: [("shell", "/bin/sh"), ("shell", "/bin/bash"), ("fish", "fish")])
func shellsReadBackTheSameBytes(_ format: String, _ shell: String) throws {
    let format = try #require(ExportFormat(rawValue: format))
    let script = try text(format, session(profile: odd)) + "printf '%s' \"$AWS_VAULT\"\n"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [shell, "-c", script]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: bytes, as: UTF8.self) == odd)
}

/// What would begin another line or section is refused, and the others write it.
@Test(
    arguments: [
        ("a\nb", nil, nil, ["ini": "profile", "dotenv": "CREDTOOL_PROFILE"]),
        ("a\u{7f}b", nil, nil, ["ini": "profile", "dotenv": "CREDTOOL_PROFILE"]),
        ("a]b", nil, nil, ["ini": "profile"]), (" a", nil, nil, ["ini": "profile"]),
        ("a\u{2028}b", nil, nil, ["ini": "profile"]), ("a b", nil, nil, [:]),
        ("a", "x\ny", nil, ["ini": "region", "dotenv": "AWS_REGION"]),
        ("a", "x y", nil, ["ini": "region"]),
        ("a", nil, "t\n[b]", ["ini": "aws_session_token", "dotenv": "AWS_SESSION_TOKEN"]),
        ("a", nil, "t t", ["ini": "aws_session_token"]),
        ("a", "eu-west-1", "t", [:]),
    ] as [(String, String?, String?, [String: String])])
func valuesThatAFormatCannotHold(
    _ profile: String, _ region: String?, _ token: String?, _ refused: [String: String]
) throws {
    for format in ExportFormat.allCases {
        let environment = try session(token: token, region: region, profile: profile)
        do throws(UnwritableValue) {
            _ = try format.text(environment)
            #expect(refused[format.rawValue] == nil)
        } catch {
            #expect(refused[format.rawValue] == error.name && error.format == format)
        }
    }
}
