// Each export format, as text, and as its real reader understands it.
import Foundation
import Handover
import Model
import Testing

private let odd = #"it's "odd" \ $HOME `x`"#

private func text(
    _ format: ExportFormat, _ session: borrowing SessionEnvironment, stale: [String] = []
)
    -> String
{
    format.text(session, stale: stale).withBytes { String(decoding: $0, as: UTF8.self) }
}

@Test func dotenvIsBareWhereEveryReaderAgrees() throws {
    #expect(
        text(.dotenv, try session()) == """
            AWS_ACCESS_KEY_ID=ASIAEXAMPLEEXAMPLE01
            AWS_SECRET_ACCESS_KEY=se/cr+et
            AWS_SESSION_TOKEN=tok+en/=
            AWS_REGION=eu-central-1
            AWS_DEFAULT_REGION=eu-central-1
            AWS_CREDENTIAL_EXPIRATION=2027-01-15T08:00:00Z
            CREDTOOL_PROFILE=work
            AWS_VAULT=work

            """)
    #expect(
        text(.dotenv, try session(profile: odd)).contains(
            #"CREDTOOL_PROFILE="it's \"odd\" \\ \$HOME \`x\`""#))
}

@Test func iniIsASectionOfTheCredentialsFile() throws {
    #expect(
        text(.ini, try session()) == """
            [work]
            aws_access_key_id = ASIAEXAMPLEEXAMPLE01
            aws_secret_access_key = se/cr+et
            aws_session_token = tok+en/=
            region = eu-central-1

            """)
}

@Test func processIsWhatCredentialProcessExpects() throws {
    let document = try JSONSerialization.jsonObject(
        with: Data(text(.process, session()).utf8))
    let fields = try #require(document as? [String: Any])
    #expect(fields["Version"] as? Int == 1)
    #expect(fields["AccessKeyId"] as? String == "ASIAEXAMPLEEXAMPLE01")
    #expect(fields["SecretAccessKey"] as? String == "se/cr+et")
    #expect(fields["SessionToken"] as? String == "tok+en/=")
    #expect(fields["Expiration"] as? String == "2027-01-15T08:00:00Z")
    #expect(fields.count == 5)

    let key = try JSONSerialization.jsonObject(
        with: Data(text(.process, session(token: nil)).utf8))
    #expect(
        Set(try #require(key as? [String: Any]).keys) == [
            "Version", "AccessKeyId", "SecretAccessKey",
        ])
}

@Test(arguments: ["work", odd, "tab\there", "Ünïcode", "line\nbreak"])
func jsonKeepsEveryValue(_ profile: String) throws {
    let document = try JSONSerialization.jsonObject(
        with: Data(text(.json, session(profile: profile)).utf8))
    let fields = try #require(document as? [String: String])
    #expect(fields["AWS_VAULT"] == profile)
    #expect(fields["AWS_SECRET_ACCESS_KEY"] == "se/cr+et")
    #expect(fields.count == 8)
}

@Test func shellsForgetWhatIsStaleAndNotSetAnew() throws {
    let stale = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID"]
    let posix = text(.shell, try session(), stale: stale)
    #expect(posix.hasPrefix("unset AWS_PROFILE\nexport AWS_ACCESS_KEY_ID='ASIA"))
    #expect(!posix.contains("unset AWS_ACCESS_KEY_ID"))
    let fish = text(.fish, try session(), stale: stale)
    #expect(fish.hasPrefix("set -e AWS_PROFILE\nset -gx AWS_ACCESS_KEY_ID 'ASIA"))
}

@Test(arguments: [("shell", "/bin/sh"), ("shell", "/bin/bash"), ("fish", "fish")])
func shellsReadBackTheSameBytes(_ format: String, _ shell: String) throws {
    let format = try #require(ExportFormat(rawValue: format))
    let script = text(format, try session(profile: odd)) + "printf '%s' \"$AWS_VAULT\"\n"
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
