// The words for requests that cannot be planned.
internal import Model
internal import Planning
internal import Profiles

extension PlanError {
    /// The words.
    var words: Words {
        switch self {
        case .unknownProfile(let name, .standard, _):
            Words(
                "no profile is named, and there is no profile \(name)",
                hint: "credtool list shows the profiles; credtool add stores a key")
        case .unknownProfile(let name, let origin, let nearest):
            Words(
                "there is no profile \(quoted(name))" + Self.named(by: origin)
                    + " in the AWS config files, and no key of that name",
                hint: nearest.map { "did you mean \($0)?" }
                    ?? "credtool list shows the profiles; credtool add NAME stores a key")
        case .noCredentials(let profile, let section):
            Words(
                "profile \(profile)\(Self.place(section)) has no key in the vault, no role and no"
                    + " source_profile",
                hint: "credtool add \(profile)")
        case .plainKey(let profile, let key):
            Words(
                "the key \(key.value.masked) of profile \(profile) stands in plain text at"
                    + " \(key.origin), and credtool hands out keys from the vault only",
                hint: "credtool add \(profile), and take the key out of that file")
        case .unsupportedSource(let setting, let profile):
            Words(
                "profile \(profile) gets its credentials by \(setting.value) (\(setting.origin)),"
                    + " which this version of credtool cannot do",
                hint: "aws --profile \(profile) does; credtool takes profiles with a stored key or"
                    + " a source_profile")
        case .roleWithoutSource(let profile, let role):
            Words(
                "profile \(profile) has the role \(role.value) (\(role.origin)) and nobody to"
                    + " assume it",
                hint: "add source_profile = NAME to the profile, or credtool add \(profile)")
        case .unknownSource(let source, let profile, let nearest):
            Words(
                "profile \(profile) names \(quoted(source.value)) as its source_profile"
                    + " (\(source.origin)), and there is no such profile or key",
                hint: nearest.map { "did you mean \($0)? mend \(source.origin)" }
                    ?? "credtool add \(source.value), or mend \(source.origin)")
        case .cycle(let path): Self.cycle(path)
        case .profileWithoutRole(let role):
            Words(
                "--role names the profile \(role.value), which has no role_arn",
                hint: "--role takes an ARN, a role's name, or a profile with a role_arn")
        case .unknownAccount(let role, let key):
            Words(
                "the account of key \(key.accessKeyID.masked) is not known, and so not where role"
                    + " \(role) is",
                hint: "--role arn:aws:iam::ACCOUNT:role/\(role)")
        case .invalidRole(let role):
            Words(
                "\(quoted(role.value)) is no role: neither an ARN, nor a profile, nor a role's name",
                hint: "--role arn:aws:iam::ACCOUNT:role/NAME")
        case .flagWithoutRole(let origin):
            Words(
                "\(origin) goes with a role, and there is none", hint: "add --role ROLE")
        case .invalidValue(let setting, let form):
            Words(
                "\(setting.origin) is \(quoted(setting.value)), which AWS would refuse",
                hint: "it must be \(form)")
        case .durationOutOfBounds(let duration, let bounds):
            Words(
                "\(Self.name(duration.origin)) is \(spoken(duration.value)), and AWS takes"
                    + " \(spoken(bounds.lowerBound)) to \(spoken(bounds.upperBound)) here",
                hint:
                    "--duration \(spoken(duration.value < bounds.lowerBound ? bounds.lowerBound : bounds.upperBound))"
            )
        case .chainedTooLong(let duration, let role):
            Words(
                "\(Self.name(duration.origin)) is \(spoken(duration.value)), and AWS lets a role that is"
                    + " assumed from a role live at most 1h (\(role))",
                hint: "--duration 1h, or assume the role from the key itself")
        case .durationOfKey(let duration):
            Words(
                "\(duration.origin) goes with a session, and --no-session asks for the key itself,"
                    + " which does not end",
                hint: "leave one of them out")
        case .minimumTTLTooLong(let ttl, let duration):
            Words(
                "--min-ttl is \(spoken(ttl)), and the session lives only"
                    + " \(spoken(duration.value)) (\(Self.name(duration.origin)))",
                hint: "--duration \(spoken(ttl)) or longer")
        }
    }

    private static func cycle(_ path: [Setting<String>]) -> Words {
        let names = path.map(\.value).joined(separator: " -> ")
        let places = path.dropFirst().map { "\($0.origin)" }.joined(separator: ", ")
        return Words(
            "source_profile goes round in a circle: \(names) (\(places))",
            hint: "let one of them name the profile with the key; a profile may name itself where"
                + " it has a key of its own")
    }

    /// A duration by where it was set: `--duration`, or the setting and its place.
    private static func name(_ origin: Origin) -> String {
        if case .file = origin { return "duration_seconds (\(origin))" }
        return "\(origin)"
    }

    private static func named(by origin: Origin) -> String {
        if case .variable(let name) = origin { return " (\(name))" }
        return ""
    }

    private static func place(_ section: Origin?) -> String {
        section.map { " (\($0))" } ?? ""
    }
}
