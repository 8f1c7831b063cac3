// Which account credentials belong to, as far as a plan can tell; and whose MFA device is asked.
import Model
import Testing

@testable import Planning

private let text = """
    [profile plain]
    aws_access_key_id = AKIAPLAINEXAMPLE0001
    aws_secret_access_key = nothing
    aws_account_id = 222233334444
    [profile process]
    credential_process = /bin/broker
    aws_account_id = 333344445555
    [profile role]
    role_arn = arn:aws:iam::444455556666:role/R
    source_profile = plain
    [profile device]
    source_profile = key
    role_arn = arn:aws:iam::444455556666:role/R
    [profile key]
    mfa_serial = GAHT12345678
    """

@Test(arguments: [
    ("work", nil as String?, "111122223333" as String?), ("plain", nil, "222233334444"),
    ("process", nil, "333344445555"), ("role", nil, "444455556666"),
    ("role", "arn:aws:iam::555566667777:role/X", "555566667777"),
])
func accounts(_ profile: String, _ role: String?, _ expected: String?) throws {
    let plan = try plan(text, profile: profile) { $0.role = role }
    #expect(plan.credentials.accountID == expected)
}

@Test(arguments: [
    ("666677778888" as String?, "666677778888" as String?), ("acme", nil), (nil, nil),
])
func theAccountOfTheEnvironment(_ variable: String?, _ expected: String?) throws {
    var variables = ["AWS_ACCESS_KEY_ID": "ASIAENVEXAMPLE000001", "AWS_SECRET_ACCESS_KEY": "x"]
    variables["AWS_SESSION_TOKEN"] = "t"
    variables["AWS_ACCOUNT_ID"] = variable
    #expect(try plan(variables: variables).credentials.accountID == expected)
}

@Test func theSourcesDeviceIsNamedWhereItIsNotAsked() throws {
    let plan = try plan(text, profile: "device", keys: ["key": "AKIAWORKEXAMPLE00001"])
    #expect(plan.credentials.mfaSerial == nil)
    #expect(plan.credentials.unusedDevice?.value == "GAHT12345678")
    #expect(plan.reasons.contains { $0.contains("~/.aws/config:15") })
}

@Test(arguments: [("aws", "aws-cn"), ("aws-us-gov", "aws")])
func aRoleOfAnotherPartitionIsRefusedBeforeAWSIsAsked(_ own: String, _ other: String) {
    #expect {
        _ = try plan(profile: "work", partition: own) {
            $0.role = "arn:\(other):iam::444455556666:role/R"
        }
    } throws: { error in
        guard case PlanError.foreignRole(let role, callerPartition: own) = error else {
            return false
        }
        return role.value.partition == other
    }
}
