// The environment that a child process gets: this process's own, with changes.
internal import Glibc

/// The variables of this process, byte for byte, and changes to them.
public struct ProcessEnvironment: Sendable {
    /// What is set anew, or taken away where it is nil.
    public var changes: [String: String?]

    /// The environment of this process with `changes`.
    public init(changing changes: [String: String?] = [:]) { self.changes = changes }

    /// The value of a variable of this process, be it empty; nil where it is unset.
    public static func variable(_ name: String) -> String? { getenv(name).map { String(path: $0) } }

    /// The value of a variable; an empty one counts as unset.
    public subscript(name: String) -> String? {
        let value: String?
        if let change = changes[name] {
            value = change
        } else {
            value = Self.variable(name)
        }
        return value?.isEmpty == false ? value : nil
    }

    /// Takes all variables away whose name begins with `prefix`.
    public mutating func remove(prefix: String) {
        var entry = environ
        while let text = entry.pointee {
            let name = String(path: text).prefix { $0 != "=" }
            if name.hasPrefix(prefix) { changes.updateValue(nil, forKey: String(name)) }
            entry += 1
        }
        for name in changes.keys where name.hasPrefix(prefix) {
            changes.updateValue(nil, forKey: name)
        }
    }

    /// Where `program` stands, looked for in PATH unless its name has a slash.
    /// - Throws: `ExecuteError` where there is none that can be run.
    public func path(of program: String) throws(ExecuteError) -> String {
        // A variable that is empty is another thing than none here: the working directory.
        let path = changes["PATH"] ?? ProgramSearch.standardPath
        return try ProgramSearch.find(program, path: path)
    }

    /// Lends `NAME=VALUE` texts, with NULL at the end, to `body`.
    func withEntries<R, E: Error>(
        _ body: ([UnsafeMutablePointer<CChar>?]) throws(E) -> R
    ) throws(E) -> R {
        var entries: [UnsafeMutablePointer<CChar>?] = []
        var entry = environ
        while let text = entry.pointee {
            let length = strchr(text, Int32(UInt8(ascii: "="))).map { $0 - text } ?? strlen(text)
            let name = String(
                decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
            if !changes.keys.contains(name) { entries.append(text) }
            entry += 1
        }
        let new = changes.compactMap { name, value in
            value.map { "\(name)=\($0)".withPath { strdup($0) } }
        }
        defer { for text in new { free(text) } }
        return try body(entries + new + [nil])
    }
}
