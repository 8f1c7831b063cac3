// The checks side by side, each with its own limit: one that hangs keeps no other from ending.
internal import Model
internal import Synchronization
internal import System

/// A look at one area, and what depends on it.
struct Check: Sendable {
    let area: DoctorArea
    let look: @Sendable () -> [Finding]
}

/// Work that is given up after a time. What is given up goes on, and ends with the process.
enum Limited {
    private final class Place<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    /// What work gives that was begun; nil where it takes too long.
    typealias Outcome<Value> = (_ left: Duration) -> Value?

    /// Begins `work` on a thread of its own.
    static func begin<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value
    ) -> Outcome<Value> {
        let place = Place<Value>()
        let thread = try? WorkerThreads(1) {
            let value = work()
            place.value.withLock { $0 = value }
        }
        // A machine that gives no thread has troubles of its own: then one thing after the other.
        guard let thread else { return { _ in work() } }
        return { left in thread.wait(within: left) ? place.value.withLock { $0 } : nil }
    }

    static func value<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () -> Value
    ) -> Value? { begin(work)(limit) }
}

enum Checkup {
    /// How long each check may take.
    static let limit: Duration = .seconds(12)

    /// What the checks find, all at once.
    static func findings(of checks: [Check], within limit: Duration = limit) -> [Finding] {
        let end = MonotonicTime.now + limit
        let begun = checks.map { ($0.area, Limited.begin($0.look)) }
        return begun.flatMap { area, outcome in
            outcome(max(.zero, end - MonotonicTime.now)) ?? [late(area, limit)]
        }
    }

    static func late(_ area: DoctorArea, _ limit: Duration) -> Finding {
        Finding(
            .problem, area,
            Wording(
                "looking at this did not end within \(spoken(limit)), so it was given up",
                hint: area.whenLate))
    }
}

extension DoctorArea {
    fileprivate var whenLate: String {
        switch self {
        case .keyring, .records:
            "log out and in again; until then keep keys in a file: --vault file"
        case .kernel: "look at the machine's load: uptime"
        case .config, .files, .certificates, .environment:
            "is the home directory on a network that is away? findmnt -t nfs,nfs4,cifs"
        case .network: "is this machine online? look at HTTPS_PROXY"
        }
    }
}
