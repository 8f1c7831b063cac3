// The partitions of AWS as far as plans need them: which region belongs to which.

/// A partition.
///
/// Source: botocore's data, partitions.json.
struct Partition: Equatable {
    /// Its name in ARNs.
    let id: String

    /// The one that most accounts are in.
    static let standard = Partition(id: "aws")

    init(id: String) { self.id = id }

    /// The partition of a region, by the beginning of its name.
    init(region: String) {
        let known = Self.known.first { region.hasPrefix($0.prefix) }
        id = known?.id ?? Self.standard.id
    }

    /// The region whose STS is asked where none is known.
    var signInRegion: String { Self.known.first { $0.id == id }?.signInRegion ?? "us-east-1" }

    private static let known: [(id: String, prefix: String, signInRegion: String)] = [
        ("aws-cn", "cn-", "cn-north-1"), ("aws-us-gov", "us-gov-", "us-gov-west-1"),
        ("aws-eusc", "eusc-", "eusc-de-east-1"), ("aws-iso", "us-iso-", "us-iso-east-1"),
        ("aws-iso-b", "us-isob-", "us-isob-east-1"), ("aws-iso-e", "eu-isoe-", "eu-isoe-west-1"),
        ("aws-iso-f", "us-isof-", "us-isof-south-1"),
    ]
}
