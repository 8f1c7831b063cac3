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
    /// The region that a pseudo-region such as `aws-cn-global` stands for.
    public let globalRegion: String
    /// What the names of the sign-in service's endpoints end in.
    public let signInSuffix: String
    /// IAM, which has one endpoint a partition.
    let iam: IAM

    /// The names of IAM's endpoints before the suffix, and where it signs.
    ///
    /// Source: IAM's endpoint rules in the SDKs.
    struct IAM: Equatable, Sendable {
        let signingRegion: String
        let plain: String
        let fips: String
        let dualStack: String
        let dualStackFIPS: String

        init(
            _ signingRegion: String, _ plain: String, fips: String = "iam-fips",
            dualStack: String = "iam", dualStackFIPS: String = "iam-fips"
        ) {
            self.signingRegion = signingRegion
            self.plain = plain
            self.fips = fips
            self.dualStack = dualStack
            self.dualStackFIPS = dualStackFIPS
        }
    }

    /// What the names of its regions begin with; empty for the partition that takes all others.
    let regionPrefix: String

    private init(
        _ id: String, _ regionPrefix: String, _ suffix: String, dualStack dualStackSuffix: String,
        signIn signInSuffix: String, global globalRegion: String, iam: IAM
    ) {
        self.id = id
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
        self.globalRegion = globalRegion
        self.signInSuffix = signInSuffix
        self.iam = iam
        self.regionPrefix = regionPrefix
    }

    /// All partitions; the last takes every region that no other knows.
    public static let all = [
        Partition(
            "aws-cn", "cn-", "amazonaws.com.cn", dualStack: "api.amazonwebservices.com.cn",
            signIn: "signin.amazonaws.cn", global: "cn-northwest-1",
            iam: IAM("cn-north-1", "iam.cn-north-1", dualStack: "iam.global")),
        // Its plain names are FIPS endpoints themselves.
        Partition(
            "aws-us-gov", "us-gov-", "amazonaws.com", dualStack: "api.aws",
            signIn: "signin.amazonaws-us-gov.com", global: "us-gov-west-1",
            iam: IAM(
                "us-gov-west-1", "iam.us-gov", fips: "iam.us-gov", dualStack: "iam.us-gov",
                dualStackFIPS: "iam.us-gov")),
        Partition(
            "aws-eusc", "eusc-", "amazonaws.eu", dualStack: "api.amazonwebservices.eu",
            signIn: "signin.amazonaws-eusc.eu", global: "eusc-de-east-1",
            iam: IAM("eusc-de-east-1", "iam.eusc-de-east-1", dualStack: "iam.global")),
        Partition(
            "aws-iso", "us-iso-", "c2s.ic.gov", dualStack: "api.aws.ic.gov",
            signIn: "signin.c2shome.ic.gov", global: "us-iso-east-1",
            iam: IAM("us-iso-east-1", "iam.us-iso-east-1", fips: "iam-fips.us-iso-east-1")),
        Partition(
            "aws-iso-b", "us-isob-", "sc2s.sgov.gov", dualStack: "api.aws.scloud",
            signIn: "signin.sc2shome.sgov.gov", global: "us-isob-east-1",
            iam: IAM("us-isob-east-1", "iam.us-isob-east-1", fips: "iam-fips.us-isob-east-1")),
        Partition(
            "aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", dualStack: "api.cloud-aws.adc-e.uk",
            signIn: "signin.csphome.adc-e.uk", global: "eu-isoe-west-1",
            iam: IAM("eu-isoe-west-1", "iam.eu-isoe-west-1")),
        Partition(
            "aws-iso-f", "us-isof-", "csp.hci.ic.gov", dualStack: "api.aws.hci.ic.gov",
            signIn: "signin.csphome.hci.ic.gov", global: "us-isof-south-1",
            iam: IAM("us-isof-south-1", "iam.us-isof-south-1")),
        aws,
    ]

    /// The commercial partition.
    public static let aws = Partition(
        "aws", "", "amazonaws.com", dualStack: "api.aws", signIn: "signin.aws.amazon.com",
        global: "us-east-1",
        iam: IAM("us-east-1", "iam", dualStack: "iam.global", dualStackFIPS: "iam-fips.global"))

    /// The partition of a region, or of a pseudo-region such as `aws-cn-global`.
    public static func containing(region: String) -> Partition {
        all.first { region == "\($0.id)-global" || region.hasPrefix($0.regionPrefix) } ?? aws
    }
}
