// The partitions of AWS: groups of regions with their own names and accounts.

/// A partition.
///
/// Source: the SDKs' partitions.json.
public struct Partition: Equatable, Sendable {
    /// `aws`, `aws-cn`, … as in ARNs.
    public let id: String
    /// What the names of endpoints end in.
    public let suffix: String
    /// What the names of endpoints with IPv6 end in.
    public let dualStackSuffix: String
    /// Where the services without regions sign.
    public let globalRegion: String
    /// What the names of its regions begin with; empty for the partition that takes all others.
    let regionPrefix: String

    private init(
        _ id: String, _ regionPrefix: String, _ suffix: String, _ dualStackSuffix: String,
        _ globalRegion: String
    ) {
        self.id = id
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
        self.globalRegion = globalRegion
        self.regionPrefix = regionPrefix
    }

    /// All partitions; the last takes every region that no other knows.
    public static let all = [
        Partition(
            "aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1"),
        Partition("aws-us-gov", "us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1"),
        Partition(
            "aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"),
        Partition("aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"),
        Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"),
        Partition(
            "aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"),
        Partition(
            "aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"),
        aws,
    ]

    /// The commercial partition.
    public static let aws = Partition("aws", "", "amazonaws.com", "api.aws", "us-east-1")

    /// The partition of a region, or of a pseudo-region such as `aws-cn-global`.
    public static func containing(region: String) -> Partition {
        all.first { region == "\($0.id)-global" || region.hasPrefix($0.regionPrefix) } ?? aws
    }
}
