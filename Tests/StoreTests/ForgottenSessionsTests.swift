// A session that was on its way while its key was forgotten is not kept; any other is.
import Glibc
import Model
import System
import Testing

@testable import Store

/// A log in a directory of its own, removed afterwards.
private final class Scratch {
    let path = "/tmp/forgotten-\(UInt64.random(in: 0 ... .max))/log"

    deinit {
        for name in ["", ".lock", ".new"] { unlink(path + name) }
        rmdir(AtomicFile.parent(of: path))
    }
}

private func label(
    _ profile: String = "work", key: String? = "AKIAWORKEXAMPLE00001", role: String = "session",
    fingerprint: String = "f"
) -> SessionLabel {
    SessionLabel(
        name: "n", fingerprint: fingerprint, profile: profile,
        accessKeyID: key.flatMap(AccessKeyID.init), subject: role)
}

private let key = AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped

private let choices: [(SessionSelection, SessionLabel, Bool)] = [
    (.all, label(), true),
    (.profile("work"), label(), true), (.profile("other"), label(), false),
    (.key(key), label("copy"), true), (.key(key), label(key: nil), false),
    (.roleOfKey("r", key), label(role: "r"), true), (.roleOfKey("r", key), label(), false),
    (.roleOfKey("r", key), label(key: nil, role: "r"), false),
    (.roleOfProfile("r", "work"), label(key: nil, role: "r"), true),
    (.roleOfProfile("r", "other"), label(key: nil, role: "r"), false),
    (.roleOfProfile("r", "work"), label(role: "r"), false),
    (.askedProfile("work"), label(), true), (.askedProfile("other"), label(), false),
    (.fingerprint(beginning: "sso\thttps://a\t"), label(fingerprint: "sso\thttps://a\tb"), true),
    (.fingerprint(beginning: "sso\thttps://a\t"), label(fingerprint: "sso\thttps://ab\t"), false),
]

@Test(arguments: choices)
func whatIsForgottenIsWhatWasChosen(
    _ selection: SessionSelection, _ label: SessionLabel, _ expected: Bool
) throws {
    let scratch = Scratch()
    #expect(selection.includes(label) == expected)
    let log = ForgottenSessions(
        path: { [path = scratch.path] in path }, uptime: { Uptime(seconds: 100) })
    try log.note([selection])
    #expect(log.include(label, since: Uptime(seconds: 99)) == expected)
    #expect(log.include(label, since: Uptime(seconds: 100)) == expected)
    #expect(log.include(label, since: Uptime(seconds: 101)) == false)
}

@Test func aLogOfAnotherBootSaysNothing() throws {
    let scratch = Scratch()
    let log = ForgottenSessions(
        path: { [path = scratch.path] in path }, uptime: { Uptime(seconds: 100) })
    try log.note([.all])
    let text = String(decoding: try #require(try AtomicFile.read(scratch.path)), as: UTF8.self)
    #expect(text == "\(Boot.current())\n100000000000\tall\n")
    try AtomicFile.replace(
        scratch.path, with: Array(text.replacing(Boot.current(), with: "another").utf8))
    #expect(log.include(label(), since: Uptime(seconds: 1)) == false)
    try log.note([.profile("x")])
    #expect(log.include(label(), since: Uptime(seconds: 1)) == false)
}

/// What is left out in a log that became too long is as if all was forgotten at that time.
@Test func aLogDoesNotGrowForEver() throws {
    let scratch = Scratch()
    var log = ForgottenSessions(path: { [path = scratch.path] in path })
    log.limit = 1000
    for second in 1...200 {
        log.uptime = { Uptime(seconds: second) }
        try log.note([.profile("p\(second)")])
    }
    let bytes = try #require(try AtomicFile.read(scratch.path))
    #expect(bytes.count < 1100)
    for second in 1...200 {
        #expect(log.include(label("p\(second)"), since: Uptime(seconds: second)) == true)
    }
    #expect(log.include(label(), since: Uptime(seconds: 200)) == false)
}

@Test(arguments: ["two\nlines", "a\ttab"])
func aNameThatCannotBeWrittenForgetsAll(_ name: String) throws {
    let scratch = Scratch()
    let log = ForgottenSessions(path: { [path = scratch.path] in path })
    try log.note([.profile(name)])
    #expect(log.include(label(name), since: Uptime(seconds: 0)) == true)
}

@Test func withoutAPlaceNothingIsNoted() throws {
    let log = ForgottenSessions(path: { nil })
    try log.note([.all])
    #expect(log.include(label(), since: Uptime(seconds: 0)) == false)
}

@Test func whoAsksAgainAndAgainIsToldOfWhatIsForgottenMeanwhile() throws {
    let scratch = Scratch()
    let log = ForgottenSessions(
        path: { [path = scratch.path] in path }, uptime: { Uptime(seconds: 100) })
    var question = ForgottenSince(label(), begun: Uptime(seconds: 99), path: scratch.path)
    var later = ForgottenSince(label(), begun: Uptime(seconds: 101), path: scratch.path)
    var answers = [question.isTrue()]
    for name in ["other", "work"] {
        try log.note([.profile(name)])
        answers.append(question.isTrue())
    }
    // What was forgotten once stays so, whatever becomes of the log.
    answers.append(question.isTrue())
    unlink(scratch.path)
    answers.append(question.isTrue())
    #expect(answers == [false, false, true, true, true])
    try log.note([.profile("work")])
    let isLater = later.isTrue()
    #expect(!isLater)
}

/// As without a free descriptor.
@Test func aLogThatCannotBeReadOnceIsReadTheNextTime() throws {
    let scratch = Scratch()
    let log = ForgottenSessions(path: { [path = scratch.path] in path })
    var question = ForgottenSince(label(), begun: .now(), path: scratch.path)
    try log.note([.all])
    // No file: it stands, and cannot be read.
    question.log = ForgottenSessions(path: { "/tmp" })
    var answers = [question.isTrue()]
    question.log = log
    answers.append(question.isTrue())
    #expect(answers == [false, true])
}
