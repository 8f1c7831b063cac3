// The lock of a sign-in: one process obtains a token, the others wait for that one.
internal import Model
internal import System

/// A lock that is held; or none, where locks cannot be had: more questions then, but the same result.
struct SignInLock: ~Copyable {
    private let held: FileLock?

    /// Waits for the lock, and lets it go at its end.
    /// - Parameters:
    ///   - name: The record that the sign-in is kept under.
    ///   - patience: How long another process is waited for.
    ///   - waiting: Is told of that one.
    init(
        _ name: String, in directory: String?, patience: Duration, waiting: (LockHolder?) -> Void
    ) {
        guard let directory else {
            held = nil
            return
        }
        let file = name.split(separator: ":").joined(separator: "-")
        let path = "\(directory)/\(file).lock"
        do throws(SystemError) {
            held = try FileLock(path: path, within: .seconds(1))
        } catch {
            guard error.isHeldLock else {
                held = nil
                return
            }
            waiting(LockHolder.find(path: path))
            held = try? FileLock(path: path, within: patience)
        }
    }
}
