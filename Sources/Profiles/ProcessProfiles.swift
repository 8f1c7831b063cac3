// The part of the config file that `setup-process` writes: profiles whose credentials are credtool's.
internal import Model

/// A profile that draws from credtool.
public struct ProcessProfile: Equatable, Sendable {
    /// What stands behind the name of the profile that it draws: credtool is called with that one's
    /// name, which this one's own can't be.
    public static let suffix = "-auto"

    /// The profile's name.
    public let name: String
    /// The command line of `credential_process`.
    public let command: String
    /// The other lines, such as a region; what a person adds stays.
    public var ownLines: [String]

    /// Joins what makes it up.
    public init(name: String, command: String, ownLines: [String] = []) {
        self.name = name
        self.command = command
        self.ownLines = ownLines
    }

    /// The profile that draws the sessions of `profile`.
    ///
    /// - Parameters:
    ///   - program: The path of credtool.
    ///   - settings: What `profile` says; what is no credential of its own is taken over.
    /// - Returns: Nil where its name or the program's cannot be written so that every SDK reads it:
    ///   some split the command themselves, others have a shell do it.
    public init?(drawing profile: String, program: String, settings: SectionSettings?) {
        name = profile + Self.suffix
        let words =
            [program, "export", "--format", "process"] + (profile.first == "-" ? ["--"] : [])
        command = (words + [profile]).map(ShellWords.quoted).joined(separator: " ")
        guard Profile.isName(name), ConfigEdit.isReadBack(command) else { return nil }
        ownLines = (settings?.entries ?? []).compactMap { entry in
            let isClients = ClientSettingKey(rawValue: entry.key) != nil
            guard isClients || ["region", "services"].contains(entry.key),
                ConfigEdit.isReadBack(entry.setting.value)
            else { return nil }
            return "\(entry.key) = \(entry.setting.value)"
        }
    }

    /// Whether a command line runs credtool for its credentials.
    public static func isCredtool(_ command: String) -> Bool {
        guard let words = try? ShellWords.split(command), let program = words.first else {
            return false
        }
        return program.split(separator: "/").last == "credtool" && words.contains("export")
    }

    /// Its lines in the part.
    public var lines: [String] {
        ["[\(Profile.title(of: name))]", "\(Self.key) = \(command)"] + ownLines
    }

    fileprivate static let key = "credential_process"
}

/// The part that holds them.
public struct ProcessProfiles: Sendable {
    /// What stands in it, in the order of the names.
    public let profiles: [ProcessProfile]
    private let part: MarkedPart

    private static let mark = "setup-process"
    /// The line that ends the part.
    public static let end = MarkedPart.end(mark)

    /// Finds the part.
    ///
    /// - Parameter bytes: The config file, empty where there is none.
    /// - Returns: Nil where the part begins and does not end.
    public init?(of bytes: [UInt8]) {
        guard let part = MarkedPart(Self.mark, of: bytes) else { return nil }
        self.part = part
        profiles = Self.profiles(part.lines)
    }

    private static func profiles(_ lines: [String]) -> [ProcessProfile] {
        var profiles: [ProcessProfile] = []
        var name: String?
        var command: String?
        var own: [String] = []
        func end() {
            while own.last?.isEmpty == true { own.removeLast() }
            if let name, let command {
                profiles.append(ProcessProfile(name: name, command: command, ownLines: own))
            }
        }
        for line in lines {
            if line.hasPrefix("["), let close = line.lastIndex(of: "]") {
                end()
                let words = (try? ShellWords.split(String(line[..<close].dropFirst()))) ?? []
                name = words.count == 2 && words[0] == "profile" ? words[1] : nil
                command = nil
                own = []
            } else if line.prefix(while: { $0 != "=" }).trimmed == ProcessProfile.key {
                command = line.drop { $0 != "=" }.dropFirst().trimmed
            } else {
                own.append(line)
            }
        }
        end()
        return profiles
    }

    /// The file with these profiles in the part; without it where there are none. Of a profile that is
    /// there already the command is set, and nothing else.
    public func file(adding new: [ProcessProfile]) -> [UInt8] {
        let names = Set(new.map(\.name))
        let old = Dictionary(profiles.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        return file(
            with: profiles.filter { !names.contains($0.name) }
                + new.map { profile in
                    ProcessProfile(
                        name: profile.name, command: profile.command,
                        ownLines: old[profile.name]?.ownLines ?? profile.ownLines)
                })
    }

    /// The file without the profiles of these names.
    public func file(removing names: Set<String>) -> [UInt8] {
        file(with: profiles.filter { !names.contains($0.name) })
    }

    private func file(with profiles: [ProcessProfile]) -> [UInt8] {
        let lines = profiles.sorted { $0.name < $1.name }.map { $0.lines + [""] }
        return part.file(with: Array(lines.joined()))
    }
}
