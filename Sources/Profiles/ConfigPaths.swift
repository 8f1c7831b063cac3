// Where the config and the credentials file are.

/// The places of the two files.
///
/// Source: AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials
/// files".
public struct ConfigPaths: Equatable, Sendable {
    /// A path to open and to show.
    public struct Path: Equatable, Sendable {
        /// For opening.
        public let path: String
        /// For people: the home directory as `~`.
        public let display: String

        /// A path whose leading `~` is expanded, and folded again for display.
        init(_ text: String, home: String?) {
            guard let home else {
                path = text
                display = text
                return
            }
            path = text.hasPrefix("~/") ? home + String(text.dropFirst()) : text
            // With / as home, everything would look as if it were at home.
            let isAtHome = !home.isEmpty && path.hasPrefix(home + "/")
            display =
                isAtHome ? "~" + String(path.dropFirst(home.count)) : path
        }
    }

    /// The config file: AWS_CONFIG_FILE, else `~/.aws/config`.
    public let config: Path
    /// The credentials file: AWS_SHARED_CREDENTIALS_FILE, else `~/.aws/credentials`.
    public let credentials: Path

    /// Finds the places.
    ///
    /// - Parameters:
    ///   - variable: Looks an environment variable up; an empty one counts as unset.
    ///   - accountHome: The home directory in the password file; asked only where HOME is unset.
    /// - Throws: `ConfigError.relativeHome`; `ConfigError.homeUnknown` where a default or a `~`
    ///   needs a home and has none.
    public init(
        variable: (String) -> String?, accountHome: @autoclosure () -> String? = nil
    ) throws(ConfigError) {
        func value(_ name: String) -> String? {
            guard let value = variable(name), !value.isEmpty else { return nil }
            return value
        }
        let config = value("AWS_CONFIG_FILE") ?? "~/.aws/config"
        let credentials = value("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials"
        var home = value("HOME")
        // It would be another place for each working directory.
        if let home, !home.hasPrefix("/") { throw .relativeHome(home) }
        home = home ?? accountHome()
        while home?.hasSuffix("/") == true { home?.removeLast() }
        if home == nil, config.hasPrefix("~/") || credentials.hasPrefix("~/") {
            throw .homeUnknown
        }
        self.config = Path(config, home: home)
        self.credentials = Path(credentials, home: home)
    }
}
