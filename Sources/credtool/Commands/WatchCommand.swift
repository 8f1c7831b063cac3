// credtool __watch: waits until sessions are to be forgotten, or a person is to be told of an end.
internal import Engine
internal import Glibc
internal import Model
internal import SignIn
internal import Store
internal import System
internal import Watch

/// The one process of a user that watches. It holds no secrets, and ends when nothing is left to do.
struct WatchCommand {
    let machine: Machine

    func run() {
        // Whoever wants to unmount the directory that it was started in is not to wait for it.
        _ = chdir("/")
        guard let directory = machine.lockDirectory() else { return }
        let list = WatchList(directory: directory)
        // First, so that no order to end comes before it is listened to.
        guard let waiting = try? Waiting(directory: directory) else { return }
        OwnScope(runtimeDirectory: Machine.variable("XDG_RUNTIME_DIR"))?.enter()
        guard let lock = list.watch(), let desktop = Desktop() else { return }
        var held: FileLock? = lock
        while let mine = held.take() {
            guard watch(list, desktop, waiting) else { return }
            held = list.unlessAddedTo(mine)
        }
    }

    /// Returns once nothing is left to watch for, or the order to end has come: then with false.
    private func watch(
        _ list: WatchList, _ desktop: Desktop, _ waiting: borrowing Waiting
    ) -> Bool {
        while true {
            for event in desktop.events() { take(event, list, desktop) }
            let areSettled = tellEnds(list, desktop)
            let entries = list.entries()
            desktop.delaySleep(entries.delaySleep)
            guard !entries.isEmpty else { return true }
            // Where the list cannot be written, what is due stays so.
            let rest = entries.pause(from: .now()).map { areSettled ? $0 : max($0, Self.respite) }
            let pauses = [rest, desktop.pause].compactMap { $0 }
            if waiting.wait(desktop.channels, within: pauses.min()) {
                take(.ending, list, desktop)
                return false
            }
        }
    }

    // MARK: Forgetting

    private func take(_ event: WatchEvent, _ list: WatchList, _ desktop: Desktop) {
        let chosen = list.entries().forgotten(on: event)
        var done: [WatchEntry] = []
        let cache = machine.sessionCache()
        for entry in chosen {
            do throws(RecordStoreError) {
                let count = try cache.forget([entry.selection])
                done.append(entry)
                // Another one of the same role may have been first, or `credtool clear`.
                guard count > 0 else { continue }
                machine.note(
                    forgotten: entry.subject, of: entry.profile, on: event.word, error: nil)
            } catch {
                machine.note(
                    forgotten: entry.subject, of: entry.profile, on: event.word,
                    error: error.wording.message)
            }
        }
        // Where they stay in the list, they are only looked for in vain.
        try? list.remove(done)
        if event == .sleeping { desktop.letSleep() }
    }

    // MARK: Ends

    /// How long a list is left alone that cannot be written.
    private static let respite: Duration = .seconds(60)

    /// Tells a person of the ends that they are to be told of by now: of those alone which the list can
    /// say so of, since the others would be told again and again.
    /// - Returns: Whether it can.
    private func tellEnds(_ list: WatchList, _ desktop: Desktop) -> Bool {
        let now = Timestamp.now()
        let due = list.entries().due(at: now)
        guard !due.isEmpty else { return true }
        do throws(SystemError) { try list.settleNotices(of: due) } catch { return false }
        let living = machine.sessionCache().summaries(now: now)
        for entry in due where stillEnds(entry, living) {
            let text = entry.noticeText(at: now)
            _ = desktop.notify(text.summary, text.body)
        }
        return true
    }

    /// Whether it is as it was: not forgotten, signed out of or renewed.
    private func stillEnds(_ entry: WatchEntry, _ living: [SessionSummary]) -> Bool {
        switch entry.kind {
        case .session:
            living.contains { $0.label.name == entry.name && $0.expiration <= entry.end }
        case .signIn:
            machine.signInIndex.summary(entry.name).map { $0.expiration <= entry.end } ?? false
        }
    }
}

extension WatchEntry {
    /// All sessions of the same role and key, or source, however they were asked for.
    var selection: SessionSelection {
        accessKeyID.map { .roleOfKey(subject, $0) } ?? .roleOfProfile(subject, sourceProfile)
    }

    /// What a person is told of its end.
    func noticeText(at now: Timestamp) -> (summary: String, body: String) {
        let left = rounded(max(.zero, end - now))
        switch kind {
        case .session:
            return (
                "credtool: \(profile) ends in \(left)",
                "Its session (\(subject)) ends at \(end). credtool exec \(typed(profile)) --fresh"
                    + " asks for a new one."
            )
        case .signIn:
            return (
                "credtool: the sign-in of \(profile) ends in \(left)",
                "Somebody has to sign in at \(subject) again at \(end). credtool login"
                    + " \(typed(profile)) does so before."
            )
        }
    }
}
