// Session policies of AWS's own: alone, and of the caller's partition; federated users and root tasks.
import Model
import Planning
import Profiles
import Testing

@Test func readOnlyStandsAlone() throws {
    let role = try #require(
        try plan(profile: "work") { request in
            request.role = "R"
            request.isReadOnly = true
        }.credentials.lastRole)
    #expect(role.settings[.policyARNs]?.value == readOnly)
    // Session policies add up, so another one beside it would allow more.
    for own in ["policy = {}", "policy_arns = arn:aws:iam::aws:policy/PowerUserAccess"] {
        let config = """
            [profile r]
            role_arn = arn:aws:iam::444455556666:role/R
            source_profile = work
            \(own)
            """
        #expect(throws: PlanError.self) { try plan(config, profile: "r") { $0.isReadOnly = true } }
    }
}

@Test func federationAndRootTasks() throws {
    #expect(
        try plan(profile: "work") { $0.federationToken = "bob" }.credentials.summary
            == "key work > federated bob 3600")
    #expect(
        try plan(profile: "work") { request in
            request.rootOf = "111122223333"
            request.taskPolicy = "S3UnlockBucketPolicy"
        }.credentials.summary
            == "key work > root 111122223333 policy/root-task/S3UnlockBucketPolicy 900")
    #expect(throws: PlanError.self) { try plan(profile: "work") { $0.rootOf = "1" } }
    #expect(throws: PlanError.self) { try plan(profile: "work") { $0.taskPolicy = "X" } }
    #expect(throws: PlanError.needsLongTermKey(.flag("--federation-token"))) {
        try plan(
            "[profile ec2]\nrole_arn = arn:aws:iam::444455556666:role/E\ncredential_source = Ec2InstanceMetadata",
            profile: "ec2"
        ) {
            $0.federationToken = "bob"
        }
    }
    #expect(throws: PlanError.flagWithoutRole(.flag("--read-only"))) {
        try plan(profile: "work") { $0.isReadOnly = true }
    }
}

/// AWS's own policies bear the partition of who uses them.
@Test(arguments: ["aws", "aws-cn", "aws-us-gov"])
func policiesOfAWSAreOfTheCallersPartition(partition: String) throws {
    let federated = try plan(profile: "work", partition: partition) { request in
        request.federationToken = "bob"
        request.isReadOnly = true
    }
    guard case .federationToken(let call) = federated.credentials.calls.last else {
        Issue.record("another call")
        return
    }
    #expect(
        call.settings[.policyARNs]?.value
            == .policyARNs(["arn:\(partition):iam::aws:policy/ReadOnlyAccess"]))
    let root = try plan(profile: "work", partition: partition) { request in
        request.rootOf = "111122223333"
        request.taskPolicy = "S3UnlockBucketPolicy"
    }
    guard case .assumeRoot(let root) = root.credentials.calls.last else {
        Issue.record("another call")
        return
    }
    #expect(root.taskPolicy.value.partition == partition)
}

@Test func anUnknownCallersPartitionIsAskedForOrThatOfTheRegion() throws {
    func federated(_ request: inout PlanRequest) {
        request.federationToken = "bob"
        request.isReadOnly = true
    }
    let error = #expect(throws: PlanError.self) {
        try plan(profile: "work", account: nil, federated)
    }
    guard case .unknownCaller(let key) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(key.profile == "work")
    let china = try plan("[default]\nregion = cn-north-1", keys: [:], variables: environment) {
        federated(&$0)
    }
    guard case .federationToken(let call) = china.credentials.calls.last else {
        Issue.record("another call")
        return
    }
    #expect(
        call.settings[.policyARNs]?.value
            == .policyARNs(["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]))
}
