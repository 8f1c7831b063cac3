// Addresses of the console: signed in, signed out, a service in a region, another role, the portal.
public import Model

/// Why there is no address.
public enum ConsoleLinkError: Error, Equatable {
    /// Neither the name of a service nor an https address.
    case service(String)
    /// Not the name of a region.
    case region(String)
    /// Nothing public says where a partition has its console.
    case unknownConsole(partition: String)
}

/// Addresses that open the console of AWS in a browser.
public enum ConsoleLink {
    static let path = "/federation"

    /// The address that signs a browser in with a token. Whoever has it has the session.
    /// - Parameters:
    ///   - destination: Where it leads to.
    ///   - issuer: What sends the browser there; the console shows it when the session is over.
    public static func login(
        at endpoint: Endpoint, destination: String, issuer: String, token: borrowing Secret
    ) -> Secret {
        secret(
            "\(endpoint.url)\(path)?Action=login&Issuer=\(percentEncoded(issuer))"
                + "&Destination=\(percentEncoded(destination))&SigninToken=", encoding: token)
    }

    /// The address that ends what the browser is signed in as, and then goes to `next`.
    ///
    /// Source: the console's own "Sign out" leads there.
    public static func logout(at endpoint: Endpoint, next: borrowing Secret) -> Secret {
        secret("\(endpoint.url)/oauth?Action=logout&redirect_uri=", encoding: next)
    }

    /// The page on which somebody who is signed in takes on a role; nil where `role` is none.
    ///
    /// - Parameters:
    ///   - name: What the console calls it, of which it takes 64 characters.
    ///   - color: Six hexadecimal digits.
    /// Source: IAM user guide, "Switch from a user to an IAM role (console)".
    public static func switchRole(
        at endpoint: Endpoint, to role: ARN, name: String, color: String
    ) -> String? {
        guard let roleName = role.roleName else { return nil }
        return "\(endpoint.url)/switchrole?account=\(role.accountID)"
            + "&roleName=\(percentEncoded(roleName))"
            + "&displayName=\(percentEncoded(String(name.prefix(64))))&color=\(color)"
    }

    /// The access portal's own way into the console, for who is signed in there.
    ///
    /// - Parameter destination: Where it leads to; nil for the start page.
    /// Source: IAM Identity Center user guide, "Create shortcut links to AWS Management Console
    /// destinations".
    public static func portal(
        startURL: String, accountID: String, roleName: String, destination: String?
    ) -> String {
        // As it is copied from a browser it ends in `#/`, `/` or neither.
        var start = startURL.prefix { $0 != "#" }
        while start.hasSuffix("/") { start.removeLast() }
        return "\(start)/#/console?account_id=\(percentEncoded(accountID))"
            + "&role_name=\(percentEncoded(roleName))"
            + (destination.map { "&destination=\(percentEncoded($0))" } ?? "")
    }

    /// Where a service stands in the console of a region.
    /// - Parameter service: Its name, such as `ec2`, or an https address as it is; nil for the start
    ///   page.
    /// - Throws: `ConsoleLinkError`.
    public static func destination(
        service: String?, region: String
    ) throws(ConsoleLinkError) -> String {
        if let service, service.hasPrefix("https://") {
            guard service.utf8.count > 8, service.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw .service(service)
            }
            return service
        }
        let name = service ?? "console"
        guard isName(name) else { throw .service(name) }
        guard Endpoint.isRegion(region) else { throw .region(region) }
        let partition = Partition.containing(region: region)
        guard let host = partition.consoleHost else {
            throw .unknownConsole(partition: partition.id)
        }
        let place = region == "\(partition.id)-global" ? partition.globalRegion : region
        let page = pages[name] ?? "\(name)/home"
        let parts = page.split(separator: "#", maxSplits: 1)
        let fragment = parts.count > 1 ? "#\(parts[1])" : ""
        return "https://\(place).\(host)/\(parts[0])?region=\(place)\(fragment)"
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "/") } == true
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || "-/".utf8.contains($0)
            }
    }

    /// The services whose page in the console is not at `NAME/home` by the name that they have in the
    /// AWS CLI.
    private static let pages = [
        "ce": "cost-management/home", "cfn": "cloudformation/home",
        "cognito-idp": "cognito/v2/home", "ddb": "dynamodbv2/home",
        "dynamodb": "dynamodbv2/home", "ebs": "ec2/home#Volumes:",
        "elb": "ec2/home#LoadBalancers:", "elbv2": "ec2/home#LoadBalancers:",
        "logs": "cloudwatch/home#logsV2:log-groups",
        "mq": "amazon-mq/home", "opensearch": "aos/home", "route53": "route53/v2/home",
        "sfn": "states/home", "ssm": "systems-manager/home", "sso": "singlesignon/home",
        "stepfunctions": "states/home",
    ]
}

extension Partition {
    /// What the names of its console's hosts end in; nil where nothing public says.
    ///
    /// Source: AWS's documentation of each partition, "service endpoints" of the console.
    var consoleHost: String? {
        switch id {
        case "aws": "console.aws.amazon.com"
        case "aws-cn": "console.amazonaws.cn"
        case "aws-us-gov": "console.amazonaws-us-gov.com"
        case "aws-eusc": "console.amazonaws-eusc.eu"
        default: nil
        }
    }
}
