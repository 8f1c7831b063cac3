// The words for what an export format cannot hold.
internal import Handover

extension UnwritableValue {
    /// The words.
    var wording: Wording {
        Wording(
            "--format \(format.rawValue) cannot hold this \(name): it has a character that would"
                + " begin another line or section",
            hint: "take a format that can: credtool export --format json")
    }
}
