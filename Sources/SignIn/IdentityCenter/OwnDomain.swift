// Start URLs on an organization's own domain: AWS's services know the address that they lead to.
internal import AWS
internal import HTTP

/// The address of an access portal as AWS's services want it.
enum OwnDomain {
    /// Where AWS has access portals.
    private static let suffixes = [
        ".awsapps.com", ".awsapps.cn", ".app.aws", ".amazonaws.com", ".amazonaws.com.cn",
        ".amazonaws.eu",
    ]

    /// What `url` leads to in one step, if that is one of AWS's; else `url`, which AWS may know all
    /// the same.
    ///
    /// Source: AWS CLI v2, customizations/sso/resolve.py. Only a domain of AWS's is followed: what a
    /// person says yes to would else be up to whoever has the other one.
    static func resolved(_ url: String, _ web: (any HTTPTransport)?) -> String {
        guard let web, !isOfAWS(url) else { return url }
        let request = HTTPRequest(method: "GET", url: url, limits: HTTPLimits(whole: .seconds(10)))
        guard let answer = try? web.send(request), (300...399).contains(answer.status),
            let target = answer.header("location"), target.hasPrefix("https://"), isOfAWS(target)
        else { return url }
        return String(target.prefix { $0 != "#" })
    }

    static func isOfAWS(_ url: String) -> Bool {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty else { return false }
        let host = parts[2].prefix { !"?#:".contains($0) }.lowercased()
        // A name and password in front may look like a host.
        return !parts[2].contains("@") && suffixes.contains { host.hasSuffix($0) }
    }
}
