// What is still to be looked at, shared by the threads, and how far all of it is.
internal import System

/// A piece of work.
struct ScanItem: Sendable {
    enum Work: Sendable {
        /// A folder, and the device of the place that it was found from.
        case folder(String, device: UInt)
        /// Some files of a folder.
        case files(folder: String, names: [String])
        /// One file, which may be a link.
        case file(String)
        /// The folder of a git repository that has `objects` in it.
        case repository(String)
        /// A `.git` that is no folder: a file or a link, which may lead to a repository.
        case gitLink(String)
    }

    let work: Work
    /// Which part of the whole it is, with all that is found below it.
    let share: Double
}

/// Work on a stack: what was found last is done first, so that it stays short.
final class ScanQueue: Sendable {
    private struct State {
        var items: [ScanItem]
        var active = 0
        var done = 0.0
    }

    private let state: Monitor<State>

    init(_ work: [ScanItem.Work]) {
        let share = 1 / Double(max(1, work.count))
        state = Monitor(State(items: work.reversed().map { ScanItem(work: $0, share: share) }))
    }

    /// How much of the whole is done, from 0 to 1: each folder counts for as much as its neighbours.
    var done: Double { state.change { $0.done } }

    /// The next item; nil where there is none any more. Waits for those that others may find.
    func next() -> ScanItem? {
        state.change(when: { !$0.items.isEmpty || $0.active == 0 }) { state in
            guard let item = state.items.popLast() else { return nil }
            state.active += 1
            return item
        }
    }

    /// States that `item` is done, but for what was found below it, which shares its part.
    func finish(_ item: ScanItem, found works: [ScanItem.Work] = []) {
        state.change { state in
            state.active -= 1
            guard !works.isEmpty else {
                state.done += item.share
                return
            }
            let share = item.share / Double(works.count)
            for work in works { state.items.append(ScanItem(work: work, share: share)) }
        }
    }
}
