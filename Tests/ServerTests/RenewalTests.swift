// When sessions are renewed.
import Model
import Testing

@testable import Server

private let start = Timestamp(secondsSinceEpoch: 1_800_000_000)

@Test(arguments: [
    (43_200, 43_200 - 1200), (3600, 2400), (900, 600), (60, 40), (30, 20), (9, 6), (1, 1), (0, 0),
    (-5, 0),
])
func renewedBeforehand(life: Int, after: Int) {
    let schedule = RenewalSchedule(obtained: start, expiration: start + .seconds(life))
    #expect(schedule.next - start == .seconds(after))
}

@Test func triesAgainSoonerTheLessIsLeft() {
    var schedule = RenewalSchedule(obtained: start, expiration: start + .seconds(3600))
    let pauses = (0..<9).map { _ in schedule.fail(at: start + .seconds(2400)) }
    #expect(pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300].map { .seconds($0) })
    #expect(schedule.next == start + .seconds(2700))

    var short = RenewalSchedule(obtained: start, expiration: start + .seconds(12))
    #expect(short.fail(at: start + .seconds(6)) == .seconds(2))
    #expect(short.fail(at: start + .seconds(10)) == .seconds(1))
    #expect(short.fail(at: start + .seconds(12)) == .seconds(20))
}

@Test func aPersonIsLeftAlone() {
    var schedule = RenewalSchedule(obtained: start, expiration: start + .seconds(3600))
    #expect(schedule.fail(at: start + .seconds(2400), asked: true) == .seconds(80))
}
