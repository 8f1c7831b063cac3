// credtool log: who used which profile for what, out of the log.
internal import Flags
internal import Glibc
internal import Model
internal import System

/// Shows the log.
struct LogCommand {
    let invocation: Invocation
    let machine: Machine

    /// How many of the lines that are there already `--follow` shows.
    private static let shownBefore = 10
    /// How often `--follow` looks, in microseconds.
    private static let pause: useconds_t = 200_000

    func run() throws {
        var reader = try LogReader(machine.log)
        guard invocation.isSet(.follow) else {
            let lines = try reader.lines().compactMap(text)
            guard lines.isEmpty else { return try show(lines) }
            return machine.console.say(
                "nothing is logged"
                    + (invocation.value(.profile).map { " of profile \(quoted($0))" } ?? "")
                    + " in \(machine.log.path.pathForDisplay)")
        }
        try show(last(Self.shownBefore, of: try reader.lines()))
        while true {
            usleep(Self.pause)
            try show(try reader.lines().compactMap(text))
        }
    }

    /// What is to be shown of the last lines, as far back as there are so many to be shown: a log is
    /// long.
    private func last(_ count: Int, of lines: [[UInt8]]) -> [String] {
        var last: [String] = []
        for line in lines.reversed() {
            if let text = text(line) { last.append(text) }
            if last.count == count { break }
        }
        return last.reversed()
    }

    /// What is to be shown of a line.
    private func text(_ line: [UInt8]) -> String? {
        let profile = invocation.value(.profile)
        guard let entry = LogEntry(line: line), profile == nil || entry.profile == profile
        else { return nil }
        return invocation.isSet(.json) ? String(entry.line.dropLast()) : entry.shown
    }

    private func show(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try machine.console.print(lines.joined(separator: "\n"))
    }
}
