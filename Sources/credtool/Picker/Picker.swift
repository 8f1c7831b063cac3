// Having a person choose from a list: on the terminal key by key, by number, or in another program.
internal import Model
internal import System

/// A list on this machine's terminal.
struct Picker {
    /// How it is shown.
    enum Manner: Equatable {
        /// What is typed narrows it.
        case narrowing
        /// Rows with numbers.
        case numbered
        /// Another program shows it: the words of CREDTOOL_PICKER.
        case program([String])

        /// - Parameter variable: A variable; nil for one that is unset or empty.
        init(variable: (String) -> String?) {
            let words = variable("CREDTOOL_PICKER").flatMap { try? ShellWords.split($0) } ?? []
            if let program = words.first, program != "list" {
                self = .program(words)
            } else {
                self =
                    words.isEmpty && Terminal.isCapable(variable("TERM")) ? .narrowing : .numbered
            }
        }
    }

    /// What came of it.
    enum Choice: Equatable {
        case row(Int)
        case nothing
    }

    let list: PickerList
    let console: Console
    /// What the list is of, as a sentence.
    let heading: String

    /// Shows the list; nil where there is no terminal to show it on.
    func choose(_ manner: Manner = Manner(variable: Machine.variable)) -> Choice? {
        guard Terminal.path != nil else { return nil }
        switch manner {
        case .numbered: return chooseByNumber()
        case .narrowing: return chooseByKeys() ?? chooseByNumber()
        case .program(let words):
            do throws(SubprocessError) { return try choose(in: words) } catch {
                console.say("\(words[0]), which CREDTOOL_PICKER names, cannot be run")
                return choose(
                    Manner { $0 == "CREDTOOL_PICKER" ? nil : Machine.variable($0) })
            }
        }
    }

    // MARK: By number

    private func chooseByNumber() -> Choice {
        _ = Terminal.show("credtool: \(heading.visible):\n\(list.numbered)\n")
        while true {
            let question = "\(list.noun) (1-\(list.plain.count)): "
            guard let answer = try? Terminal.ask(question) else { return .nothing }
            if let row = list.row(answer) { return .row(row) }
            _ = Terminal.show("credtool: that is none of them, or more than one\n")
        }
    }

    // MARK: By keys

    /// Nil where the terminal cannot be used so.
    private func chooseByKeys() -> Choice? {
        guard let terminal = try? RawTerminal() else { return nil }
        var list = list
        var drawn = ""
        func clear() { terminal.write("\r\u{1b}[J") }
        while true {
            let size = terminal.size
            let lines = list.text(columns: size.columns, rows: size.rows)
            let back = lines.count - 1
            let column = list.question(columns: size.columns).displayWidth
            let text =
                "\r\u{1b}[J" + lines.joined(separator: "\r\n") + "\u{1b}[\(back)A\r"
                + "\u{1b}[\(column)C"
            if text != drawn { terminal.write(text) }
            drawn = text
            guard var bytes = terminal.keys(clean: clear) else { return .nothing }
            // A lone escape, or the beginning of what another key sends.
            if bytes.last == 0x1b,
                let more = terminal.keys(within: .milliseconds(50), clean: clear)
            {
                bytes += more
            }
            for key in PickerList.Key.keys(bytes) {
                switch list.press(key) {
                case .goOn: continue
                case .chosen(let row):
                    clear()
                    return .row(row)
                case .cancelled:
                    clear()
                    return .nothing
                case .suspended:
                    clear()
                    terminal.suspend()
                    drawn = ""
                }
            }
        }
    }

    // MARK: In another program

    private func choose(in words: [String]) throws(SubprocessError) -> Choice {
        var arguments = words
        if words[0].split(separator: "/").last == "fzf" {
            // Behind the program's name, so that the user's own words come later and win.
            arguments.insert(
                contentsOf: ["--no-multi", "--tiebreak=index", "--prompt=\(list.noun): "], at: 1)
        }
        let lines = list.plain
        let result = try Subprocess(arguments, errorOutput: .terminal, deadline: nil)
            .run(writing: Secret(lines.joined(separator: "\n") + "\n"))
        guard result.status == .exited(0) else { return .nothing }
        let answer = result.output.withBytes { String(decoding: $0, as: UTF8.self) }.trimmed
        return lines.firstIndex { $0.trimmed == answer }.map { .row($0) } ?? .nothing
    }
}
