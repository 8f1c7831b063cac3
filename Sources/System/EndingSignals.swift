// Signals that end this process: SIGINT, SIGTERM, SIGHUP and SIGQUIT.
internal import CSystem

/// What signals that end this process have to wait for.
public enum EndingSignals {
    /// Does `body`, which must not be cut short; the first signal is taken when it is done, by all
    /// threads that do so, a second one at once.
    public static func held<Output: ~Copyable, Failure: Error>(
        during body: () throws(Failure) -> Output
    ) throws(Failure) -> Output {
        csignal_hold()
        defer { csignal_release() }
        return try body()
    }
}
