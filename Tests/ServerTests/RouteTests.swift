// What paths and places stand for.
import Testing

@testable import Server

@Test(
    arguments: [
        ("/latest/api/token", .token),
        ("/latest/meta-data/iam/security-credentials", .roles),
        ("/latest/meta-data/iam/security-credentials/", .roles),
        ("/latest/meta-data/iam/security-credentials-extended/", .roles),
        ("/latest/meta-data/iam/security-credentials/work", .credentials(role: "work")),
        ("/latest/meta-data/iam/security-credentials-extended/work/", .credentials(role: "work")),
        ("/latest/meta-data/iam/info", .info),
        ("/latest/meta-data/instance-id", .instanceID),
        ("/latest/meta-data/placement/region", .region),
        ("/latest/meta-data/placement/availability-zone/", .availabilityZone),
        ("/latest/dynamic/instance-identity/document", .identityDocument),
        ("/", nil), ("", nil), ("/latest", nil), ("/latest/", nil), ("/latest/meta-data/", nil),
        ("latest/api/token", nil), ("//latest/api/token", nil), ("/1.0/api/token", nil),
        ("/latest/meta-data/iam/security-credentials/a/b", nil),
        ("/latest/meta-data/iam/other/work", nil), ("/latest/user-data", nil),
    ] as [(String, MetadataRoute?)])
func routes(_ path: String, _ route: MetadataRoute?) {
    #expect(MetadataRoute(path: path) == route)
}

@Test(
    arguments: [
        ("9911", .tcp(host: "127.0.0.1", address: 0x7f00_0001, port: 9911)),
        ("127.0.0.1:9911", .tcp(host: "127.0.0.1", address: 0x7f00_0001, port: 9911)),
        ("localhost:80", .tcp(host: "localhost", address: 0x7f00_0001, port: 80)),
        ("10.1.2.3:1", .tcp(host: "10.1.2.3", address: 0x0a01_0203, port: 1)),
        ("/run/x.sock", .unix(path: "/run/x.sock")), ("./x:y", .unix(path: "./x:y")),
    ] as [(String, ListenPlace)])
func places(_ text: String, _ place: ListenPlace) throws {
    #expect(try ListenPlace(text) == place)
}

@Test(
    arguments: [
        ("", .malformed), ("x", .malformed), ("127.0.0.1", .malformed), ("127.0.0.1:", .malformed),
        ("127.0.0.1:65536", .malformed), ("127.0.0.256:1", .malformed), ("1.2.3:1", .malformed),
        ("1.2.3.4.5:1", .malformed), ("host:1", .malformed), (":9911", .malformed),
        ("+1", .malformed), ("0.0.0.0:9911", .everyAddress),
    ] as [(String, ListenPlace.Mistake)])
func noPlaces(_ text: String, _ mistake: ListenPlace.Mistake) {
    #expect(throws: mistake) { try ListenPlace(text) }
}

@Test(arguments: [
    ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("10.0.0.1:1", false), ("/x", true),
])
func localPlaces(_ text: String, _ isLocal: Bool) throws {
    #expect(try ListenPlace(text).isLocal == isLocal)
}
