// What the name of a host of AWS says of the service and the region that requests are signed for.

/// The service and the region that a host belongs to, as far as its name tells.
///
/// Source: the SDKs' endpoints.json and service models; the user guides of the services whose hosts
/// belong to one customer.
public struct ServiceHost: Equatable, Sendable {
    /// The service as signatures name it.
    public private(set) var service: String?
    /// The region as signatures name it. S3's hosts without one serve buckets of any region.
    public private(set) var region: String?

    /// Reads the name of a host, with its port or without.
    public init(_ host: String) {
        let name = host.prefix { $0 != ":" }.lowercased()
        // The commercial partition, which shares its suffix with GovCloud, comes last.
        for partition in Partition.all.reversed() {
            for suffix in [partition.suffix, partition.dualStackSuffix, "on.aws"]
            where name.hasSuffix(".\(suffix)") {
                let labels = name.dropLast(suffix.count + 1).split(separator: ".").map(String.init)
                read(labels, partition)
                return
            }
        }
    }

    private mutating func read(_ labels: [String], _ partition: Partition) {
        var labels = labels
        drop(["vpce"], from: &labels)
        let last = labels.last ?? ""
        if Self.isRegion(last) {
            region = last
            labels.removeLast()
        } else if labels.count > 2, let name = Self.behindRegion[last],
            Self.isRegion(labels[labels.count - 2])
        {
            service = name
            region = labels[labels.count - 2]
            return
        } else if last.hasPrefix("s3-"), Self.isRegion(String(last.dropFirst(3))) {
            service = "s3"
            region = String(last.dropFirst(3))
            return
        }
        // GovCloud has the suffix of the commercial partition.
        let isGovCloud = labels.last == "us-gov"
        drop(["dualstack", "global", "us-gov"], from: &labels)
        guard let label = labels.last else { return }
        let name = signingName(labels)
        if region == nil {
            // Hosts of the whole partition have one label; others belong to machines of customers.
            guard labels.count == 1 || name == "s3" || labels.first == "global" else { return }
            if name != "s3" || label == "s3-external-1" {
                region =
                    Partition.containing(
                        region: isGovCloud ? "us-gov-" : partition.regionPrefix
                    ).globalRegion
            }
        }
        service = name
    }

    private func drop(_ names: [String], from labels: inout [String]) {
        while let last = labels.last, names.contains(last) { labels.removeLast() }
    }

    /// What signatures call the service that these labels end in.
    private func signingName(_ labels: [String]) -> String {
        var labels = labels
        if let last = labels.popLast() {
            labels.append(last.hasSuffix("-fips") ? String(last.dropLast(5)) : last)
        }
        for count in [3, 2, 1] where labels.count >= count {
            if let name = Self.names[labels.suffix(count).joined(separator: ".")] { return name }
        }
        let label = labels.last ?? ""
        if label == "iot", labels.dropLast().last?.hasSuffix("-ats") == true { return "iotdata" }
        if label.hasPrefix("s3express") { return "s3express" }
        return label
    }

    /// `eu-west-1`, `us-gov-west-1`: words of letters, and a number in the end.
    private static func isRegion(_ label: String) -> Bool {
        let words = label.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count > 2, let number = words.last, (2...4).contains(words[0].count) else {
            return false
        }
        return (1...2).contains(number.count) && number.allSatisfy { $0.isASCII && $0.isNumber }
            && words.dropLast().allSatisfy {
                !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLetter }
            }
    }

    /// Services whose label stands behind the region.
    private static let behindRegion = [
        "es": "es", "aoss": "aoss", "neptune": "neptune-db",
    ]

    /// The services that signatures call otherwise than their hosts do.
    private static let names = [
        "account-access-runtime": "account-access",
        "agent-registry-control": "agent-registry",
        "agreement-marketplace": "aws-marketplace",
        "api.tunneling.iot": "IoTSecuredTunneling",
        "appconfigdata": "appconfig",
        "appstream2": "appstream",
        "appsync-api": "appsync",
        "aps-workspaces": "aps",
        "bedrock-agent": "bedrock",
        "bedrock-agent-runtime": "bedrock",
        "bedrock-agentcore-control": "bedrock-agentcore",
        "bedrock-data-automation": "bedrock",
        "bedrock-data-automation-runtime": "bedrock",
        "bedrock-runtime": "bedrock",
        "cassandra-streams": "cassandra",
        "catalog.marketplace": "aws-marketplace",
        "cloudhsmv2": "cloudhsm",
        "cloudsearchdomain": "cloudsearch",
        "cloudwatch-omni": "cloudwatch",
        "contact-lens": "connect",
        "data-signer": "signer",
        "data.ats.iot": "iotdata",
        "data.jobs.iot": "iot-jobs-data",
        "deployment-marketplace": "aws-marketplace",
        "discovery-marketplace": "aws-marketplace",
        "email": "ses",
        "entitlement.marketplace": "aws-marketplace",
        "eventsv2": "events",
        "forecastquery": "forecast",
        "git-codecommit": "codecommit",
        "iam-toolbox": "iam",
        "identity-chime": "chime",
        "ivsrealtime": "ivs",
        "lambda-url": "lambda",
        "mail-manager": "ses",
        "media-pipelines-chime": "chime",
        "meetings-chime": "chime",
        "memory-db": "memorydb",
        "messaging-chime": "chime",
        "metering.marketplace": "aws-marketplace",
        "migrationhub-config": "mgh",
        "models-v2-lex": "lex",
        "oidc": "sso-oauth",
        "participant.connect": "execute-api",
        "partnercentral-prm": "partnercentral",
        "personalize-events": "personalize",
        "personalize-runtime": "personalize",
        "pinpoint": "mobiletargeting",
        "portal.sso": "awsssoportal",
        "reporting-marketplace": "aws-marketplace",
        "runtime-v2-lex": "lex",
        "s3-accelerate": "s3",
        "s3-accesspoint": "s3",
        "s3-control": "s3",
        "s3-external-1": "s3",
        "servicecatalog-appregistry": "servicecatalog",
        "sms-voice.pinpoint": "sms-voice",
        "voice-chime": "chime",
    ]
}
