// The pages of the manual that belong to no command: settings, and the security model.
public import Flags

/// `credtool-config(5)` and `credtool-security(7)`.
public func manualPages() -> [GeneratedFile] {
    [
        GeneratedFile(path: "man/credtool-config.5", text: configPage()),
        GeneratedFile(path: "man/credtool-security.7", text: securityPage()),
    ]
}
