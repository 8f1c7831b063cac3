// Writes man/ and completions/ from the tables: `swift run generate [ROOT]`.
import Flags
import Glibc
import Manual

let root = CommandLine.arguments.dropFirst().first ?? "."
for folder in ["man", "completions"] { mkdir("\(root)/\(folder)", 0o755) }
for file in generatedFiles() + manualPages() {
    let path = "\(root)/\(file.path)"
    guard let stream = fopen(path, "w") else {
        perror("generate: \(path)")
        exit(1)
    }
    let isWritten = fputs(file.text, stream) >= 0
    guard fclose(stream) == 0, isWritten else {
        perror("generate: \(path)")
        exit(1)
    }
}
