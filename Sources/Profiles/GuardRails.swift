// The guard rails of a profile: what its settings ask of whoever uses it, before they get anything.
internal import Model

/// One guard rail, with the profile that it belongs to: where two profiles are asked for, each has
/// its own.
public struct GuardRail<Value: Equatable & Sendable>: Equatable, Sendable {
    /// What is asked for.
    public let value: Value
    /// The profile.
    public let profile: String
    /// Where it was found.
    public let origin: Origin

    /// The rail that a setting of `profile` is.
    public init(_ setting: Setting<Value>, of profile: String) {
        value = setting.value
        self.profile = profile
        origin = setting.origin
    }
}

/// The guard rails of a profile, or those of two at once.
public struct GuardRails: Equatable, Sendable {
    /// What a person has to do before credentials are handed over.
    public enum Confirmation: Equatable, Sendable {
        /// Say yes.
        case yes
        /// Type this.
        case phrase(String)
    }

    /// `credtool_confirm`; none for `false`, too.
    public var confirmations: [GuardRail<Confirmation>] = []
    /// `credtool_max_duration`: how long credentials that are handed over may live.
    public var maximumDuration: GuardRail<Duration>?
    /// `credtool_allow_commands`: the programs that may be run, and the commands of credtool that hand
    /// over otherwise; patterns as in a shell. Each of the lists must have it.
    public var allowedCommands: [GuardRail<[String]>] = []
    /// `credtool_read_only = true`.
    public var readOnly: GuardRail<Bool>?
    /// `credtool_reason = required`.
    public var reason: GuardRail<Bool>?
    /// `credtool_title`: what the terminal is to be called while a program runs.
    public var title: Setting<String>?

    /// None.
    public init() {}

    /// Whether there is none.
    public var isEmpty: Bool { self == GuardRails() }

    /// Reads the section of `profile`.
    /// - Throws: `ConfigError.invalidValue`.
    init(_ settings: SectionSettings, of profile: String) throws(ConfigError) {
        func rail<Value>(_ setting: Setting<Value>?) -> GuardRail<Value>? {
            setting.map { GuardRail($0, of: profile) }
        }
        if let text = try settings.text(.confirm), Bool(setting: text.value) != false {
            let isYes = Bool(setting: text.value) == true
            let confirmation = Setting<Confirmation>(
                isYes ? .yes : .phrase(text.value), from: text.origin)
            confirmations = [GuardRail(confirmation, of: profile)]
        }
        maximumDuration = rail(try settings.read(.maxDuration) { Duration(argument: $0) })
        let lists = try settings.read(.allowCommands) { text in
            text.split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
        }
        allowedCommands = [rail(lists)].compactMap { $0 }
        if let setting = try settings.flag(.readOnly), setting.value { readOnly = rail(setting) }
        reason = rail(try settings.text(.reason).map { Setting(true, from: $0.origin) })
        title = try settings.text(.title)
    }

    /// The stricter of these and those of the profile whose role is to be had: what holds for either
    /// of the two holds for its use by way of the other. Where both say the same, the role's profile
    /// is the one that is named.
    public func joined(with role: GuardRails) -> GuardRails {
        var all = role
        let confirmations = Self.distinct(role.confirmations + confirmations)
        // Who types a phrase has said yes.
        let phrases = confirmations.filter { $0.value != .yes }
        all.confirmations = phrases.isEmpty ? confirmations : phrases
        all.maximumDuration = [role.maximumDuration, maximumDuration].compactMap { $0 }
            .min { $0.value < $1.value }
        all.allowedCommands = Self.distinct(role.allowedCommands + allowedCommands)
        all.readOnly = role.readOnly ?? readOnly
        all.reason = role.reason ?? reason
        all.title = role.title ?? title
        return all
    }

    /// Without those that ask for what another did before them.
    private static func distinct<Value>(_ rails: [GuardRail<Value>]) -> [GuardRail<Value>] {
        rails.enumerated().filter { index, rail in
            !rails[..<index].contains { $0.value == rail.value }
        }.map(\.element)
    }
}
