// The items of aws-vault: what their names say, and the documents that they are.
import Model
import Testing
import Vault

@Test(
    arguments: [
        ("work", AWSVaultItemKind.key), ("a,b", .key), ("a,b,c,d", .key), ("oidc", .key),
        ("session", .key), (" session (1)", .key), ("my session (old)", .key),
        ("sts.GetSessionToken,d29yaw,,1700000000", .session),
        ("sts.AssumeRole,d29yaw,YXJuOmF3czppYW06OjE6bWZhL2E,1700000000", .session),
        ("session,d29yaw,,1700000000", .session), ("session:work:arn:1700000000", .session),
        ("work session (1700000000)", .session),
        ("oidc:https://example.awsapps.com/start", .token),
    ] as [(String, AWSVaultItemKind)])
func whatANameSays(name: String, kind: AWSVaultItemKind) {
    #expect(AWSVaultItemKind(named: name) == kind)
}

private func document(_ data: String, name: String = "work") -> Secret {
    Secret(#"{"Key":"\#(name)","Data":"\#(Base64.encode(data.utf8))","Label":"x"}"#)
}

private let keys: [(data: String, id: String?, isTemporary: Bool)] = [
    (#"{"AccessKeyID":"ID","SecretAccessKey":"S","SessionToken":"","Source":""}"#, "ID", false),
    (#"{"AccessKeyID":"ID","SecretAccessKey":"S","SessionToken":"t"}"#, "ID", true),
    (#"{"AccessKeyID":"ID","SecretAccessKey":"S"}"#, "ID", false),
    (#"{"AccessKeyID":"ID"}"#, nil, false), ("[]", nil, false), ("", nil, false),
]

@Test(arguments: keys)
func theKeyOfAnItem(data: String, id: String?, isTemporary: Bool) throws {
    guard let item = AWSVaultItem(document(data)) else {
        Issue.record("not read")
        return
    }
    #expect(item.name == "work")
    guard let key = item.key() else {
        #expect(id == nil)
        return
    }
    #expect(key.id.withBytes { String(decoding: $0, as: UTF8.self) } == id)
    #expect(key.secret.withBytes { Array($0) } == Array("S".utf8))
    #expect(key.isTemporary == isTemporary)
}

@Test(arguments: [
    "", "x", "{}", #"{"Key":"work"}"#, #"{"Key":"","Data":""}"#, #"{"Key":"work","Data":"?"}"#,
    #"{"Key":"work","Data":1}"#,
])
func whatIsNoItem(text: String) {
    let isItem = AWSVaultItem(Secret(text)) != nil
    #expect(!isItem)
}
