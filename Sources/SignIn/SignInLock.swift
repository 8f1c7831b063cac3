// One sign-in at a time: who is second waits for what the first one gets.
internal import Model
internal import System

/// The lock of a sign-in, or none where locks cannot be had: more is asked of AWS then.
struct SignInLock: ~Copyable {
    private let held: FileLock?

    /// - Parameters:
    ///   - name: What its token is found by.
    ///   - shownName: What it is called in messages.
    ///   - timeout: How long a person has; the holder is waited for a little longer.
    init(
        _ name: String, in directory: String?, shownName: String, timeout: Duration,
        report: (SignInEvent) -> Void
    ) {
        guard let directory else {
            held = nil
            return
        }
        let path = "\(directory)/\(name.split(separator: ":").joined(separator: "-")).lock"
        do throws(SystemError) {
            held = try FileLock(path: path, within: .seconds(1))
            return
        } catch {
            guard error.isHeldLock else {
                held = nil
                return
            }
        }
        let patience = timeout + .seconds(30)
        report(.waitingForOther(shownName, LockHolder.find(path: path), patience))
        held = try? FileLock(path: path, within: patience)
    }
}
