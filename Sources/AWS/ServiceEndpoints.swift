// The endpoints of each service: the SDKs' rules, one function a service.

extension Endpoint {
    /// Regions whose STS calls went to `sts.amazonaws.com` before each region had an endpoint.
    ///
    /// Source: STS's endpoint rules in the SDKs, UseGlobalEndpoint.
    private static let legacyRegions: Set<String> = [
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global",
        "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
        "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ]

    /// STS in a region: `https://sts.REGION.SUFFIX`; in us-east-1 where no region is known.
    ///
    /// Source: STS's endpoint rules in the SDKs.
    /// - Throws: `EndpointError`.
    public static func sts(_ options: Options) throws(EndpointError) -> Endpoint {
        let region = options.region ?? defaultRegion
        let isGlobal =
            region == "aws-global"
            || options.useGlobalEndpoint && legacyRegions.contains(region)
        if isGlobal, options.override == nil, !options.useFIPS, !options.useDualStack {
            return Endpoint(url: "https://sts.amazonaws.com", signingRegion: defaultRegion)
        }
        return try regional("sts", options, region: region)
    }

    /// IAM, which has one endpoint a partition; that of `aws` where no region is known.
    ///
    /// Source: IAM's endpoint rules in the SDKs.
    /// - Throws: `EndpointError`.
    public static func iam(_ options: Options) throws(EndpointError) -> Endpoint {
        let region = options.region ?? defaultRegion
        guard isRegion(region) else { throw .invalidRegion(region) }
        let partition = Partition.containing(region: region)
        let iam = partition.iam
        if let endpoint = try custom(options, signingRegion: iam.signingRegion) { return endpoint }
        let name =
            switch (options.useFIPS, options.useDualStack) {
            case (false, false): iam.plain
            case (true, false): iam.fips
            case (false, true): iam.dualStack
            case (true, true): iam.dualStackFIPS
            }
        let suffix = options.useDualStack ? partition.dualStackSuffix : partition.suffix
        return Endpoint(url: "https://\(name).\(suffix)", signingRegion: iam.signingRegion)
    }

    /// The access portal of IAM Identity Center.
    ///
    /// Source: SSO's endpoint rules in the SDKs.
    /// - Throws: `EndpointError`; it cannot be asked without a region.
    public static func sso(_ options: Options) throws(EndpointError) -> Endpoint {
        try regional("portal.sso", options, region: options.region)
    }

    /// The sign-in of IAM Identity Center.
    ///
    /// Source: SSO OIDC's endpoint rules in the SDKs.
    /// - Throws: `EndpointError`; it cannot be asked without a region.
    public static func ssoOIDC(_ options: Options) throws(EndpointError) -> Endpoint {
        try regional("oidc", options, region: options.region)
    }

    /// Which of the sign-in service's doors is wanted.
    public enum SignInPart: Equatable, Sendable {
        /// The one that people and `aws login` use.
        case signIn
        /// The one that takes signed requests.
        case controlPlane
        /// The one for OAuth clients.
        case oauth
    }

    /// The sign-in service of the console.
    ///
    /// Source: the sign-in service's endpoint rules in the SDKs.
    /// - Throws: `EndpointError`; it cannot be asked without a region.
    public static func signIn(
        _ options: Options, part: SignInPart = .signIn
    ) throws(EndpointError) -> Endpoint {
        if part == .oauth, options.useFIPS { throw .fipsWithOAuth }
        let (region, partition) = try located(options.region, options)
        if let endpoint = try custom(options, signingRegion: region) { return endpoint }
        func endpoint(_ host: String) -> Endpoint {
            Endpoint(url: "https://\(host)", signingRegion: region)
        }
        if part == .controlPlane {
            return endpoint("signin.\(region).\(partition.dualStackSuffix)")
        }
        if part == .oauth, partition == .aws { return endpoint("\(region).oauth.signin.aws") }
        switch (options.useFIPS, options.useDualStack) {
        case (false, false): return endpoint("\(region).\(partition.signInSuffix)")
        case (false, true): return endpoint("signin.\(region).\(partition.dualStackSuffix)")
        case (true, true): return endpoint("signin-fips.\(region).\(partition.dualStackSuffix)")
        case (true, false) where partition.id == "aws-us-gov":
            let name = "signin-fips.amazonaws-us-gov.com"
            return endpoint(region == "us-gov-west-1" ? name : "\(region).\(name)")
        case (true, false): return endpoint("signin-fips.\(region).\(partition.suffix)")
        }
    }

    // MARK: - What they share

    /// `https://NAME.REGION.SUFFIX`, the form of most services.
    /// - Parameter plainMayBeFIPS: Whether GovCloud's plain names are FIPS endpoints themselves.
    static func regional(
        _ name: String, _ options: Options, region: String?, plainMayBeFIPS: Bool = true
    ) throws(EndpointError) -> Endpoint {
        let (region, partition) = try located(region, options)
        if let endpoint = try custom(options, signingRegion: region) { return endpoint }
        let isPlainFIPS =
            plainMayBeFIPS && partition.id == "aws-us-gov" && !options.useDualStack
        let host = options.useFIPS && !isPlainFIPS ? "\(name)-fips" : name
        let suffix = options.useDualStack ? partition.dualStackSuffix : partition.suffix
        return Endpoint(url: "https://\(host).\(region).\(suffix)", signingRegion: region)
    }

    /// The endpoint that the caller names, if one is named.
    private static func custom(
        _ options: Options, signingRegion: String
    ) throws(EndpointError) -> Endpoint? {
        guard let url = options.override else { return nil }
        if options.useFIPS { throw .fipsWithOverride }
        if options.useDualStack { throw .dualStackWithOverride }
        return try Endpoint(override: url, signingRegion: signingRegion)
    }

    /// A region and its partition. Pseudo-regions such as `aws-global` have no hosts of their own.
    private static func located(
        _ region: String?, _ options: Options
    ) throws(EndpointError) -> (region: String, Partition) {
        guard let region = region ?? options.override.map({ _ in defaultRegion }) else {
            throw .missingRegion
        }
        guard isRegion(region) else { throw .invalidRegion(region) }
        let partition = Partition.containing(region: region)
        return (region == "\(partition.id)-global" ? partition.globalRegion : region, partition)
    }
}
