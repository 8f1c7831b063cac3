// The words for the AWS config files.
internal import Model
internal import Profiles

extension ConfigError {
    /// The words.
    var wording: Wording {
        switch self {
        case .grammar(let path, let line, let problem):
            let text = problem.description
            return Wording(
                "\(path):\(line): \(text.prefix(1).lowercased())\(text.dropFirst())",
                hint: "mend line \(line) of \(path)")
        case .invalidValue(let key, let value, let origin, let expected):
            // A variable and a flag are their own place.
            let place = "\(origin)" == key ? "" : "\(origin): "
            let shown = expected == .url ? value.withoutUserInfo : value
            let trouble = expected.isOfAWS ? "AWS would refuse" : "is not understood"
            return Wording(
                "\(place)\(key) is \(quoted(shown)), which \(trouble)",
                hint: "\(key) must be \(expected)")
        case .unknownInclude(let include, let profile, let nearest):
            return Wording(
                "\(include.origin): profile \(quoted(profile)) includes"
                    + " \(quoted(include.value)), which is no profile" + (nearest?.reason ?? ""),
                hint: nearest?.hint(mending: include.origin) ?? "credtool list")
        case .includeCycle(let path):
            let names = path.map { quoted($0.value) }.joined(separator: " → ")
            let places = path.dropFirst().map(\.origin.description).joined(separator: ", ")
            return Wording(
                "include_profile goes round in a circle: \(names) (\(places))",
                hint: "take one include_profile of these out")
        case .unknownServices(let services, let profile, let nearest):
            return Wording(
                "\(services.origin): profile \(quoted(profile)) wants the services section"
                    + " \(quoted(services.value)), which is not there",
                hint: nearest.map { "services = \($0)" }
                    ?? "add [services \(services.value)] to the config file")
        case .incompleteKey(let profile, let missing, let origin):
            return Wording(
                "\(origin): the key of profile \(quoted(profile)) lacks \(missing)",
                hint: "credtool add \(typed(profile))")
        case .continuedSecret(let key, let origin):
            return Wording(
                "\(origin): \(key) goes on over several lines, which no key does",
                hint: "mend the lines below \(origin)")
        case .homeUnknown:
            return Wording(
                "the home directory is not known, and so not where the AWS config files are",
                hint: "export HOME=DIRECTORY")
        case .relativeHome(let home):
            return Wording(
                "the home directory is \(quoted(home)) (HOME), which is not a whole path",
                hint: "export HOME=/DIRECTORY")
        }
    }
}

extension ConfigEditError {
    /// The words.
    var wording: Wording {
        switch self {
        case .file(let error): error.wording.prefixed("the config file cannot be edited: ")
        case .profileName(let name): Failure.malformedProfileName(name).commandWording
        case .key(let key):
            Wording("\(quoted(key)) cannot be the name of a setting", hint: "--no-config")
        case .value(let value, let key):
            Wording(
                "\(quoted(value)) cannot be written as \(key) into the config file",
                hint: "--no-config leaves the file alone")
        }
    }
}

extension ProfileSuggestion {
    /// Why the name is none, as the end of a sentence; empty where that is not known.
    var reason: String {
        switch self {
        case .name: ""
        case .skipped(let section): "; \(section.wording.message)"
        }
    }

    /// What to type next.
    var hint: String {
        switch self {
        case .name(let name): "did you mean \(name)?"
        case .skipped(let section): section.wording.hints[0]
        }
    }

    /// What to type next, where the name stands in a file.
    func hint(mending origin: Origin) -> String {
        switch self {
        case .name: "\(hint) mend \(origin)"
        case .skipped: hint
        }
    }
}

extension SkippedSection {
    /// The words.
    var wording: Wording {
        let message = "AWS skips the section [\(title)] (\(origin))"
        guard title != "default" else {
            return Wording(
                "\(message), since there is a [profile default] too",
                hint: "keep one of the two")
        }
        if let remedy { return Wording(message, hint: "write [\(remedy)] in \(origin)") }
        switch (file, profile) {
        case (.credentials, let name?):
            return Wording(
                message, hint: "credtool add \(typed(name)) stores the key instead")
        case (.credentials, nil), (.config, _):
            return Wording(message, hint: "take the section out, or mend \(origin)")
        }
    }
}

extension MisspeltSetting {
    /// The words.
    var wording: Wording {
        Wording(
            "\(origin): \(key) of profile \(quoted(profile)) is no setting that AWS or credtool knows",
            hint: "did you mean \(nearest)? mend \(origin)")
    }
}
