// QR codes: where they are shown, and that a real reader reads them off the letters.
import Foundation
import Model
import System
import Testing

@testable import Loopback

private func terminal(_ changes: [String: String]) -> ProcessEnvironment {
    var all: [String: String?] = [
        "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": nil, "LC_CTYPE": nil,
        "NO_COLOR": nil,
    ]
    for (name, value) in changes { all[name] = value }
    return ProcessEnvironment(changing: all)
}

/// The picture that the lines are on a terminal, as a PBM file of 8 pixels a module.
private func picture(_ lines: [String], isColoured: Bool) -> String {
    let scale = 8
    var rows: [String] = []
    for line in lines {
        let letters = line.replacing("\u{1b}[0;30;47m", with: "").replacing("\u{1b}[0m", with: "")
        for half in ["▀", "▄"] {
            let row = letters.map { letter in
                let isDrawn = letter == "█" || String(letter) == half
                return String(repeating: isDrawn == isColoured ? "1 " : "0 ", count: scale)
            }
            rows += Array(repeating: row.joined(), count: scale)
        }
    }
    let width = (rows.first?.count ?? 0) / 2
    return "P1\n\(width) \(rows.count)\n" + rows.joined(separator: "\n") + "\n"
}

private func decoded(_ picture: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID()).pbm"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(picture.utf8).write(to: URL(fileURLWithPath: path))
    // Debian's zbar-tools.
    let result = try Subprocess(
        ["zbarimg", "--quiet", "--raw", path], errorOutput: .collected, deadline: .seconds(60)
    ).run()
    #expect(result.status == .exited(0), "\(result.errorOutput)")
    return result.output.withBytes { String(decoding: $0, as: UTF8.self) }
}

@Suite struct QRCodeTests {
    @Test(
        arguments: [
            "https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH",
            "https://d-9967750fbf.awsapps.com/start/#/device?user_code=WXYZ-1234", "a",
            "https://x.example/" + String(repeating: "ab/", count: 120),
        ], [true, false])
    func areRead(text: String, isColoured: Bool) throws {
        let environment = terminal(isColoured ? [:] : ["NO_COLOR": "1"])
        let lines = try #require(QRCode.lines(text, environment: environment))
        #expect(try decoded(picture(lines, isColoured: isColoured)) == text + "\n")
        #expect(lines.allSatisfy { $0.contains("\u{1b}") == isColoured })
    }

    @Test func fitAnOrdinaryTerminal() throws {
        let text = "https://device.sso.ap-southeast-1.amazonaws.com/?user_code=ABCD-EFGH"
        let lines = try #require(QRCode.lines(text, environment: terminal(["NO_COLOR": "1"])))
        #expect(lines.count < 24)
        let width = lines[0].count
        #expect(lines.allSatisfy { $0.count == width } && width < 80)
        #expect(QRCode.lines(text, environment: terminal([:]), columns: width) != nil)
        #expect(QRCode.lines(text, environment: terminal([:]), columns: width - 1) == nil)
        #expect(
            QRCode.lines(String(repeating: "x", count: 5000), environment: terminal([:])) == nil)
    }

    @Test func letters() {
        // A quiet zone of four modules on each side, and of one more below an odd number of rows.
        let lines = QRCode.lines(
            [[true, false, true], [false, true, true], [true, true, false]], isColoured: false)
        let light = "███████████"
        #expect(lines == [light, light, "████▄▀ ████", "████▄▄█████", light, light])
        let dark = QRCode.lines([[true]], isColoured: true)
        let ground = "\u{1b}[0;30;47m         \u{1b}[0m"
        #expect(
            dark == [ground, ground, "\u{1b}[0;30;47m    ▀    \u{1b}[0m", ground, ground])
    }

    @Test(
        arguments: [
            ([:], true), (["TERM": "linux"], true), (["TERM": "dumb"], false),
            (["TERM": ""], false),
            (["LANG": "de_DE.utf8"], true), (["LANG": "de_DE.ISO-8859-1"], false),
            (["LANG": ""], false),
            (["LC_ALL": "C"], false), (["LC_CTYPE": "C"], false),
            (["LC_ALL": "C.UTF-8", "LANG": "C"], true),
            (["LC_CTYPE": "C.UTF-8", "LANG": "C"], true),
            (["LC_ALL": "C", "LC_CTYPE": "C.UTF-8"], false),
        ] as [([String: String], Bool)])
    func terminals(changes: [String: String], isShown: Bool) {
        #expect((QRCode.lines("x", environment: terminal(changes)) != nil) == isShown)
    }
}
