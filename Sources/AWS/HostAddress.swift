// Which hosts are this machine, or so near that nobody stands between.
internal import Glibc

/// What the text of a host says of where it is; names are not looked up.
enum HostAddress {
    /// Whether `host` is this machine, or an address that only this machine's own link knows, as
    /// metadata services have.
    ///
    /// Source: RFC 1122, 3927, 4291 and 6761; EC2 user guide for fd00:ec2::/32.
    static func isLocal(_ host: String) -> Bool {
        if let address = ipv4(host) { return address >> 24 == 127 || address >> 16 == 0xa9fe }
        if let address = ipv6(host) {
            return address == loopback || address.prefix(4) == [0xfd, 0, 0x0e, 0xc2]
                || address[0] == 0xfe && address[1] & 0xc0 == 0x80
        }
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    /// Whether `host` is this machine itself.
    static func isLoopback(_ host: String) -> Bool {
        if let address = ipv4(host) { return address >> 24 == 127 }
        if let address = ipv6(host) { return address == loopback }
        return host.lowercased() == "localhost"
    }

    /// Whether `host` is this machine, or one of the addresses of AWS's own agents for containers.
    ///
    /// Source: AWS SDKs and tools reference guide, "Container credential provider".
    static func isContainerAgent(_ host: String) -> Bool {
        if let address = ipv4(host) {
            // The agents of ECS and of EKS.
            return address >> 24 == 127 || [0xa9fe_aa02, 0xa9fe_aa17].contains(address)
        }
        if let address = ipv6(host) { return [loopback, ipv6("fd00:ec2::23")].contains(address) }
        return host.lowercased() == "localhost"
    }

    private static let loopback = [UInt8](repeating: 0, count: 15) + [1]

    private static func ipv4(_ host: String) -> UInt32? {
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
    }

    private static func ipv6(_ host: String) -> [UInt8]? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, host, &address) == 1 else { return nil }
        return withUnsafeBytes(of: address) { Array($0) }
    }
}
