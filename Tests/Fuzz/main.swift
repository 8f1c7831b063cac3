// Fuzzes one parser; not installed.
//
//     fuzz --list                                     the parsers' names
//     fuzz --replay PARSER FOLDER MUTATIONS FOUND     the inputs in FOLDER, and changes of them
//     fuzz PARSER ARGUMENTS…                          libFuzzer, in a build that has it (make fuzz)
import Glibc
import System

func end(_ words: String) -> Never {
    let line = "fuzz: \(words)\n"
    write(2, line, line.utf8.count)
    exit(2)
}

func chosen(_ name: String) -> FuzzedParser {
    guard let parser = FuzzedParser.named(name) else { end("there is no parser \(name)") }
    return parser
}

/// What lies in a folder, in the order of the names.
func corpus(_ folder: String) -> [[UInt8]] {
    guard let directory = opendir(folder) else { end("\(folder) cannot be read") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().map { name in
        guard let bytes = try? AtomicFile.read("\(folder)/\(name)") else {
            end("\(folder)/\(name) cannot be read")
        }
        return bytes
    }
}

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "--list": for parser in FuzzedParser.all { print(parser.name) }
case "--replay":
    guard arguments.count == 6, let mutations = Int(arguments[4]) else {
        end("PARSER FOLDER MUTATIONS FOUND are missing")
    }
    Harness.parser = chosen(arguments[2])
    let inputs = corpus(arguments[3])
    Harness.replay(corpus: inputs, mutations: mutations, seed: 20_260_717, found: arguments[5])
    print("\(inputs.count) inputs, \(mutations) changes of them")
case let name?:
    #if FUZZER
        Harness.parser = chosen(name)
        exit(Harness.fuzz([arguments[0]] + arguments.dropFirst(2)))
    #else
        end("\(name): this build has no libFuzzer: make fuzz makes one")
    #endif
case nil: end("--list, --replay or the name of a parser")
}
