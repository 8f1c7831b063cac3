// How old the stored keys of `list` are, and which of them are due to be rotated.
internal import Model
internal import Profiles

extension ListRow {
    /// From which age on its key is due; nil where nothing readable is set.
    var rotateAfter: Duration? {
        guard let text = settings.text(ProfileSetting.rotateAfter.rawValue),
            SettingForm.age.accepts(text)
        else { return nil }
        return Duration(age: text)
    }

    /// Whether its key is to be rotated.
    var isDue: Bool {
        guard let keyAge, let rotateAfter else { return false }
        return keyAge >= rotateAfter
    }

    /// The age of its key, and that it is due.
    var ageInDays: String? { keyAge.map { "\($0.wholeDays)d" + (isDue ? " due" : "") } }
}

/// The keys that are to be rotated.
struct DueKeys {
    private let names: [String]
    /// More names than these would bury the table.
    private static let most = 5

    init(_ rows: [ListRow]) { names = rows.filter(\.isDue).map(\.profile) }

    func tell(_ console: Console) {
        guard let first = names.first else { return }
        let more = names.count - Self.most
        console.say(
            (names.count == 1 ? "a key is" : "\(names.count) keys are")
                + " due to be rotated: \(names.prefix(Self.most).joined(separator: ", "))"
                + (more > 0 ? " and \(more) more" : ""))
        console.hint("credtool rotate \(typed(first))")
    }
}
