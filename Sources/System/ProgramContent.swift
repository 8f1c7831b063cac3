// What the first bytes of a file say of how it is run, if it is.
internal import Glibc

/// What a file is to execve(2).
enum ProgramContent: Equatable {
    /// A script, and the interpreter that its first line names.
    case script(interpreter: String)
    /// A binary of the kind that this machine runs.
    case binary
    /// A binary of another machine or system, by the name of that; nil where that is unknown here.
    case foreignBinary(String?)
    /// Anything else: a text, data, nothing at all.
    case other
    /// It cannot be read.
    case unreadable

    /// What the file at `path` is.
    init(of path: String) {
        guard let start = Self.start(of: path) else {
            self = .unreadable
            return
        }
        // What runs here is what this program itself is made for.
        self.init(start: start, own: Self.start(of: "/proc/self/exe") ?? [])
    }

    /// What a file is that begins with `start`, where programs begin as `own` does.
    ///
    /// Source: execve(2), "Interpreter scripts"; elf(5); the formats' own magic numbers.
    init(start: [UInt8], own: [UInt8]) {
        if start.starts(with: "#!".utf8) {
            self = .script(interpreter: Self.interpreter(start))
        } else if let machine = ELFMachine(start) {
            self = machine == ELFMachine(own) ? .binary : .foreignBinary(machine.name)
        } else if start.starts(with: "MZ".utf8) {
            self = .foreignBinary("Windows")
        } else if Self.machO.contains(Array(start.prefix(4))) {
            self = .foreignBinary("macOS")
        } else {
            self = .other
        }
    }

    /// Of 64 bits in both byte orders, and of several machines in one.
    private static let machO: [[UInt8]] = [
        [0xcf, 0xfa, 0xed, 0xfe], [0xfe, 0xed, 0xfa, 0xcf], [0xca, 0xfe, 0xba, 0xbe],
    ]

    private static func interpreter(_ start: [UInt8]) -> String {
        let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let name = start.dropFirst(2).drop { blanks.contains($0) }
            .prefix { !blanks.contains($0) && $0 != UInt8(ascii: "\n") && $0 != 0 }
        return String(decoding: name, as: UTF8.self)
    }

    /// The first bytes, as many as execve(2) looks at; nil for what is no file that can be read.
    private static func start(of path: String) -> [UInt8]? {
        let file = path.withPath { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
        guard file >= 0 else { return nil }
        defer { close(file) }
        var start = [UInt8](repeating: 0, count: 256)
        let size = read(file, &start, start.count)
        return size < 0 ? nil : Array(start.prefix(size))
    }
}

/// The machine that an ELF binary is made for.
private struct ELFMachine: Equatable {
    /// Whether its numbers have their lowest byte first.
    let isLittleEndian: Bool
    /// 1 for 32 bits, 2 for 64.
    let bits: UInt8
    /// `e_machine`.
    let code: Int

    /// Nil where the bytes begin no ELF binary.
    init?(_ start: [UInt8]) {
        guard start.starts(with: [0x7f] + "ELF".utf8), start.count >= 20 else { return nil }
        bits = start[4]
        isLittleEndian = start[5] == 1
        let (first, second) = (Int(start[18]), Int(start[19]))
        code = isLittleEndian ? second << 8 | first : first << 8 | second
    }

    /// Its name as `uname -m` has it, for those that Linux is common on.
    var name: String? {
        switch code {
        case 3: "i686"
        case 8: "mips"
        case 20: "ppc"
        case 21: isLittleEndian ? "ppc64le" : "ppc64"
        case 22: "s390x"
        case 40: "arm"
        case 62: "x86_64"
        case 183: "aarch64"
        case 243: bits == 2 ? "riscv64" : "riscv32"
        case 258: "loongarch64"
        default: nil
        }
    }
}
