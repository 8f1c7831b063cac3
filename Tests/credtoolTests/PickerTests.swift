// The list to choose from: keys, narrowing, what is shown, what an answer means, how often used.
import Foundation
import Model
import System
import Testing

@testable import credtool

private let rows = [
    PickerRow(cells: ["prod-admin", "role", "Acme Prod", "47m left"], names: ["prod-admin"]),
    PickerRow(cells: ["dev", "sso", "Acme Dev", "signed out"], names: ["dev"]),
    PickerRow(cells: ["devops", "key", "111122223333", ""], names: ["devops"]),
    PickerRow(cells: ["3", "key", "-", ""], names: ["3"]),
]

private func typing(_ text: String, on list: PickerList) -> PickerList {
    var list = list
    for character in text { _ = list.press(.text(String(character))) }
    return list
}

@Test(
    arguments: [
        ("", [0, 1, 2, 3]), ("dev", [1, 2]), ("DEV", [1, 2]), ("ops", [2]), ("acme", [0, 1]),
        ("acme dev", [1]), ("dev acme", [1]), ("role", [0]), ("1111", [2]), ("3", [3, 2]),
        ("devops", [2]), ("nothing", []), (" dev ", [1, 2]), ("signed", [1]),
    ] as [(String, [Int])])
func whatIsTypedNarrows(query: String, found: [Int]) {
    #expect(typing(query, on: PickerList("Profile", rows)).found == found)
}

@Test(
    arguments: [
        ([.enter], .chosen(0)), ([.down, .enter], .chosen(1)), ([.up, .enter], .chosen(0)),
        ([.last, .enter], .chosen(3)), ([.last, .down, .enter], .chosen(3)),
        ([.last, .first, .enter], .chosen(0)), ([.pageDown, .enter], .chosen(3)),
        ([.text("ops"), .enter], .chosen(2)), ([.text("zz"), .enter], .goOn),
        ([.text("zz"), .backspace, .backspace, .enter], .chosen(0)),
        ([.text("acme dev"), .eraseWord, .enter], .chosen(0)),
        ([.text("ops"), .eraseAll, .enter], .chosen(0)),
        ([.down, .text("dev"), .enter], .chosen(1)), ([.cancel], .cancelled),
        ([.suspend], .suspended),
    ] as [([PickerList.Key], PickerList.Step)])
func keysLeadToAChoice(keys: [PickerList.Key], step: PickerList.Step) {
    var list = PickerList("Profile", rows)
    var last = PickerList.Step.goOn
    for key in keys { last = list.press(key) }
    #expect(last == step)
}

@Test(
    arguments: [
        ("a", [.text("a")]), ("grün", [.text("grün")]), ("\r", [.enter]), ("\u{7f}", [.backspace]),
        ("\u{3}", [.cancel]), ("\u{4}", [.cancel]), ("\u{1b}", [.cancel]), ("\u{1b}[A", [.up]),
        ("\u{1b}OB", [.down]), ("\u{1b}[6~", [.pageDown]), ("\u{1b}[1;5A", [.up]),
        ("\u{1b}[99~", []), ("\u{1b}x", []), ("\n", [.down]), ("\u{10}", [.up]),
        ("\u{17}", [.eraseWord]), ("\u{15}", [.eraseAll]), ("\u{1a}", [.suspend]),
        ("ab\r", [.text("ab"), .enter]), ("\u{1b}[B\r", [.down, .enter]), ("\u{9b}2J", []),
    ] as [(String, [PickerList.Key])])
func bytesAreKeys(text: String, keys: [PickerList.Key]) {
    #expect(PickerList.Key.keys(Array(text.utf8)) == keys)
}

@Test func theListStandsBelowTheQuestion() {
    var list = PickerList("Profile", rows)
    #expect(
        list.text(columns: 80, rows: 24) == [
            "Profile: ", "\u{1b}[1m> prod-admin  role  Acme Prod     47m left\u{1b}[0m",
            "  dev         sso   Acme Dev      signed out", "  devops      key   111122223333",
            "  3           key   -", "  4 of 4",
        ])
}

@Test(arguments: [(20, 24), (8, 24), (80, 5), (10, 3), (80, 1)])
func theListFitsTheTerminal(columns: Int, height: Int) {
    let many = (0..<100).map { PickerRow(cells: ["profile-\($0)", "role"], names: []) }
    var list = PickerList("Profile", many)
    _ = list.press(.last)
    let lines = list.text(columns: columns, rows: height)
    #expect(lines.count <= max(3, height))
    #expect(lines.contains { $0.contains("> p") })
    for line in lines.dropFirst().dropLast() {
        let shown = line.replacing("\u{1b}[1m", with: "").replacing("\u{1b}[0m", with: "")
        #expect(shown.displayWidth < max(9, columns))
    }
}

@Test(
    arguments: [
        ("dev", 1), ("1", 0), ("2", 1), ("3", 3), ("4", 3), ("5", nil), ("0", nil), ("de", nil),
    ] as [(String, Int?)])
func anAnswerIsANameOrANumber(answer: String, row: Int?) {
    #expect(PickerList("Profile", rows).row(answer) == row)
}

@Test func namesInThePickerDoNotSteerTheTerminal() {
    var list = PickerList("Profile", [PickerRow(cells: ["a\u{1b}[2J"], names: ["a\u{1b}[2J"])])
    let line = list.text(columns: 80, rows: 24)[1]
    #expect(line == "\u{1b}[1m> a\u{fffd}[2J\u{1b}[0m")
    #expect(!list.numbered.contains("\u{1b}") && !list.plain[0].contains("\u{1b}"))
}

@Test(
    arguments: [
        (nil, "xterm", .narrowing), (nil, "dumb", .numbered), (nil, nil, .numbered),
        ("fzf", "xterm", .program(["fzf"])), ("fzf", "dumb", .program(["fzf"])),
        ("sk --height '40 %'", "xterm", .program(["sk", "--height", "40 %"])),
        ("list", "xterm", .numbered), ("'", "xterm", .narrowing),
    ] as [(String?, String?, Picker.Manner)])
func theMannerOfThePicker(picker: String?, term: String?, manner: Picker.Manner) {
    let variables = ["CREDTOOL_PICKER": picker, "TERM": term]
    #expect(Picker.Manner { variables[$0] ?? nil } == manner)
}

@Suite struct UsesTests {
    private func ranked(_ names: [String], after uses: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = Uses(path: folder + "/deep/uses")
        for name in uses { log.note(name) }
        return log.ranked(names) { $0 }
    }

    @Test func theMostUsedComeFirst() throws {
        #expect(
            try ranked(["a", "b", "c", "d"], after: ["c", "b", "c", "x"]) == ["c", "b", "a", "d"])
    }

    @Test func ofThoseUsedAsOftenTheLastComesFirst() throws {
        #expect(try ranked(["a", "b", "c"], after: ["b", "c"]) == ["c", "b", "a"])
    }

    @Test func withoutUsesTheOrderStays() throws {
        #expect(try ranked(["b", "a"], after: []) == ["b", "a"])
    }

    @Test func namesWithLineEndsAreLeftOut() throws {
        #expect(try ranked(["b", "a"], after: ["b\na", "a"]) == ["a", "b"])
    }

    @Test func oldUsesAreForgotten() throws {
        let many = Array(repeating: String(repeating: "x", count: 1000), count: 200)
        #expect(
            try ranked(["a", "b"], after: ["b", "b"] + many + ["a"] + many.prefix(3)) == ["a", "b"])
    }
}
