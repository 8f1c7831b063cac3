// What `plan` says of settings that do nothing for the profile: misspelt ones, those of [default].
internal import Model
internal import Planning
internal import Profiles

/// The notes beside the reasons of a plan.
enum PlanNotes {
    /// A sentence each.
    static func lines(_ plan: SessionPlan, _ config: ConfigFiles) -> [String] {
        config.misspeltSettings(behind: plan.profile.value).map { setting in
            "\(setting.wording.message); did you mean \(setting.nearest)?"
        } + untaken(plan, config) + leaking(plan, config)
    }

    /// What programs read of [default], since they are told no profile, and which nothing can keep
    /// them from.
    private static func leaking(_ plan: SessionPlan, _ config: ConfigFiles) -> [String] {
        let name = plan.profile.value
        guard name != "default" else { return [] }
        let told = Set(plan.clientSettings.map(\.variable))
        let ignores = told.contains(ClientSettingKey.ignoreConfiguredEndpointURLs.variables[0])
        let read = config.standardSettings.entries.filter { entry in
            if entry.setting.value.isEmpty { return false }
            if entry.key == "region" { return plan.region == nil }
            guard let key = ClientSettingKey(rawValue: entry.key) else { return false }
            if key == .endpointURL {
                return !ignores && !told.contains("AWS_ENDPOINT_URL")
                    && Machine.variable("AWS_ENDPOINT_URL") == nil
            }
            return !key.variables.contains { told.contains($0) || Machine.variable($0) != nil }
        }
        guard !read.isEmpty else { return [] }
        let names = read.map { "\($0.key) (\($0.setting.origin))" }.joined(separator: ", ")
        return [
            "programs are told no profile, and so read what [default] has and \(name) has not:"
                + " \(names)"
        ]
    }

    /// Settings of [default] that the plan has nothing in the place of.
    private static func untaken(_ plan: SessionPlan, _ config: ConfigFiles) -> [String] {
        let name = plan.profile.value
        guard name != "default",
            let standard = config.settings(of: .profile, named: "default")
        else { return [] }
        let missing = [
            ("mfa_serial", plan.credentials.mfaSerial == nil), ("region", plan.region == nil),
        ]
        return missing.compactMap { key, isMissing in
            guard isMissing, let setting = standard[key], !setting.value.isEmpty else { return nil }
            return "[default] has \(key) = \(setting.value) (\(setting.origin)), which profile"
                + " \(name) does not take over; include_profile = default in"
                + " [\(Profile.title(of: name))] does"
        }
    }
}

extension Machine {
    /// Tells of misspelt settings, where the profile is used or cannot be.
    func tellMisspeltSettings(behind profile: String) {
        guard let config = try? configFiles() else { return }
        for setting in config.misspeltSettings(behind: profile) {
            console.say(setting.wording.message)
            for hint in setting.wording.hints { console.hint(hint) }
        }
    }
}
