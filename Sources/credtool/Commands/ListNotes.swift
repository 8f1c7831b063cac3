// What `list` says beside the table: what in the config files does nothing.
internal import Model
internal import Profiles

/// Sections that AWS skips and misspelt settings.
struct ListNotes {
    private let sections: [SkippedSection]
    private let settings: [MisspeltSetting]

    /// More than these would bury the table.
    private static let most = 5

    /// - Parameter isChosen: Whether a profile is shown.
    init(_ config: ConfigFiles, where isChosen: (String) -> Bool) {
        sections = config.skippedSections.filter { section in
            !section.isOfAnotherKind && isChosen(section.profile ?? section.title)
        }
        var names = SettingNames()
        var found: [MisspeltSetting] = []
        for name in config.profileNames where isChosen(name) {
            guard let settings = config.settings(of: .profile, named: name) else { continue }
            found += names.misspelt(settings, of: name)
        }
        settings = found
    }

    var count: Int { sections.count + settings.count }

    func tell(_ console: Console) {
        let wordings = sections.map(\.wording) + settings.map(\.wording)
        for wording in wordings.prefix(Self.most) {
            console.say(wording.message)
            for hint in wording.hints { console.hint(hint) }
        }
        let more = count - Self.most
        if more > 0 {
            console.say("\(more) more \(more == 1 ? "line" : "lines") of this kind do nothing")
            console.hint("credtool list --json shows all of them")
        }
    }

    var json: [String: JSONValue] {
        [
            "skippedSections": .array(
                sections.map { section in
                    .sorted([
                        "title": .string(section.title), "origin": .string("\(section.origin)"),
                        "profile": section.profile.map { .string($0) },
                        "remedy": section.remedy.map { .string($0) },
                    ])
                }),
            "misspeltSettings": .array(
                settings.map { setting in
                    .sorted([
                        "profile": .string(setting.profile), "key": .string(setting.key),
                        "nearest": .string(setting.nearest),
                        "origin": .string("\(setting.origin)"),
                    ])
                }),
        ]
    }
}
