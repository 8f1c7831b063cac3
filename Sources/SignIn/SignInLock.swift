// The lock of a sign-in: one process obtains a token, the others wait for that one.
internal import Model
internal import System

/// A lock that is held; or none, where locks cannot be had: more questions then, but the same result.
struct SignInLock: ~Copyable {
    private let held: FileLock?
    /// Whether another process kept it for longer than anybody waits.
    let isGivenUp: Bool

    /// The file of the lock.
    static func path(_ name: String, in directory: String) -> String {
        "\(directory)/\(name.split(separator: ":").joined(separator: "-")).lock"
    }

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
            isGivenUp = false
            return
        }
        let path = Self.path(name, in: directory)
        do throws(SystemError) {
            held = try FileLock(path: path, within: .seconds(1))
            isGivenUp = false
        } catch {
            guard error.isHeldLock else {
                held = nil
                isGivenUp = false
                return
            }
            waiting(LockHolder.find(path: path))
            do throws(SystemError) {
                held = try FileLock(path: path, within: patience)
                isGivenUp = false
            } catch {
                held = nil
                isGivenUp = error.isHeldLock
            }
        }
    }
}

extension SignInEffects {
    /// How long another process is waited for: somewhat longer than a person has.
    var patience: Duration { timeout + .seconds(30) }

    /// Waits for the lock of a sign-in, and lets it go at its end.
    /// - Parameters:
    ///   - name: The record that the sign-in is kept under.
    ///   - waiting: Is told of another process, and how long that one is waited for.
    func lock(
        _ name: String, waiting: (LockHolder?, Duration) -> Void
    ) -> SignInLock {
        SignInLock(name, in: lockDirectory(), patience: patience) { waiting($0, patience) }
    }
}
