// The grammar against the AWS SDKs' shared test suite.
import FoundationEssentials
import Testing

@testable import Profiles

/// Where the published test data is. It is not part of the tree; GrammarTests holds the facts
/// that matter and runs without it.
private let folder = ProcessInfo.processInfo.environment["CREDTOOL_CONFORMANCE"]

private struct Suite: Decodable {
    struct Case: Decodable {
        struct Input: Decodable {
            let configFile: String?
            let credentialsFile: String?
        }
        struct Output: Decodable {
            struct Config: Decodable {
                let profiles: [String: [String: String]]
                let sso_sessions: [String: [String: String]]?
            }
            let config: Config?
            let errorContaining: String?
        }
        let name: String
        let input: Input
        let output: Output
    }
    let tests: [Case]
}

@Test(.enabled(if: folder != nil, "CREDTOOL_CONFORMANCE names no folder with the AWS SDKs' data"))
func sharedSuiteOfTheSDKs() throws {
    let path = try #require(folder) + "/profiles/profile-parser-tests.json"
    let suite = try JSONDecoder().decode(Suite.self, from: Data(contentsOf: URL(filePath: path)))
    #expect(suite.tests.count == 65)
    for test in suite.tests {
        let name = Comment(rawValue: test.name)
        switch read(test.input) {
        case .success(let files):
            #expect(sections(.profile, of: files) == test.output.config?.profiles, name)
            #expect(
                sections(.ssoSession, of: files) == test.output.config?.sso_sessions ?? [:], name)
        case .failure(let error):
            let text = try #require(test.output.errorContaining, name)
            #expect(problem(of: error)?.description.contains(text) == true, name)
        }
    }
}

private func read(_ input: Suite.Case.Input) -> Result<ConfigFiles, any Error> {
    Result { try files(config: input.configFile, credentials: input.credentialsFile) }
}

private func problem(of error: any Error) -> GrammarProblem? {
    guard case .grammar(_, _, let problem) = error as? ConfigError else { return nil }
    return problem
}
