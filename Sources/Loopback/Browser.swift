// Opening a page in the person's browser.
public import System

/// Why no browser was started.
public enum BrowserError: Error, Equatable {
    /// The URL is none of http or https, or holds characters that no such URL of ours has.
    case invalidURL
    /// None of these programs is installed.
    case noProgram([String])
    /// The program was started and failed within a second.
    case failed(program: String, Subprocess.Status)
    /// The program could not be started.
    case cannotStart(SubprocessError)
}

/// The person's browser.
public enum Browser {
    /// Opens `url` with what BROWSER names, else with `wslview` (under WSL) or `xdg-open`.
    ///
    /// The program runs on by itself, without the variables `AWS_*` and `CREDTOOL_*`, and nothing
    /// that it writes is seen.
    /// - Throws: `BrowserError`.
    public static func open(
        _ url: String, environment: ProcessEnvironment = ProcessEnvironment()
    ) throws(BrowserError) {
    }

    /// Whether a browser that is started here would be seen by the person.
    public static func isLikely(_ facts: BrowserFacts) -> Bool { false }
}

/// What it depends on whether a browser can be used.
public struct BrowserFacts: Equatable, Sendable {
    /// Whether this is a session over SSH.
    public var isRemote: Bool
    /// Whether this is a container.
    public var isContainer: Bool
    /// Whether there is an X or Wayland display.
    public var hasDisplay: Bool
    /// Whether this is the Windows Subsystem for Linux, which has Windows' browser.
    public var isWSL: Bool

    /// States the facts.
    public init(isRemote: Bool, isContainer: Bool, hasDisplay: Bool, isWSL: Bool) {
        self.isRemote = isRemote
        self.isContainer = isContainer
        self.hasDisplay = hasDisplay
        self.isWSL = isWSL
    }

    /// Finds the facts out.
    public init(_ environment: ProcessEnvironment = ProcessEnvironment()) {
        self.init(isRemote: false, isContainer: false, hasDisplay: false, isWSL: false)
    }
}
