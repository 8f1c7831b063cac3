// A scan on its way: threads that share the work, how far they are, and what they found.
internal import Glibc
public import Model
internal import Synchronization
public import System

/// How far a scan is.
public struct ScanProgress: Equatable, Sendable {
    /// The part that is done, from 0 to 1.
    public let done: Double
    /// How many files were read so far.
    public let files: Int
    /// How many bytes.
    public let bytes: Int
    /// How many keys were found so far.
    public let found: Int

    /// Joins the four.
    public init(done: Double, files: Int, bytes: Int, found: Int) {
        self.done = done
        self.files = files
        self.bytes = bytes
        self.found = found
    }
}

/// The search for keys below some places, on threads of its own. Nothing is written, nobody is asked.
///
/// Folders are walked without following links, and not into other file systems. Files are read
/// whole, but for those above 16 MiB that are no text. Of git repositories every object is read
/// by git itself.
public final class KeyScan: Sendable {
    /// What is told of one file or repository.
    static let mostFindings = 100
    /// The largest file that is read though it is no text.
    static let binaryLimit = 16 << 20

    let queue: ScanQueue
    let now: Timestamp
    /// Where git is; nil where it is not installed.
    public let git: String?
    private let state = Mutex(ScanResult())
    private let stores = Mutex<Set<GitDirectory.Objects>>([])
    private let threads = Mutex<WorkerThreads?>(nil)

    /// Prepares the scan of `places`, each a folder or a file that is there.
    /// - Parameter git: Where git is; nil to leave what it keeps out.
    public init(_ places: [String], git: String?, now: Timestamp = .now()) {
        queue = ScanQueue(places.map { .file($0) })
        self.git = git
        self.now = now
    }

    /// Begins.
    /// - Throws: `SystemError` where no thread can be had.
    public func start() throws(SystemError) {
        let count = min(16, 2 * max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        let threads = try WorkerThreads(count) { [self] in
            let worker = ScanWorker(self)
            while let item = queue.next() { queue.finish(item, found: worker.carryOut(item.work)) }
        }
        self.threads.withLock { $0 = threads }
    }

    /// Waits for the end, for so long at most; whether it is there.
    public func wait(atMost limit: Duration) -> Bool {
        threads.withLock { $0 }?.wait(within: limit) ?? true
    }

    /// How far it is.
    public var progress: ScanProgress {
        let done = queue.done
        return state.withLock {
            ScanProgress(
                done: min(1, done), files: $0.files, bytes: $0.bytes, found: $0.findings.count)
        }
    }

    /// What was found so far.
    public var result: ScanResult {
        var result = state.withLock { $0 }
        result.findings.sort()
        return result
    }

    /// Whether nobody has asked for these objects yet.
    func isFirst(_ objects: GitDirectory.Objects) -> Bool {
        stores.withLock { $0.insert(objects).inserted }
    }

    func note(_ change: (inout ScanResult) -> Void) { state.withLock { change(&$0) } }
}
