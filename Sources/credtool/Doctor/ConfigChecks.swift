// The AWS config files: what is out of order in them, what does nothing, which keys stand in plain.
internal import Model
internal import Planning
internal import Profiles

extension Ground {
    /// What the config files say that is wrong, or for nothing.
    var configFindings: [Finding] {
        if let configFailure { return [Finding(.problem, .config, configFailure.wording)] }
        let found =
            skippedSections + misspeltSettings + unusableProfiles + plainKeys + unusedSettings
            + unusedSections
        guard !found.contains(where: { $0.severity == .problem }) else { return found }
        let count = config.profileNames.count
        let sentence =
            count == 0
            ? "the AWS config files name no profiles"
            : "the AWS config files are in order (\(count) \(count == 1 ? "profile" : "profiles"))"
        return found + [.fine(.config, sentence)]
    }

    private var skippedSections: [Finding] {
        config.skippedSections.filter { !$0.isOfAnotherKind }.map {
            Finding(.problem, .config, at: "\($0.origin)", $0.wording)
        }
    }

    private var misspeltSettings: [Finding] {
        var names = SettingNames()
        return ownSettings.flatMap { profile, settings in
            names.misspelt(settings, of: profile).map {
                Finding(.problem, .config, at: "\($0.origin)", $0.wording)
            }
        }
    }

    // MARK: Profiles

    /// Profiles that cannot be planned. A circle is told once, by whichever of them comes first.
    private var unusableProfiles: [Finding] {
        var circles: Set<Set<Origin>> = []
        let included = Set(ownSettings.compactMap { $0.settings["include_profile"]?.value })
        return plans.compactMap { profile in
            guard case .failure(let failure) = profile.result else { return nil }
            if let circle = failure.circle, !circles.insert(circle).inserted { return nil }
            return finding(failure, profile.profile, isIncluded: included.contains(profile.profile))
        }
    }

    private func finding(_ failure: Failure, _ profile: String, isIncluded: Bool) -> Finding? {
        let place = config.origin(of: .profile, named: profile).map { "\($0)" }
        switch failure {
        case .plan(let error) where error.isOfSourceThatIsAway:
            return Finding(.note, .config, at: place, failure.wording)
        case .plan(.noCredentials):
            // Such a section completes others, or gives `[default]` a region: then it is meant so.
            guard profile != "default", !isIncluded else { return nil }
            return Finding(.note, .config, at: place, failure.wording)
        case .config(.invalidValue(_, _, .variable(let name), _)):
            return Finding(.problem, .environment, at: name, failure.wording)
        default: return Finding(.problem, .config, at: place, failure.wording)
        }
    }

    // MARK: Keys in plain

    private var plainKeys: [Finding] {
        config.profileNames.flatMap { name in
            config.plainKeyPlaces(ofProfile: name).compactMap { place in
                guard place.isComplete, let id = place.accessKeyID else { return nil }
                let start = "the key of profile \(quoted(name)) stands in plain text (\(id.origin))"
                if place.token != nil {
                    return Finding(
                        .note, .config, at: "\(id.origin)",
                        Wording(
                            "\(start); it is a temporary one, which another program put there",
                            hint:
                                "credtool exec \(typed(name)) needs no such file: let credtool make"
                                + " the session"))
                }
                let isStored = index.entry(of: name) != nil
                return Finding(
                    .problem, .config, at: "\(id.origin)",
                    Wording(
                        isStored ? "\(start), though the vault has one, too" : start,
                        hint: "credtool import \(typed(name)) takes it over, and out of that file"))
            }
        }
    }

    // MARK: What does nothing

    private var unusedSettings: [Finding] {
        var names = SettingNames()
        let plans = Dictionary(
            plans.map { ($0.profile, $0) }, uniquingKeysWith: { first, _ in first })
        return ownSettings.flatMap { profile, settings in
            settings.entries.compactMap { entry in
                let origin = entry.setting.origin
                if !SettingNames.isKnown(entry.key) {
                    guard names.nearest(to: entry.key) == nil else { return nil }
                    return Self.unused(
                        "\(entry.key) of profile \(quoted(profile)) is read by no program that"
                            + " credtool knows of", origin)
                }
                guard let plan = plans[profile]?.plan,
                    RoleSetting(rawValue: entry.key) != nil, !plan.hasRole
                else { return nil }
                return Self.unused(
                    "\(entry.key) of profile \(quoted(profile)) does nothing unless --role names a"
                        + " role: the profile has none", origin)
            }
        }
            + usablePlans.compactMap { plan in
                plan.credentials.unusedDevice.map { device in
                    Self.unused(
                        "the MFA device of profile"
                            + " \(quoted(plan.credentials.source.profile)) is asked for no code by"
                            + " profile \(quoted(plan.profile.value)), whose role names none",
                        device.origin,
                        remedy: "add mfa_serial to the role's profile, or leave it so")
                }
            }
    }

    private var unusedSections: [Finding] {
        [
            (SectionKind.ssoSession, "sso_session", "sso-session"),
            (.services, "services", "services"),
        ]
        .flatMap { kind, key, title in
            let used = Set(ownSettings.compactMap { $0.settings[key]?.value })
            return config.names(of: kind).filter { !used.contains($0) }.compactMap { name in
                config.origin(of: kind, named: name).map {
                    Self.unused("no profile uses the section [\(title) \(name)]", $0)
                }
            }
        }
    }

    private static func unused(
        _ sentence: String, _ origin: Origin, remedy: String? = nil
    ) -> Finding {
        Finding(
            .note, .config, at: "\(origin)",
            Wording("\(origin): \(sentence)", hint: remedy ?? "mend \(origin), or take it out"))
    }
}

extension SessionPlan {
    /// Whether anything in it takes the settings of a role.
    fileprivate var hasRole: Bool {
        switch credentials.source {
        case .webIdentity, .saml, .rolesAnywhere: return true
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .login:
            break
        }
        return credentials.calls.contains { call in
            switch call {
            case .assumeRole, .federationToken: true
            case .sessionToken, .assumeRoot: false
            }
        }
    }
}

extension Failure {
    /// The places of a circle of profiles.
    fileprivate var circle: Set<Origin>? {
        switch self {
        case .plan(.cycle(let path)): Set(path.dropFirst().map(\.origin))
        case .config(.includeCycle(let path)): Set(path.dropFirst().map(\.origin))
        default: nil
        }
    }
}
