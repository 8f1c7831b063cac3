// The vault file's formats: what version 0.1 wrote is read, and is format 2 after the next write.
import Crypto
import Glibc
import Model
import System
import Testing

@testable import Vault

/// A file of format 1, as version 0.1 wrote it: two keys under the pass phrase `open sesame`.
private let format1 = bytes(
    hexadecimal: """
        63726564746f6f6c2d7661756c7420310a000001100a0000000800000001d0d7d2a6d1cbe654ebf672039337
        8cb53b8dd0a308122372af49597d8d471475c492c7dba319e5545b4c28460000000200000004776f726b0000
        0014414b4941494f53464f444e4e374558414d504c45000000006a55ae00000000006a55ae000000000a6d79
        097465616d20c3bc00000014414b49414934345148384448424558414d504c45000000006a55ae6400000000
        6a55ae64a03a3e99aa18b007f55994d7bf75ccc418830e6400c89b7e6f4552fc734337b2c24647746e1484b1
        398c2be0cdd60b07a398458e866c92430192415f62ac4226e2f832bb9420d12451c36263e48612b29d120ac6
        44069bca3eee0672
        """)

private func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// What is written of numbers and texts.
private struct Writer {
    var bytes: [UInt8] = []

    mutating func number(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ text: String) {
        number(UInt32(text.utf8.count))
        bytes += text.utf8
    }

    mutating func item(
        _ schema: String, _ attributes: [(String, String)], _ label: String, _ dates: [Int64]
    ) {
        text(schema)
        number(UInt32(attributes.count))
        for (name, value) in attributes {
            text(name)
            text(value)
        }
        text(label)
        for date in dates { number(date) }
    }
}

@Suite struct SealedFormatTests {
    private let path = "/tmp/sealed-format-\(UInt64.random(in: 0 ... .max))"

    /// The items with a clock and random bytes that are always the same.
    private func items() -> SealedFileStore {
        var items = SealedFileStore(
            path: path, now: { Timestamp(secondsSinceEpoch: 1_790_000_000) },
            passphrase: PassphraseSource { _ in Secret("open sesame") })
        items.random = { Array(repeating: 7, count: $0) }
        items.stampNow = { 1_790_000_000_123_456_789 }
        return items
    }

    private func clean() { for name in ["", ".lock"] { unlink(path + name) } }

    private func secret(of profile: String) throws -> String {
        try KeyVault(items()).load(profile: profile).secret
            .withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func format1IsRead() throws {
        defer { clean() }
        try AtomicFile.replace(path, with: format1)
        let vault = KeyVault(items())
        #expect(
            try vault.entries() == [
                VaultEntry(
                    profile: "my\tteam ü",
                    accessKeyID: try #require(AccessKeyID("AKIAI44QH8DHBEXAMPLE")),
                    created: Timestamp(secondsSinceEpoch: 1_784_000_100),
                    modified: Timestamp(secondsSinceEpoch: 1_784_000_100)),
                VaultEntry(
                    profile: "work",
                    accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
                    created: Timestamp(secondsSinceEpoch: 1_784_000_000),
                    modified: Timestamp(secondsSinceEpoch: 1_784_000_000)),
            ])
        #expect(try secret(of: "work") == "made-up-secret-one")
        #expect(try secret(of: "my\tteam ü") == "made-up-secret-two")
        // Reading leaves it as it is.
        #expect(try AtomicFile.read(path) == format1)
    }

    @Test func theNextWriteMakesFormat2OfItByteForByte() throws {
        defer { clean() }
        try AtomicFile.replace(path, with: format1)
        let key = AccessKey(
            id: try #require(AccessKeyID("AKIAEXAMPLEEXAMPLE01")), secret: Secret("made-up-three"))
        try KeyVault(items()).store(key, profile: "work")

        let secrets = [("made-up-secret-two"), ("made-up-three")]
        let sealedSize = secrets.reduce(0) { $0 + 4 + $1.utf8.count } + 16
        var body = Writer()
        // How the key is made of the pass phrase stays as it was.
        body.bytes += format1[21..<62]
        body.bytes += Array(repeating: 7, count: 12)
        body.number(UInt32(2))
        body.item(
            "io.github.credtool.AccessKey",
            [
                ("credtool:access-key-id", "AKIAI44QH8DHBEXAMPLE"),
                ("credtool:profile", "my\tteam ü"),
            ], "AWS access key of my\tteam ü (AKIA…MPLE)", [1_784_000_100, 1_784_000_100])
        body.item(
            "io.github.credtool.AccessKey",
            [
                ("credtool:access-key-id", "AKIAEXAMPLEEXAMPLE01"), ("credtool:profile", "work"),
                ("credtool:stored", "1790000000123456789"),
            ], "AWS access key of work (AKIA…LE01)", [1_784_000_000, 1_790_000_000])
        var expected = Writer()
        expected.bytes += "credtool-vault 2\n".utf8
        expected.number(UInt32(21 + body.bytes.count + sealedSize + 32))
        expected.bytes += body.bytes

        let written = try #require(try AtomicFile.read(path))
        #expect(Array(written.prefix(expected.bytes.count)) == expected.bytes)
        #expect(written.count == expected.bytes.count + sealedSize + 32)
        #expect(try SHA256.digest(written.dropLast(32)) == Array(written.suffix(32)))
        #expect(try secret(of: "work") == "made-up-three")
        #expect(try secret(of: "my\tteam ü") == "made-up-secret-two")
    }

    @Test func aFlippedBitOrATruncationOfFormat1IsNoticed() throws {
        defer { clean() }
        for (byte, bit) in format1.indices.flatMap({ byte in (0..<8).map { (byte, $0) } }) {
            var bad = format1
            bad[byte] ^= 1 << UInt8(bit)
            try AtomicFile.replace(path, with: bad)
            #expect(throws: VaultError.self, "byte \(byte), bit \(bit)") {
                _ = try secret(of: "work")
            }
        }
        for count in format1.indices {
            try AtomicFile.replace(path, with: Array(format1.prefix(count)))
            #expect(throws: VaultError.self, "\(count) bytes") { _ = try secret(of: "work") }
        }
    }

    /// Items of several kinds lie side by side, and one of a later version stays.
    @Test func itemsOfSeveralKindsLieSideBySide() throws {
        defer { clean() }
        let items = items()
        let later = ItemSchema(named: "io.github.credtool.Later")
        for schema in [ItemSchema.accessKey, .record, later] {
            try items.store(
                Secret("of \(schema.name)"), schema: schema, attributes: ["a": "1"],
                replacing: ["a": "1"], label: "x")
        }
        for schema in [ItemSchema.accessKey, .record, later] {
            let found = try items.load(schema, ["a": "1"]) { _ in true }?.takeSecret()
            let text = found?.withBytes { String(decoding: $0, as: UTF8.self) }
            #expect(text == "of \(schema.name)")
        }
        #expect(try items.remove(.record, ["a": "1"]) == 1)
        #expect(try items.search(.record, [:]).isEmpty)
        #expect(try items.search(later, [:]).count == 1)
    }
}
