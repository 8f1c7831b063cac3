// Finding the SDKs' published test data, which is not part of the tree.
import FoundationEssentials
import Glibc
import Testing

enum Conformance {
    /// The folder that CREDTOOL_CONFORMANCE names.
    static let folder: String? = getenv("CREDTOOL_CONFORMANCE").map { String(cString: $0) }

    static let isPresent: ConditionTrait = .enabled(
        if: folder != nil, "CREDTOOL_CONFORMANCE does not name the folder of conformance data")

    static func data(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(folder ?? "")/\(path)"))
    }

    /// nil where there is no such file.
    static func text(_ path: String) -> String? {
        guard let data = try? data(path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The names in a folder, in order; empty without conformance data.
    static func list(_ path: String) -> [String] {
        guard let folder else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)")) ?? [])
            .sorted()
    }
}
