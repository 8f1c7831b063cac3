// Whether man/ and completions/ in the tree are what the tables make.
import Flags
import Glibc
import Manual
import Testing

private let files = generatedFiles() + manualPages()

@Suite struct GeneratedFilesTests {
    /// The root of the tree: three folders above this file.
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    @Test(arguments: files.map(\.path))
    func areUpToDate(path: String) throws {
        let file = try #require(files.first { $0.path == path })
        #expect(
            contents("\(Self.root)/\(path)") == file.text,
            "\(path) is not what the tables make: run `make generate`")
    }

    @Test(arguments: ["man", "completions"])
    func areAllThereIs(folder: String) throws {
        let stream = try #require(opendir("\(Self.root)/\(folder)"))
        defer { closedir(stream) }
        var found: Set<String> = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { found.insert("\(folder)/\(name)") }
        }
        let made = files.map(\.path).filter { $0.hasPrefix("\(folder)/") }
        #expect(found == Set(made), "a file was left over: delete it")
    }

    private func contents(_ path: String) -> String? {
        guard let stream = fopen(path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 {
            bytes += buffer[..<count]
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
