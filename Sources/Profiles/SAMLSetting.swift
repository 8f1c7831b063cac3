// The settings of a sign-in by SAML, named once each: key, form, flag; and their values.
public import Model

/// A setting that says where a SAML response comes from, or what is done with it; the raw value is
/// its key in a profile.
public enum SAMLSetting: String, CaseIterable, Hashable, Sendable {
    /// The identity provider in IAM, by its ARN, where the response names several.
    case provider = "saml_provider"
    /// A command that prints the response.
    case process = "saml_process"
    /// A file with the response; `-` is standard input.
    case file = "saml_file"
    /// The role, by its ARN or its name, where the response offers several.
    case role = "saml_role"
    /// The page of the identity provider that signs in for AWS.
    case idpURL = "saml_idp_url"
    /// The port of this machine that the page comes back to.
    case acsPort = "saml_acs_port"

    /// The form of its value.
    public var form: SettingForm {
        switch self {
        case .provider: .samlProvider
        case .process: .command
        case .file: .line
        case .role: .samlRole
        case .idpURL: .url
        case .acsPort: .port
        }
    }

    /// The name of its flag without the dashes; nil for none.
    public var flag: String? {
        switch self {
        case .provider: "saml-provider"
        case .process: "saml-process"
        case .file: "saml-file"
        case .role: "saml-role"
        case .idpURL, .acsPort: nil
        }
    }

    /// Whether it says where the response comes from.
    public var isWay: Bool {
        switch self {
        case .process, .file, .idpURL: true
        case .provider, .role, .acsPort: false
        }
    }
}

/// What a profile says of a sign-in by SAML, every setting with the place it was found in.
public struct SAMLSettings: Equatable, Sendable {
    // A property each: every profile has these settings, and hardly one of them is set.
    private var providerText: Setting<String>?
    private var process: Setting<String>?
    private var file: Setting<String>?
    private var role: Setting<String>?
    private var idpURL: Setting<String>?
    private var port: Setting<String>?

    /// Settings of which none is set.
    public init() {}

    /// Whether nothing is set.
    public var isEmpty: Bool {
        providerText == nil && process == nil && file == nil && role == nil && idpURL == nil
            && port == nil
    }

    /// What `setting` is, of its form; nil where it is not set.
    public private(set) subscript(setting: SAMLSetting) -> Setting<String>? {
        get {
            switch setting {
            case .provider: providerText
            case .process: process
            case .file: file
            case .role: role
            case .idpURL: idpURL
            case .acsPort: port
            }
        }
        set {
            switch setting {
            case .provider: providerText = newValue
            case .process: process = newValue
            case .file: file = newValue
            case .role: role = newValue
            case .idpURL: idpURL = newValue
            case .acsPort: port = newValue
            }
        }
    }

    /// The first one that is set.
    public var first: (SAMLSetting, Setting<String>)? {
        SAMLSetting.allCases.lazy.compactMap { key in self[key].map { (key, $0) } }.first
    }

    /// The identity provider in IAM.
    public var provider: Setting<ARN>? {
        guard let text = providerText, let arn = ARN(text.value) else { return nil }
        return Setting(arn, from: text.origin)
    }

    /// The port of this machine that the identity provider's page comes back to.
    public var acsPort: Setting<UInt16> {
        guard let port, let number = UInt16(port.value) else {
            return Setting(8443, from: .standard)
        }
        return Setting(number, from: port.origin)
    }

    /// The settings that a profile has; an empty value is as good as none.
    /// - Throws: `ConfigError.invalidValue` for the first one that has not its form.
    init(_ profile: SectionSettings) throws(ConfigError) {
        for setting in SAMLSetting.allCases {
            guard let text = profile[setting.rawValue], !text.value.isEmpty else { continue }
            try set(setting, text, key: setting.rawValue)
        }
    }

    /// The settings with what flags say in their place. A flag that says where the response comes
    /// from stands for every way that is set.
    /// - Throws: `ConfigError.invalidValue`, with the flag as its key.
    public mutating func overlay(flags: [SAMLSetting: String]) throws(ConfigError) {
        if flags.keys.contains(where: \.isWay) { (process, file, idpURL) = (nil, nil, nil) }
        for setting in SAMLSetting.allCases {
            guard let value = flags[setting], let name = setting.flag else { continue }
            try set(setting, Setting(value, from: .flag("--\(name)")), key: "--\(name)")
        }
    }

    private mutating func set(
        _ setting: SAMLSetting, _ text: Setting<String>, key: String
    ) throws(ConfigError) {
        guard setting.form.accepts(text.value) else {
            throw .invalidValue(
                key: key, value: text.value, origin: text.origin, expected: setting.form)
        }
        self[setting] = text
    }
}
