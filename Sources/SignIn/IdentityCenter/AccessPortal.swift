// Which sign-in is meant: an access portal of IAM Identity Center, and by which name.
internal import Model

/// An access portal, as the config names it. Two names for one portal are two sign-ins, so that two
/// people, or two people's roles, can share a machine.
public struct AccessPortal: Hashable, Sendable {
    /// The name of the `sso-session` section; nil for the older form without one.
    public let session: String?
    /// `sso_start_url`, as it is written.
    public let startURL: String
    /// `sso_region`.
    public let region: String
    /// What the sign-in is for.
    public let scopes: [String]
    /// Whether it is kept for the AWS CLI, too.
    public let sharesCLICache: Bool

    /// Joins the parts.
    public init(
        session: String?, startURL: String, region: String, scopes: [String],
        sharesCLICache: Bool = false
    ) {
        self.session = session
        self.startURL = startURL
        self.region = region
        self.scopes = scopes
        self.sharesCLICache = sharesCLICache
    }

    /// How it is called in messages.
    public var displayName: String { session ?? requestURL }

    /// The start URL without what a browser's address line puts behind it.
    public var requestURL: String { String(startURL.prefix { $0 != "#" }) }

    /// What its token is found by.
    public var recordName: String {
        "sign-in:\(FNV1a.hexadecimal([session ?? "", startURL, region].joined(separator: "\n").utf8))"
    }

    /// What a client for it is found by: one serves every session of a portal.
    func clientName(_ flow: String) -> String {
        let fields = [flow, requestURL, region] + scopes
        return "sign-in-client:\(FNV1a.hexadecimal(fields.joined(separator: "\n").utf8))"
    }
}
