// Which address of a service is configured, in the SDKs' order of precedence.

/// The address that replaces a service's own.
///
/// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
public enum EndpointURL {
    /// Finds the address; a flag's would come before it.
    ///
    /// The order is AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL, the profile's `services` section,
    /// its `endpoint_url`. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, else the profile's
    /// `ignore_configured_endpoint_urls`, rules out all of them.
    ///
    /// - Parameters:
    ///   - service: The service's name in a `services` section: `sts`, `sso_oidc`.
    ///   - profile: The profile whose settings count; nil for none.
    ///   - config: The files, for the `services` section.
    ///   - variable: Looks a variable up; an empty one counts as unset.
    /// - Returns: Nil where the service's own address counts.
    /// - Throws: `ConfigError.invalidValue`; `ConfigError.unknownServices` where a section is
    ///   needed that is not there.
    public static func resolve(
        service: String, profile: Profile?, config: ConfigFiles, variable: (String) -> String?
    ) throws(ConfigError) -> Setting<String>? {
        let ignoring = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
        let ignored = try Setting(variable: ignoring, variable)?
            .read(as: .boolean, key: ignoring) { Bool(setting: $0) }
        if (ignored ?? profile?.ignoresConfiguredEndpointURLs)?.value == true { return nil }

        let own = "AWS_ENDPOINT_URL_\(service.uppercased())"
        for name in [own, "AWS_ENDPOINT_URL"] {
            if let url = Setting(variable: name, variable) {
                return try url.read(as: .url, key: name) { $0 }
            }
        }
        if let profile, let services = profile.services {
            guard config.origin(of: .services, named: services.value) != nil else {
                throw .unknownServices(
                    services, profile: profile.name,
                    nearest: config.nearestName(of: .services, to: services.value))
            }
            if let url = config.serviceEndpoint(services: services.value, service: service) {
                return try url.read(as: .url, key: "endpoint_url") { $0 }
            }
        }
        return profile?.endpointURL
    }
}

extension ConfigFiles {
    /// What a `services` section has as a service's `endpoint_url`, with the line it is on; not
    /// checked. Nil where it has none, or an empty one.
    public func serviceEndpoint(services: String, service: String) -> Setting<String>? {
        let found = setting("endpoint_url", of: service, in: .services, named: services)
        return found.flatMap { $0.value.isEmpty ? nil : $0 }
    }
}
