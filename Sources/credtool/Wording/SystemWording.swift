// The words for system calls, the terminal, and programs that do not start.
internal import Glibc
internal import System

extension TerminalError {
    /// The words.
    var wording: Wording {
        switch self {
        case .noTerminal:
            Wording("there is no terminal to ask on", hint: "run credtool in a terminal")
        case .ended: Wording("no answer was given", hint: "try again")
        case .library(let error): error.wording
        }
    }
}

extension ExecuteError {
    /// The words.
    var wording: Wording {
        let program = quotedPath(program)
        return switch cause {
        case .notFound:
            Wording(
                "\(program): there is no such program",
                hint:
                    "is it installed, and in PATH? PROFILE comes before the command: credtool exec"
                    + " PROFILE -- COMMAND")
        case .directory: Wording("\(program) is a directory", hint: "name a program in it")
        case .notExecutable:
            Wording(
                "\(program) cannot be run: it lacks the right to be", hint: "chmod +x \(program)")
        case .noExecution:
            Wording(
                "\(program) cannot be run: its file system is mounted with noexec",
                hint: "copy it to another place; findmnt --target \(program) shows the mount")
        case .missingInterpreter(let name?):
            Wording(
                "\(program) cannot be run: its interpreter \(quoted(name)) is not there",
                hint: "install it, or correct the first line: head -n 1 \(program)")
        case .missingInterpreter(nil):
            Wording(
                "\(program) cannot be run: the loader that it needs is not there",
                hint: "it is made for another system; look at it: file \(program)")
        case .foreignBinary(let machine):
            Wording(
                "\(program) cannot be run: it is "
                    + (machine.map { "made for \($0)" } ?? "broken, or made for another machine"),
                hint: "get the one for this machine; uname -sm says which that is")
        case .unknownFormat:
            Wording(
                "\(program) cannot be run: it is no program, neither a binary nor a script that"
                    + " begins with #! and its interpreter",
                hint: "look at it: file \(program); sh \(program) runs it as a shell script")
        case .tooLong:
            Wording(
                "\(program) cannot be run: its arguments and variables are too long",
                hint: "pass long values in a file; getconf ARG_MAX shows the limit in bytes")
        case .beingWritten:
            Wording(
                "\(program) cannot be run: another process has it open for writing",
                hint: "wait until it is written; fuser -v \(program) shows who does")
        case .other(let code):
            Wording(
                "\(program) cannot be run: \(String(cString: strerror(code)))",
                hint: "look at it and its directories: namei -l \(program)")
        }
    }
}

extension SystemError {
    /// The words.
    var wording: Wording {
        let subject = quotedPath(subject)
        if isHeldLock {
            return Wording(
                "another credtool holds \(subject)",
                hint: "it may be waiting for an answer; fuser -v \(subject) shows which it is")
        }
        if isSilentPipe { return Wording("\(self)", hint: "write it to a file, and name that") }
        if isNoRegularFile {
            return Wording("\(self)", hint: "name a file that can be read to its end")
        }
        return switch code {
        case EACCES, EPERM, EROFS:
            Wording("\(self)", hint: "look at whose it is, and who may write: ls -ld \(subject)")
        case ENOSPC, EDQUOT: Wording("\(self)", hint: "make room, and try again: df -h")
        case EISDIR: Wording("\(self)", hint: "a file is expected there: ls -ld \(subject)")
        case EFBIG: Wording("\(self)", hint: "is it the right file? ls -lL \(subject)")
        case EMFILE:
            Wording(
                "\(subject): this process may not open more files",
                hint: "raise the limit and try again: ulimit -n 1024")
        case ENFILE:
            Wording("\(subject): this machine has too many files open", hint: "try again later")
        case EAGAIN:
            Wording(
                "\(subject): this user has too many processes or threads",
                hint: "end some, or raise the limit: ulimit -u")
        case ENOMEM: Wording("\(subject): out of memory", hint: "end other programs: free -h")
        default: Wording("\(self)", hint: "try again with --verbose")
        }
    }
}

extension FileSafety.Finding {
    /// The warning, with the way to mend it.
    var warning: String {
        switch self {
        case .writableByAll(let path):
            "every user of this machine may change \(quotedPath(path)), and so what is done with"
                + " your keys; chmod o-w \(quotedPath(path)) ends that"
        case .foreign(let path, let owner):
            "\(quotedPath(path)) belongs to user \(owner), who may so change what is done with your"
                + " keys"
        }
    }
}

/// Whether the reason that a library gives is a limit of this process, on files or on memory.
func isAboutLimits(_ reason: String) -> Bool {
    // The C library's and the dynamic linker's texts.
    ["Too many open files", "failed to map segment", "annot allocate memory"]
        .contains { reason.contains($0) }
}

/// A path as it is shown and can be typed.
func quotedPath(_ path: String) -> String {
    let path = path.pathForDisplay
    return path.contains(where: \.isWhitespace) ? "'\(path)'" : path
}
