// Lines of the log: written, read again, and in words.
import Foundation
import Model
import Testing

@testable import Flags
@testable import System
@testable import credtool

private func used(_ change: (inout LogEntry) -> Void = { _ in }) -> LogEntry {
    var entry = LogEntry(.used)
    entry.time = "2026-11-21T21:00:00Z"
    entry.user = "me"
    entry.command = "exec"
    change(&entry)
    return entry
}

private let full = used {
    $0.profile = "prod"
    $0.role = "arn:aws:iam::111122223333:role/Deploy"
    $0.accountID = "111122223333"
    $0.program = "terraform"
    $0.arguments = ["apply", "a b", "\"\u{1b}\n\u{202e}"]
    $0.isCached = true
    $0.until = "2026-11-21T22:00:00Z"
    $0.subject = "x"
    $0.reason = "y"
    $0.error = "z"
}

@Suite struct LogEntryTests {
    @Test func theManualNamesAllThatALineMayHold() {
        let text = Flag.json.definition(in: .log).text
        let fields = full.line.matches(of: /"([a-z]+)":/).map { String($0.1) }
        #expect(fields.count == 14)
        for name in fields + LogEntry.Event.allCases.map(\.rawValue) {
            #expect(text.contains("`\(name)`"), "\(name)")
        }
    }

    @Test(arguments: [used(), full])
    func whatIsWrittenIsRead(entry: LogEntry) {
        let line = Array(entry.line.utf8)
        #expect(line.last == UInt8(ascii: "\n") && !line.dropLast().contains { $0 < 0x20 })
        #expect(LogEntry(line: Array(line.dropLast())) == entry)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", "rubbish", #"{"time":"x"}"#, #"{"time":"x","event":"other"}"#,
    ])
    func whatIsNoLineIsNotShown(line: String) {
        #expect(LogEntry(line: Array(line.utf8)) == nil)
    }

    @Test(arguments: 1..<40)
    func aLineBehindATornOneIsRead(length: Int) {
        let torn = Array(used().line.utf8.prefix(length))
        #expect(LogEntry(line: torn + Array(full.line.utf8.dropLast())) == full)
    }

    @Test(arguments: [
        (LogEntry.Event.used, "prod: exec terraform apply as arn:r, cached"),
        (.session, "prod: exec terraform apply got s, until u"),
        (.refused, "prod: exec terraform apply got nothing: why"),
        (.signedIn, "prod: exec terraform apply signed in at s"),
        (.signedOut, "prod: exec terraform apply signed out at s"),
        (.keys, "exec terraform apply: s"),
        (.forgotten, "prod: s could not be forgotten on demand: why"),
    ])
    func inWords(event: LogEntry.Event, text: String) {
        let entry = used {
            $0.event = event
            $0.profile = "prod"
            $0.role = "arn:r"
            $0.program = "terraform"
            $0.arguments = ["apply"]
            $0.isCached = true
            $0.until = "u"
            $0.subject = "s"
            $0.error = "why"
        }
        #expect(entry.text == text)
    }

    @Test func nothingInItSteersATerminal() {
        let entry = used { $0.profile = "a\u{1b}[2J\nb" }
        #expect(!entry.shown.unicodeScalars.contains { $0.steersDisplay })
        #expect(!entry.fields.contains { $0.value.contains("\n") })
    }
}
