// What restoring a backup would do.
import Model
import Testing
import Vault

@testable import credtool

private let ids = (1...2).compactMap { AccessKeyID("AKIAEXAMPLEEXAMPLE0\($0)") }

private func row(_ standing: RestoreRow.Standing) -> RestoreRow {
    RestoreRow(index: 0, profile: "work", thing: .key(ids[0]), standing: standing)
}

@Suite struct RestorePlanTests {
    @Test(arguments: [
        (RestoreRow.Standing.nothing, RestoreRow.Step.store, RestoreRow.Step.store),
        (.same(.file), .keep, .keep),
        (.another(.key(ids[1]), .file), .leaveOut, .replace),
        (.another(.certificate(serial: "7"), .file), .leaveOut, .replace),
    ])
    func anotherKeyIsReplacedByForceAlone(
        _ standing: RestoreRow.Standing, _ step: RestoreRow.Step, _ forced: RestoreRow.Step
    ) {
        #expect(row(standing).step(replacing: false) == step)
        #expect(row(standing).step(replacing: true) == forced)
    }

    @Test func theTableSaysWhatWillBe() {
        let other = RestoreRow.Standing.another(.key(ids[1]), .secretService)
        #expect(
            RestoreRow.table(
                [row(.nothing), row(.same(.file)), row(other)], to: .file, replacing: false) == """
                    PROFILE  BACKUP HAS     WHICH
                    work     key AKIA…LE01  goes into the file vault
                    work     key AKIA…LE01  is in the file vault already
                    work     key AKIA…LE01  is left out: key AKIA…LE02 is in the secret-service vault
                    """)
        #expect(
            row(other).cells(to: .file, replacing: true).last
                == "replaces key AKIA…LE02 of the secret-service vault, in the file vault")
    }

    private func item(
        _ schema: ItemSchema, _ attributes: [String: String], stamp: Int = 0
    ) -> SecretItem {
        SecretItem(
            schema: schema,
            attributes: attributes.merging([ItemAttribute.stamp: String(stamp)]) { $1 },
            label: "", created: Timestamp(secondsSinceEpoch: 0),
            modified: Timestamp(secondsSinceEpoch: 0))
    }

    /// A copy of a file vault serves as a backup, with all that stands in one.
    @Test func theNewestKeyAndCertificateOfAProfileCount() {
        func key(_ profile: String, stamp: Int) -> SecretItem {
            item(
                .accessKey,
                [
                    ItemAttribute.profile: profile,
                    ItemAttribute.accessKeyID: ids[0].description,
                ], stamp: stamp)
        }
        let items = [
            key("work", stamp: 5), key("work", stamp: 9), key("work", stamp: 7),
            key("home", stamp: 1),
            item(.record, [ItemAttribute.record: "certificate:work"]),
            item(.record, [ItemAttribute.record: "sso:https://x"]),
            item(.session, [ItemAttribute.record: "x"]),
            item(.accessKey, [ItemAttribute.profile: "half"]),
            item(.accessKey, [ItemAttribute.accessKeyID: ids[0].description]),
        ]
        let chosen = RestoreRow.chosen(items)
        #expect(chosen.map(\.profile) == ["home", "work", "work"])
        #expect(chosen.map(\.index) == [3, 1, 4])
    }
}
