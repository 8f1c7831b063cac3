// What the choice of a method depends on: terminal, display, installed dialogs.
internal import Glibc
public import Model
public import System

/// Where a person could be asked.
public struct PromptFacts: Equatable, Sendable {
    /// Whether `/dev/tty` can be opened.
    public var hasTerminal: Bool
    /// Whether there is an X or Wayland display.
    public var hasDisplay: Bool
    /// The methods whose program is installed and can draw a window.
    public var dialogs: Set<MFAPromptMethod>

    /// States the facts.
    public init(hasTerminal: Bool, hasDisplay: Bool, dialogs: Set<MFAPromptMethod>) {
        self.hasTerminal = hasTerminal
        self.hasDisplay = hasDisplay
        self.dialogs = dialogs
    }

    /// Finds the facts out.
    public init(_ environment: ProcessEnvironment = ProcessEnvironment()) {
        hasTerminal = Terminal.path != nil
        hasDisplay = environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil
        dialogs = Set(
            MFAPromptMethod.graphical.filter { Self.isDialog($0.program(environment), environment) }
        )
    }

    private static func isDialog(_ program: String?, _ environment: ProcessEnvironment) -> Bool {
        guard let program else { return false }
        let path: String
        do { path = try environment.path(of: program) } catch { return false }
        // `pinentry` is a link to one of several; these two know the terminal alone.
        guard let target = realpath(path, nil) else { return false }
        defer { free(target) }
        let name = String(cString: target)
        return !name.hasSuffix("-curses") && !name.hasSuffix("-tty")
    }
}

extension MFAPromptMethod {
    /// The program that does it, or the one that a variable names in its place.
    func program(_ environment: ProcessEnvironment) -> String? {
        self == .pinentry ? environment["PINENTRY_PROGRAM"] ?? program : program
    }
}
