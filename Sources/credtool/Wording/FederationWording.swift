// The words for opening the console of AWS, and why it did not open.
internal import AWS
internal import Loopback
internal import Model

extension ConsoleFailure {
    /// The words.
    var wording: Wording {
        switch self {
        case .noRole(let profile):
            Wording(
                "profile \(quoted(profile)) assumes no role that somebody in the console could"
                    + " switch to",
                hint: "credtool console \(typed(profile)) --switch-role --role ROLE")
        case .noPortal(let profile):
            Wording(
                "profile \(quoted(profile)) is no role of IAM Identity Center, so no portal leads"
                    + " to it",
                hint: "credtool console \(typed(profile)) opens the console without a portal")
        case .federation(.unreadable(_, let status, _), let host, let profile, let isOuter)
        where [400, 401, 403].contains(status):
            // What AWS answers may hold the session, and is not told.
            Wording(
                "\(host) does not open the console with the session of profile \(quoted(profile))"
                    + " (HTTP status \(status))",
                hint: "credtool whoami \(typed(profile)) shows whose it is: the session of a role"
                    + " or of a federated user opens the console, one of GetSessionToken never",
                isOuter
                    ? "credtool console \(typed(profile)), with the name, makes a session of its own"
                    : "credtool clear \(typed(profile)) forgets a session that AWS has ended")
        case .federation(.unreadable(_, let status, let reason), let host, _, _):
            Wording(
                "\(host) did not answer as AWS's sign-in does (HTTP status \(status),"
                    + " \(reason))",
                hint: "is the region right (--region)? look at HTTPS_PROXY and"
                    + " AWS_ENDPOINT_URL_SIGNIN")
        case .federation(let error, _, _, _): error.wording
        case .link(let error): error.wording
        case .browser(let error):
            Wording(
                "no browser was opened: \(error.text)",
                hint: "credtool console PROFILE --browser firefox, or another one that is there",
                "credtool console PROFILE --print shows the address")
        case .noBrowserCame(let patience):
            Wording(
                "no browser came for the address within \(spoken(patience))",
                hint: "credtool console PROFILE --print shows the address")
        }
    }
}

extension ConsoleLinkError {
    fileprivate var wording: Wording {
        switch self {
        case .service(let text):
            Wording(
                "\(quoted(text)) is no service of the console",
                hint: "--service ec2, for example, or an address that begins with https://")
        case .region(let region):
            Wording("\(quoted(region)) is no region", hint: "--region eu-central-1, for example")
        case .unknownConsole(let partition):
            Wording(
                "where the console of partition \(partition) is, no public document says",
                hint: "--service https://... names the page to open")
        }
    }
}
