// include_profile: settings that a profile takes from another one.

extension ConfigFiles {
    /// All that a profile says, its own settings completed by `include_profile`.
    ///
    /// As in aws-vault, whose setting it is: an included profile may include another one, the
    /// nearest section that has a key wins, and all settings are taken over, `role_arn` and
    /// `source_profile` too. Three things differ. Nothing comes from `[default]`. A profile that
    /// names a source of its own, by `source_profile` or `credential_source`, takes over neither,
    /// since they exclude each other. A key in plain stays with the profile it stands in, like one
    /// in the vault.
    ///
    /// - Returns: Nil where neither file has the profile. Secret values read as empty.
    /// - Throws: `ConfigError.unknownInclude`, `ConfigError.includeCycle`.
    public func completedSettings(ofProfile name: String) throws(ConfigError)
        -> SectionSettings?
    {
        guard var all = settings(of: .profile, named: name) else { return nil }
        guard var next = all.include else { return all }
        let origin = origin(of: .profile, named: name) ?? .standard
        var path = [Setting(name, from: origin)]
        while true {
            let including = path[path.count - 1].value
            path.append(next)
            guard !path.dropLast().contains(where: { $0.value == next.value }) else {
                throw .includeCycle(path)
            }
            guard let included = settings(of: .profile, named: next.value) else {
                throw .unknownInclude(
                    next, profile: including,
                    nearest: suggestion(for: next.value))
            }
            all.complete(with: included)
            guard let further = included.include else { return all }
            next = further
        }
    }
}

extension SectionSettings {
    fileprivate var include: Setting<String>? {
        self["include_profile"].flatMap { $0.value.isEmpty ? nil : $0 }
    }

    /// Takes over what is not set here. An empty value is as good as none, except for those that
    /// may not be empty.
    fileprivate mutating func complete(with included: SectionSettings) {
        let hasSource =
            self["source_profile"] != nil || self["credential_source"]?.value.isEmpty == false
        for entry in included.entries where !entry.setting.value.isEmpty {
            switch entry.key {
            case "include_profile", "aws_access_key_id", "aws_secret_access_key",
                "aws_session_token", "aws_security_token", "aws_account_id":
                continue
            case "source_profile", "credential_source":
                if hasSource { continue }
            default: break
            }
            if let present = self[entry.key],
                entry.key == "role_arn" || !present.value.isEmpty
            {
                continue
            }
            self[entry.key] = entry.setting
        }
    }
}
