// A program that is started and left alone: in a session of its own, and nobody's child.
internal import CSystem
internal import Glibc

/// Programs that outlive the one that starts them, such as a browser.
public enum DetachedProgram {
    /// Starts `arguments`, the first of which is looked for in the PATH of `environment`, without a
    /// terminal, with nothing to read and its output thrown away.
    /// - Parameters:
    ///   - watch: How long its failure is waited for.
    ///   - takesEndings: Whether it has a `Waiting`, for which the order to end is kept from the start.
    /// - Returns: How it ended; nil where it still runs or ended well.
    /// - Throws: `SubprocessError.cannotStart` or `.system`.
    public static func start(
        _ arguments: [String], environment: ProcessEnvironment, watch: Duration,
        takesEndings: Bool = false
    ) throws(SubprocessError) -> Subprocess.Status? {
        let program = arguments.first ?? ""
        guard arguments.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .system(SystemError("fork", program, code: EINVAL))
        }
        let path: String
        do { path = try environment.path(of: program) } catch { throw .cannotStart(error) }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { $0.withPath { strdup($0) } }
        defer { for text in argv { free(text) } }
        argv.append(nil)
        let milliseconds = Int32(min(watch, .seconds(60)) / .milliseconds(1))
        let code = environment.withEntries { entries in
            path.withPath { cdetach_start($0, argv, entries, milliseconds, takesEndings ? 1 : 0) }
        }
        switch code {
        case ..<0: throw .system(SystemError("fork", program, code: -code))
        case 0: return nil
        case 129...: return .signalled(code - 128)
        default: return .exited(code)
        }
    }
}
