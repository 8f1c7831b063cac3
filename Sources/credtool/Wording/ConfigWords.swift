// The words for the AWS config files.
internal import Profiles

extension ConfigError {
    /// The words.
    var words: Words {
        switch self {
        case .grammar(let path, let line, let problem):
            let text = problem.description
            return Words(
                "\(path):\(line): \(text.prefix(1).lowercased())\(text.dropFirst())",
                hint: "mend line \(line) of \(path)")
        case .invalidValue(let key, let value, let origin, let expected):
            return Words(
                "\(origin): \(key) is \(quoted(value)), which AWS would refuse",
                hint: "\(key) must be \(expected)")
        case .homeUnknown:
            return Words(
                "the home directory is not known, and so not where the AWS config files are",
                hint: "export HOME=DIRECTORY")
        }
    }
}

extension ConfigEditError {
    /// The words.
    var words: Words {
        switch self {
        case .file(let error): error.words.prefixed("the config file cannot be edited: ")
        case .profileName(let name): Failure.malformedProfileName(name).commandWords
        case .key(let key):
            Words("\(quoted(key)) cannot be the name of a setting", hint: "--no-config")
        case .value(let value, let key):
            Words(
                "\(quoted(value)) cannot be written as \(key) into the config file",
                hint: "--no-config leaves the file alone")
        }
    }
}
