// What every sign-in has outside of it: the person, the clocks, the locks.
internal import AWS
public import HTTP
public import Loopback
public import Model
public import System

/// The person who signs in, and what else a sign-in meets on a machine.
public struct SignInEffects: Sendable {
    /// How a person is asked; nil where there is none.
    public var method: SignInMethod?
    /// When the sign-in was first wanted: a person who has said no since is not asked again.
    public var began: MonotonicTime = .now
    /// How long a person has.
    public var timeout: Duration = .seconds(600)
    /// Shows a page in the person's browser.
    public var openBrowser: @Sendable (String) throws(BrowserError) -> Void = {
        (page) throws(BrowserError) in try Browser.open(page)
    }
    /// Whether there is a terminal to ask on.
    public var hasTerminal: @Sendable () -> Bool = { Terminal.path != nil }
    /// Asks for what the page in a browser elsewhere shows.
    public var askForPaste: @Sendable () throws(TerminalError) -> Secret = {
        () throws(TerminalError) in try Terminal.askSecret("What the page shows: ")
    }
    /// What asks a start URL on another domain than AWS's where it leads to; nil for none.
    public var web: (any HTTPTransport)?
    /// Where locks stand; nil where there is no such place.
    public var lockDirectory: @Sendable () -> String?
    /// Is told what happens.
    public var report: @Sendable (SignInEvent) -> Void = { _ in }
    /// The wall clock.
    public var now: @Sendable () -> Timestamp = { Timestamp.now() }
    /// The clock that waiting goes by.
    public var uptime: @Sendable () -> MonotonicTime = { MonotonicTime.now }
    /// Waits.
    public var sleep: @Sendable (Duration) -> Void = CallEffects.system.sleep

    /// Joins what has no default.
    public init(method: SignInMethod?, lockDirectory: @escaping @Sendable () -> String?) {
        self.method = method
        self.lockDirectory = lockDirectory
    }
}
