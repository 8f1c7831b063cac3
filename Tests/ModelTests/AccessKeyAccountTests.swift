// Accounts that key IDs tell of.
import Testing

@testable import Model

@Test(
    arguments: [
        // Source: A. Steele, "AWS Access Key ID formats", and what STS answered there.
        ("ASIAY34FZKBOKMUTVV7A", "609629065308"), ("AKIAY34FZKBOKMUTVV7A", "609629065308"),
        ("AKIAQAAAAAAAAAAAAAAA", "000000000000"),
        // An ID of before 2019 does not tell, and neither do others.
        ("AKIAIOSFODNN7EXAMPLE", nil), ("AKIAJOSFODNN7EXAMPLE", nil), ("AKIAQ1SFODNN7EXAMPLE", nil),
        ("AROAY34FZKBOKMUTVV7A", nil), ("AKIAY34FZKBOKMUTVV7", nil), ("minio", nil),
        ("AKIA7777777777777777", nil),
    ] as [(String, String?)])
func tellsTheAccount(id: String, account: String?) {
    #expect(AccessKeyID(id)?.account == account)
}
