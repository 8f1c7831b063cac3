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
        let lines = lines(try reader.lines())
        guard invocation.isSet(.follow) else {
            guard lines.isEmpty else { return try show(lines[...]) }
            return machine.console.say(
                "nothing is logged"
                    + (invocation.value(.profile).map { " of profile \(quoted($0))" } ?? "")
                    + " in \(machine.log.path.pathForDisplay)")
        }
        try show(lines.suffix(Self.shownBefore))
        while true {
            usleep(Self.pause)
            try show(self.lines(try reader.lines())[...])
        }
    }

    /// What is to be shown of these lines.
    private func lines(_ lines: [[UInt8]]) -> [String] {
        let profile = invocation.value(.profile)
        let isJSON = invocation.isSet(.json)
        return lines.compactMap { line in
            guard let entry = LogEntry(line: line), profile == nil || entry.profile == profile
            else { return nil }
            return isJSON ? String(entry.line.dropLast()) : entry.shown
        }
    }

    private func show(_ lines: ArraySlice<String>) throws {
        guard !lines.isEmpty else { return }
        try machine.console.print(lines.joined(separator: "\n"))
    }
}
