// Short texts: command lines, names, durations, dates, addresses.
import Flags
import Model
import Planning

@testable import AWS
@testable import HTTP
@testable import Loopback
@testable import Profiles
@testable import Prompts
@testable import Server
@testable import System

extension FuzzedParser {
    static let texts: [FuzzedParser] = [
        .bytes("argv") { bytes in words(bytes) },
        .bytes("completion") { bytes in
            words(Array("__complete\0".utf8) + bytes)
        },
        .text("arn") { text in
            guard let arn = ARN(text) else { return }
            precondition(arn.description == text, "an ARN is written otherwise than it was read")
            _ = (arn.roleName, arn.isSAMLProvider, arn.isRootUser)
            _ = CallerIdentity(arn: arn, accountID: arn.accountID, userID: "x").kind
        },
        .text("duration") { text in
            if let age = Duration(age: text) {
                precondition(
                    Duration(age: age.age) == age && age >= .zero,
                    "an age is written otherwise than it was read")
            }
            guard let duration = Duration(argument: text) else { return }
            precondition(
                Duration(argument: duration.argument) == duration && duration >= .zero,
                "a duration is written otherwise than it was read")
        },
        .text("time") { text in
            if let time = Timestamp(rfc3339: text) {
                precondition(
                    Timestamp(rfc3339: time.description) == time,
                    "a time is written otherwise than it was read")
            }
            _ = (Timestamp(iso8601: text), Timestamp(httpDate: text))
            if let number = Int(text) {
                let time = Timestamp(secondsSinceEpoch: number)
                _ = (time.description, time.basicISO8601, time - fuzzedNow)
            }
        },
        .text("settings") { text in settings(text) },
        .text("shell-words") { text in
            guard let words = try? ShellWords.split(text) else { return }
            let line = words.map(ShellWords.quoted).joined(separator: " ")
            precondition(
                (try? ShellWords.split(line)) == words, "words are quoted so that others are read")
        },
        .text("url") { text in
            _ = try? Endpoint(override: text, signingRegion: "eu-west-1")
            _ = try? ListenPlace(text)
            _ = MetadataRoute(path: text)
            guard let url = try? RequestURL(text) else { return }
            precondition(
                (try? RequestURL(url.origin + url.path))?.path == url.path,
                "a path is encoded otherwise the second time")
        },
        .bytes("form") { bytes in
            bytes.withUnsafeBytes { bytes in
                guard let parameters = CallbackParameters(form: bytes) else { return }
                _ = parameters.value("code")
                _ = parameters.shownText("error", limit: 10)
                _ = parameters.matches("state", "abc")
            }
        },
        .bytes("pinentry") { bytes in
            _ = Assuan.answer(to: ["OPTION a", "GETPIN", "BYE"], in: bytes)
            _ = Assuan.unescaped(bytes)
        },
        .bytes("program") { bytes in _ = ProgramContent(start: bytes, own: bytes) },
    ]

    /// Words with a zero between.
    private static func words(_ bytes: [UInt8]) {
        let list = bytes.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let invocation = try? parse(list) else { return }
        precondition(invocation == (try? parse(list)), "the same words are read in two ways")
    }

    private static func settings(_ text: String) {
        for setting in RoleSetting.allCases { _ = setting.definition.form.accepts(text) }
        _ = (SessionTag.list(text), SessionTag.keys(text), SessionPolicy.arns(text))
        _ = NamePattern(text).matches("prod-eu")
        _ = NamePattern("*").matches(text)
        _ = (text.visible, nearest(to: text, among: ["prod", "work"]))
    }
}
