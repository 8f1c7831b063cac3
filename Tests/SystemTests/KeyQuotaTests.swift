// The quota of kernel keys, as /proc/key-users tells it.
import Testing

@testable import System

private let users = """
        0:    21 20/20 14/1000000 2947/25000000
     1000:     9 8/8 8/200 20000/20000
    65534:     2 2/2 2/200 30/20000

    """

@Test func theQuotaOfAUser() {
    #expect(
        KeyQuota(keyUsers: users, user: 0)
            == KeyQuota(keys: 14, mostKeys: 1_000_000, bytes: 2947, mostBytes: 25_000_000))
    #expect(KeyQuota(keyUsers: users, user: 1)?.keys == nil)
    #expect(KeyQuota(keyUsers: "0: 1 2 3 4", user: 0) == nil)
}

@Test(arguments: [(0, false), (1000, true), (65534, false)])
func aQuotaThatIsNearlyUsedUp(user: Int, isNearlyUsedUp: Bool) {
    #expect(KeyQuota(keyUsers: users, user: user)?.isNearlyUsedUp == isNearlyUsedUp)
}

@Test func keysAloneUseItUp() {
    #expect(KeyQuota(keys: 181, mostKeys: 200, bytes: 1, mostBytes: 100).isNearlyUsedUp)
    #expect(!KeyQuota(keys: 180, mostKeys: 200, bytes: 90, mostBytes: 100).isNearlyUsedUp)
}
