// A statement of the security model, and the tests that show it.

/// What credtool does for its user's safety.
struct Claim {
    /// The statement, in paragraphs as `Prose` reads them.
    let text: String
    /// The tests that fail where it is not so.
    let tests: [Test]

    /// A test by the name of its function.
    struct Test {
        let function: String
        /// The file of `Tests/EndToEnd`, or the target of tests in Swift.
        let place: String

        init(_ place: String, _ function: String) {
            self.function = function
            self.place = place
        }
    }

    init(_ text: String, _ tests: Test...) {
        self.text = text
        self.tests = tests
    }
}
