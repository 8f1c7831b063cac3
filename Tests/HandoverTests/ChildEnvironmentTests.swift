// What a child inherits, what it gets, and what is kept from it.
import Glibc
import Handover
import Model
import Testing

func session(
    token: String? = "tok+en/=", region: String? = "eu-central-1", profile: String = "work",
    role: SessionRole? = nil, accountID: String? = nil,
    settings: [(variable: String, value: String)] = []
) throws -> SessionEnvironment {
    let id = try #require(AccessKeyID("ASIAEXAMPLEEXAMPLE01"))
    let credentials: Credentials
    if let token {
        credentials = Credentials(
            accessKeyID: id, secretAccessKey: Secret("se/cr+et"), sessionToken: Secret(token),
            expiration: Timestamp(secondsSinceEpoch: 1_800_000_000))
    } else {
        credentials = Credentials(accessKeyID: id, secretAccessKey: Secret("se/cr+et"))
    }
    return SessionEnvironment(
        credentials: credentials, region: region, profile: profile, role: role,
        accountID: accountID, settings: settings)
}

private func entries(
    inherited: [[UInt8]], _ session: borrowing SessionEnvironment,
    handedOver: HandedOver = HandedOver()
) -> [[UInt8]] {
    let pointers = inherited.map { bytes in
        let entry = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { entry[index] = CChar(bitPattern: byte) }
        entry[bytes.count] = 0
        return entry
    }
    return ChildEnvironment.entries(
        inherited: pointers, session: session, handedOver: handedOver
    ).map { entry in
        Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
    }
}

private let new = [
    "AWS_ACCESS_KEY_ID=ASIAEXAMPLEEXAMPLE01", "AWS_SECRET_ACCESS_KEY=se/cr+et",
    "AWS_SESSION_TOKEN=tok+en/=", "AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1",
    "AWS_CREDENTIAL_EXPIRATION=2027-01-15T08:00:00Z",
    "CREDTOOL_SETTINGS=AWS_REGION=\(hash("eu-central-1"))"
        + " AWS_DEFAULT_REGION=\(hash("eu-central-1"))",
    "CREDTOOL_PROFILE=work", "AWS_VAULT=work",
]

private func hash(_ value: String) -> String { FNV1a.hexadecimal(value.utf8) }

private func text(_ entries: [[UInt8]]) -> [String] {
    entries.map { String(decoding: $0, as: UTF8.self) }
}

@Test func aLentEnvironmentIsTheSame() throws {
    let lent = try ChildEnvironment.withEntries(inherited: [], session: session()) { entries in
        entries.map { String(cString: $0) }
    }
    #expect(lent == new)
}

@Test func theAccountAndTheSettingsOfTheProfileGoAlong() throws {
    let settings = [("AWS_ENDPOINT_URL", "http://lab:4566"), ("AWS_PAGER", "")]
    let result = text(
        entries(inherited: [], try session(accountID: "111122223333", settings: settings)))
    #expect(result.contains("AWS_ACCOUNT_ID=111122223333"))
    #expect(result.contains("AWS_ENDPOINT_URL=http://lab:4566"))
    #expect(result.contains("AWS_PAGER="))
}

@Test func whatAnOuterRunHandedOverGoesUnlessItWasChangedSince() throws {
    let outer = text(
        entries(
            inherited: [],
            try session(settings: [("AWS_ENDPOINT_URL", "http://lab"), ("AWS_PAGER", "")])))
    let record = try #require(outer.first { $0.hasPrefix("CREDTOOL_SETTINGS=") })
    let handedOver = HandedOver(record: String(record.dropFirst("CREDTOOL_SETTINGS=".count)))
    #expect(
        handedOver.names == [
            "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_PAGER",
        ])
    func inner(_ inherited: [String]) throws -> [String] {
        text(
            entries(
                inherited: inherited.map { Array($0.utf8) },
                try session(token: nil, region: nil), handedOver: handedOver)
        ).filter { $0.hasPrefix("AWS_ENDPOINT") || $0.hasPrefix("AWS_PAGER") }
    }
    #expect(try inner(outer) == [])
    #expect(try inner(["AWS_ENDPOINT_URL=http://mine"]) == ["AWS_ENDPOINT_URL=http://mine"])
    // Nothing that stands behind a name is read beyond the entry's end.
    #expect(try inner(["AWS_ENDPOINT_URL"]) == ["AWS_ENDPOINT_URL"])
}

@Test func everyOtherCredentialIsGone() throws {
    let gone = [
        "AWS_PROFILE=x", "AWS_DEFAULT_PROFILE=x", "AWS_SECURITY_TOKEN=x", "AWS_ROLE_ARN=x",
        "AWS_ROLE_SESSION_NAME=x", "AWS_WEB_IDENTITY_TOKEN_FILE=x",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI=x", "AWS_CONTAINER_AUTHORIZATION_TOKEN=x",
        "AWS_SESSION_EXPIRATION=x", "AWS_CREDENTIAL_EXPIRATION=x", "AWS_ACCESS_KEY_ID=x",
        "AWS_ACCESS_KEY_ID=twice", "AWS_REGION=x", "AWS_VAULT=x", "CREDTOOL_PROFILE=x",
        "CREDTOOL_ROLE=x", "CREDTOOL_SESSION=x",
        "AWS_SECRET_KEY=x", "AWS_BEARER_TOKEN_BEDROCK=x", "CREDTOOL_FILE_PASSPHRASE=x",
    ]
    let result = entries(inherited: gone.map { Array($0.utf8) }, try session())
    #expect(result.map { String(decoding: $0, as: UTF8.self) } == new)
}

@Test(
    arguments: ["arn:aws:iam::111122223333:role/ci/deploy", "ReadOnly"], ["me@host", nil])
func aRolesSessionSaysWhoseItIs(role name: String, sessionName: String?) throws {
    let role = SessionRole(name, sessionName: sessionName)
    let result = entries(inherited: [], try session(role: role)).map {
        String(decoding: $0, as: UTF8.self)
    }
    let told = ["CREDTOOL_ROLE=\(name)"] + (sessionName.map { ["CREDTOOL_SESSION=\($0)"] } ?? [])
    #expect(result == new + told)
    // Whoever finds the variables reads the same in them.
    let variables = Dictionary(
        uniqueKeysWithValues: told.map { line in
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts[1])
        })
    #expect(SessionRole { variables[$0] } == role)
    #expect(SessionRole { _ in nil } == nil)
}

@Test func theRestStaysByteForByteAndInOrder() throws {
    let kept: [[UInt8]] = [
        Array("PATH=/bin".utf8), [0x42, 0x3d, 0xff, 0xfe], Array("no equals sign".utf8),
        Array("AWS_PAGER=".utf8), Array("MY_AWS_PROFILE=x".utf8), Array("=odd".utf8),
    ]
    let result = entries(inherited: kept, try session())
    #expect(Array(result.prefix(kept.count)) == kept)
    #expect(result.count == kept.count + new.count)
}

@Test func aKeyWithoutSessionAndRegionSetsNeither() throws {
    let inherited = ["AWS_REGION=eu-west-1", "AWS_SESSION_TOKEN=stale"]
    let result = entries(
        inherited: inherited.map { Array($0.utf8) }, try session(token: nil, region: nil)
    ).map { String(decoding: $0, as: UTF8.self) }
    // A region is no credential: where none is known, the inherited one stays.
    #expect(
        result == ["AWS_REGION=eu-west-1"]
            + new.filter {
                !$0.contains("REGION") && !$0.contains("TOKEN") && !$0.contains("EXPIRATION")
                    && !$0.contains("SETTINGS")
            })
}
