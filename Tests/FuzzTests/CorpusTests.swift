// Every parser on the inputs that are kept and on changes of them: a process for each parser.
import Glibc
import Testing

@testable import fuzz

private let corpus: String = {
    let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(here)/Fuzz/corpus"
}()

/// The built `fuzz`, which lies beside the test bundle.
private let program: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
    let path = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "/" + path.split(separator: "/").dropLast().joined(separator: "/") + "/fuzz"
}()

/// Few, where the library that reads takes long: `make fuzz` tries a million of each.
private func mutations(_ parser: String) -> Int {
    ["pem", "pkcs12", "certificate-record"].contains(parser) ? 500 : 2000
}

@Suite struct CorpusTests {
    @Test(arguments: FuzzedParser.all.map(\.name))
    func nothingStopsTheParser(_ name: String) throws {
        let found = "\(corpus)/../../../.build/found-\(name)"
        unlink(found)
        let command = "'\(program)' --replay \(name) '\(corpus)/\(name)' \(mutations(name)) "
        let stream = try #require(popen(command + "'\(found)' 2>&1", "r"))
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 {
            text += buffer.prefix(count)
        }
        let output = String(decoding: text, as: UTF8.self)
        #expect(pclose(stream) == 0, "\(output)\nthe input is in \(found)")
        #expect(output.contains("changes of them"), "\(output)")
    }

    /// A folder that belongs to no parser is never read.
    @Test func everyFolderBelongsToAParser() throws {
        let directory = try #require(opendir(corpus))
        defer { closedir(directory) }
        var folders: Set<String> = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { folders.insert(name) }
        }
        #expect(folders == Set(FuzzedParser.all.map(\.name)))
    }

    @Test func theSameSeedMakesTheSameInputs() {
        var first = Mutation(of: [Array("[profile work]".utf8)], seed: 7)
        var second = Mutation(of: [Array("[profile work]".utf8)], seed: 7)
        for _ in 0..<100 { #expect(first.next() == second.next()) }
    }
}
