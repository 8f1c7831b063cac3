// What a process has started, down to the last, as /proc tells it.
internal import Glibc

/// The processes below one, and below those in turn. One whose parent has ended before is not among
/// them: who leaves a daemon behind means it to stay.
///
/// Source: proc_pid_stat(5).
struct ProcessTree {
    /// A number, and the time of start by which it is known again when it was given anew.
    private struct Member: Hashable {
        let id: pid_t
        let start: UInt64
    }

    private struct Process {
        let member: Member
        let parent: pid_t
        let isAlive: Bool
    }

    private var members: Set<Member> = []

    /// Adds those that are below `root` or one of them now; none where /proc is not there.
    /// - Parameter root: A child of this process; nil once its end was taken, since its number can
    ///   be another's then.
    mutating func grow(below root: pid_t?) {
        let all = Self.all()
        var parents = Set(members.filter(Self.isAlive).map(\.id))
        if let root { parents.insert(root) }
        var count = -1
        while count != members.count {
            count = members.count
            for process in all where parents.contains(process.parent) {
                members.insert(process.member)
                parents.insert(process.member.id)
            }
        }
    }

    /// Whether any of them still runs.
    var isAlive: Bool { members.contains { Self.isAlive($0) } }

    /// Sends a signal to those that still run.
    func send(_ signal: Int32) {
        for member in members where Self.isAlive(member) { kill(member.id, signal) }
    }

    private static func isAlive(_ member: Member) -> Bool {
        guard let process = process(member.id) else { return false }
        return process.member == member && process.isAlive
    }

    private static func all() -> [Process] {
        guard let entries = opendir("/proc") else { return [] }
        defer { closedir(entries) }
        var processes: [Process] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let id = pid_t(name), let process = process(id) { processes.append(process) }
        }
        return processes
    }

    private static func process(_ id: pid_t) -> Process? {
        // Nil or a failure: it has ended.
        guard let bytes = try? AtomicFile.read("/proc/\(id)/stat"),
            let name = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        // The name may hold anything; state, parent and start come after it.
        let fields = String(decoding: bytes[(name + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = pid_t(fields[1]), let start = UInt64(fields[19])
        else { return nil }
        let isAlive = !["Z", "X"].contains(fields[0])
        return Process(
            member: Member(id: id, start: start), parent: parent, isAlive: isAlive)
    }
}
