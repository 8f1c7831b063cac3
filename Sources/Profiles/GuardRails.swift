// The guard rails of a profile: what its settings ask of whoever uses it, before they get anything.
internal import Model

/// The guard rails of a profile, each with the place it was found in.
public struct GuardRails: Equatable, Sendable {
    /// What a person has to do before credentials are handed over.
    public enum Confirmation: Equatable, Sendable {
        /// Say yes.
        case yes
        /// Type this.
        case phrase(String)
    }

    /// `credtool_confirm`; nil for `false`, too.
    public var confirmation: Setting<Confirmation>?
    /// `credtool_max_duration`: how long credentials that are handed over may live.
    public var maximumDuration: Setting<Duration>?
    /// `credtool_allow_commands`: the programs that may be run, and the commands of credtool that hand
    /// over otherwise; patterns as in a shell.
    public var allowedCommands: Setting<[String]>?
    /// `credtool_read_only = true`, by its place.
    public var readOnly: Origin?
    /// `credtool_reason = required`, by its place.
    public var reason: Origin?
    /// `credtool_title`: what the terminal is to be called while a program runs.
    public var title: Setting<String>?

    /// None.
    public init() {}

    /// Whether there is none.
    public var isEmpty: Bool {
        confirmation == nil && maximumDuration == nil && allowedCommands == nil && readOnly == nil
            && reason == nil && title == nil
    }

    /// Reads a section.
    /// - Throws: `ConfigError.invalidValue`.
    init(_ settings: SectionSettings) throws(ConfigError) {
        if let setting = try settings.text(.confirm) {
            switch Bool(setting: setting.value) {
            case true?: confirmation = Setting(.yes, from: setting.origin)
            case false?: break
            case nil: confirmation = Setting(.phrase(setting.value), from: setting.origin)
            }
        }
        maximumDuration = try settings.read(.maxDuration) { Duration(argument: $0) }
        allowedCommands = try settings.read(.allowCommands) { text in
            text.split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
        }
        if let setting = try settings.flag(.readOnly), setting.value { readOnly = setting.origin }
        reason = try settings.text(.reason)?.origin
        title = try settings.text(.title)
    }

    /// The same, and those of another profile where this one has none.
    public func completed(by other: GuardRails) -> GuardRails {
        var all = self
        all.confirmation = confirmation ?? other.confirmation
        all.maximumDuration = maximumDuration ?? other.maximumDuration
        all.allowedCommands = allowedCommands ?? other.allowedCommands
        all.readOnly = readOnly ?? other.readOnly
        all.reason = reason ?? other.reason
        all.title = title ?? other.title
        return all
    }
}
