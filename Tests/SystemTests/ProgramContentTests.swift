// What a file is to execve(2), by a table of first bytes.
import Testing

@testable import System

/// The beginning of an ELF binary: 32 or 64 bits, byte order, machine.
private func elf(_ bits: UInt8, _ order: UInt8, _ machine: UInt8) -> [UInt8] {
    let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, bits, order, 1, 0]
    let rest = [UInt8](repeating: 0, count: 8) + [2, 0]
    return magic + rest + (order == 1 ? [machine, 0] : [0, machine])
}

@Test(
    arguments: [
        (Array("#!/bin/sh\nexit\n".utf8), .script(interpreter: "/bin/sh")),
        (Array("#! \t/usr/bin/env bash\n".utf8), .script(interpreter: "/usr/bin/env")),
        (Array("#!".utf8), .script(interpreter: "")),
        (elf(2, 1, 62), .binary),
        (elf(1, 1, 3), .foreignBinary("i686")), (elf(2, 1, 183), .foreignBinary("aarch64")),
        (elf(2, 1, 21), .foreignBinary("ppc64le")), (elf(2, 2, 21), .foreignBinary("ppc64")),
        (elf(2, 2, 22), .foreignBinary("s390x")), (elf(2, 1, 243), .foreignBinary("riscv64")),
        (elf(1, 1, 243), .foreignBinary("riscv32")), (elf(2, 1, 99), .foreignBinary(nil)),
        // The same machine in the other byte order is another one.
        (elf(2, 2, 62), .foreignBinary("x86_64")),
        (Array(elf(2, 1, 183).prefix(10)), .other),
        (Array("MZ\u{90}".utf8), .foreignBinary("Windows")),
        ([0xcf, 0xfa, 0xed, 0xfe, 7], .foreignBinary("macOS")),
        ([0xca, 0xfe, 0xba, 0xbe, 0], .foreignBinary("macOS")),
        (Array("echo hello\n".utf8), .other), ([], .other), (Array(" #!/bin/sh".utf8), .other),
    ] as [([UInt8], ProgramContent)])
func contentIsToldByTheFirstBytes(_ start: [UInt8], _ expected: ProgramContent) {
    #expect(ProgramContent(start: start, own: elf(2, 1, 62)) == expected)
}

@Test func thisProgramIsOneOfThisMachine() {
    #expect(ProgramContent(of: "/proc/self/exe") == .binary)
    #expect(ProgramContent(of: "/bin/sh") == .binary)
    #expect(ProgramContent(of: "/nonexistent") == .unreadable)
    #expect(ProgramContent(of: "/tmp") == .unreadable)
}
