// A command line that was understood.
public import Model

/// What a command line asks for.
public struct Invocation: Sendable, Equatable {
    /// What to do. `-h` and `--help` anywhere make it `.help`, `--version` makes it `.version`.
    public let command: Command
    /// The profile it names; nil where it names none. Never empty.
    public internal(set) var profile: String?
    /// Of `import`, `serve` and `setup-process`: the profiles that it names, in their order. None is empty.
    public internal(set) var profiles: [String] = []
    /// Of `scan`: the files and folders, in their order. None is empty.
    public internal(set) var paths: [String] = []
    /// Of `shell-init`: the shell.
    public internal(set) var shell: Shell?
    /// Of `list`: which profiles to show; nil for all.
    public internal(set) var pattern: String?
    /// Of `help`: the command to tell about; nil for credtool as a whole.
    public internal(set) var topic: Command?
    /// Of `help`: whether the long text is asked for (`--help`, `help`), not the short one (`-h`).
    public internal(set) var isLong = false
    /// Of `__complete`: what to print.
    public internal(set) var names: Names?
    /// Of `sso`: what to do.
    public internal(set) var action: SSOAction?
    /// Of `sign`: the method, as typed.
    public internal(set) var method: String?
    /// Of `sign`: the address, as typed; it may hold secrets.
    public internal(set) var url: String?
    /// Of `exec` and `each`: the index in argv (the program's name is index 0) of the first word of COMMAND; nil
    /// where there is none. From there on the words are the child's.
    public internal(set) var commandStart: Int?
    // Lists: a command line has a few flags, and a list costs a start less than a set.
    var switches: [Flag] = []
    var values: [FlagAndValue] = []

    struct FlagAndValue: Sendable, Equatable {
        let flag: Flag
        let value: String
    }

    init(_ command: Command) { self.command = command }

    /// The same with a profile.
    public func naming(profile: String) -> Invocation {
        var invocation = self
        invocation.profile = profile
        return invocation
    }

    /// The value of a flag; nil where the flag was not given. Never empty, and of the flag's kind.
    public func value(_ flag: Flag) -> String? {
        for entry in values where entry.flag == flag { return entry.value }
        return nil
    }

    /// The values of a flag that may stand several times, in their order.
    public func values(_ flag: Flag) -> [String] {
        values.filter { $0.flag == flag }.map(\.value)
    }

    /// Whether the flag was given.
    public func isSet(_ flag: Flag) -> Bool { switches.contains(flag) || value(flag) != nil }

    /// The value of a flag that takes a number; nil where it was not given.
    public func number(_ flag: Flag) -> Int? { value(flag).flatMap { Int($0) } }

    /// The parts of a flag's value between commas, without white space around them and empty ones;
    /// none where it was not given.
    public func list(_ flag: Flag) -> [String] {
        (value(flag) ?? "").split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    }

    /// The value of a flag that takes an age; nil where it was not given.
    public func age(_ flag: Flag) -> Duration? { value(flag).flatMap { Duration(age: $0) } }

    /// The value of a flag that takes a duration; nil where it was not given.
    public func duration(_ flag: Flag) -> Duration? {
        value(flag).flatMap { Duration(argument: $0) }
    }
}
