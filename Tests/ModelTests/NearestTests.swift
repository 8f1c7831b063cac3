// What counts as a slip of the finger.
import Model
import Testing

@Suite struct NearestTests {
    static let names = ["add", "list", "remove", "exec", "export", "clear", "production"]

    @Test(arguments: [
        ("exce", "exec"), ("exe", "exec"), ("EXEC", "exec"), ("exprot", "export"),
        ("lst", "list"), ("ad", "add"), ("clera", "clear"), ("prodcution", "production"),
        ("prodction", "production"), ("reomve", "remove"),
    ])
    func findsWhatWasMeant(word: String, meant: String) {
        #expect(nearest(to: word, among: Self.names) == meant)
    }

    @Test(arguments: ["", "x", "aws", "prod", "frobnicate", String(repeating: "e", count: 10_000)])
    func leavesStrangersAlone(word: String) {
        #expect(nearest(to: word, among: Self.names) == nil)
    }

    @Test func prefersTheNearerThenTheFirst() {
        #expect(nearest(to: "prod-b1", among: ["prod-a2", "prod-b2"]) == "prod-b2")
        #expect(nearest(to: "work", among: ["worm", "word"]) == "worm")
    }

    @Test func offersNothingForAOneLetterNameThatSharesNothing() {
        #expect(nearest(to: "b", among: ["a"]) == nil)
    }
}
