// The pages of the manual that belong to no command: settings, ways to sign in, and
// the security model.
public import Flags

/// `credtool-config(5)`, and `credtool-oidc(7)`, `-rolesanywhere(7)`, `-saml(7)` and `-security(7)`.
public func manualPages() -> [GeneratedFile] {
    [
        GeneratedFile(path: "man/credtool-config.5", text: configPage()),
        GeneratedFile(path: "man/credtool-oidc.7", text: openIDPage()),
        GeneratedFile(path: "man/credtool-rolesanywhere.7", text: rolesAnywherePage()),
        GeneratedFile(path: "man/credtool-saml.7", text: samlPage()),
        GeneratedFile(path: "man/credtool-security.7", text: securityPage()),
    ]
}
