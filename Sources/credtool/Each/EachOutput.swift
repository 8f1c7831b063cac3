// Where the output of all runs comes together: as it comes or in order, beside a line of progress.
internal import Glibc
internal import Model
internal import System

/// Standard output and standard error of many runs. Threads share it.
final class EachOutput: Sendable {
    private struct Part {
        let stream: StreamedProgram.Stream
        let bytes: [UInt8]
    }

    private struct State {
        /// The run whose turn it is; what later ones write is held.
        var turn = 0
        var held: [Int: [Part]] = [:]
        var sizes: [Int: Int] = [:]
        var heldSize = 0
        var ended: Set<Int> = []
        /// Nil until anything is to run.
        var progress: EachProgress?
        var failure: SystemError?
    }

    private let keepsOrder: Bool
    private let console: Console
    private let stop: StopOrder
    private let state: Monitor<State>
    private let isOutputShared = Terminal.isTerminal(1)

    /// What one run may write before its turn, and what all may.
    private static let limitOfRun = 1 << 20
    private static let limitOfAll = 64 << 20

    init(keepsOrder: Bool, console: Console, stop: StopOrder) {
        self.keepsOrder = keepsOrder
        self.console = console
        self.stop = stop
        state = Monitor(State())
    }

    /// States how many runs there will be, from which on progress is shown.
    func expect(runs: Int) {
        state.change { state in
            state.progress = EachProgress(total: runs)
            draw(state)
        }
    }

    /// Why standard output took no more.
    var failure: SystemError? { state.change { $0.failure } }

    // MARK: The way of a run

    /// Waits until there is room for what a run may write, and counts it.
    func begin(_ run: Int, name: String) {
        state.change(when: {
            $0.turn == run || $0.heldSize < Self.limitOfAll || stop.isGiven
        }) { state in
            state.progress?.begin(name)
            draw(state)
        }
    }

    /// Shows a part, or holds it until its turn. Who has written too much by then waits.
    func write(_ bytes: [UInt8], _ stream: StreamedProgram.Stream, of run: Int) {
        guard !bytes.isEmpty else { return }
        state.change(when: {
            !keepsOrder || $0.turn == run || $0.sizes[run, default: 0] < Self.limitOfRun
                || stop.isGiven
        }) { state in
            guard keepsOrder, state.turn != run else { return show(bytes, stream, &state) }
            guard state.sizes[run, default: 0] < Self.limitOfRun else { return }
            state.held[run, default: []].append(Part(stream: stream, bytes: bytes))
            state.sizes[run, default: 0] += bytes.count
            state.heldSize += bytes.count
        }
    }

    /// Counts a run that is over, and lets those behind it have their turn.
    func end(_ run: Int, name: String, isSuccess: Bool) {
        state.change { state in
            state.progress?.end(name, isSuccess: isSuccess)
            state.ended.insert(run)
            while state.ended.remove(state.turn) != nil {
                state.turn += 1
                for part in state.held.removeValue(forKey: state.turn) ?? [] {
                    show(part.bytes, part.stream, &state)
                }
                state.heldSize -= state.sizes.removeValue(forKey: state.turn) ?? 0
            }
            draw(state)
        }
    }

    /// Says something beside the runs.
    func aside(_ body: () -> Void) {
        state.change { state in
            if state.progress != nil { console.status(nil) }
            body()
            draw(state)
        }
    }

    /// Takes the line of progress away.
    func finish() { state.change { _ in console.status(nil) } }

    /// Has those who wait see that they are to stop.
    func wake() { state.wake() }

    // MARK: Showing

    private func show(
        _ bytes: [UInt8], _ stream: StreamedProgram.Stream, _ state: inout State
    ) {
        let isShared = stream == .errors || isOutputShared
        if isShared { console.status(nil) }
        let failure = bytes.withUnsafeBytes { bytes -> SystemError? in
            do throws(SystemError) {
                try CurrentProcess.write(bytes: bytes, to: stream == .output ? 1 : 2)
                return nil
            } catch { return error }
        }
        if let failure, stream == .output, state.failure == nil {
            // Nobody takes what the others would write.
            state.failure = failure
            stop.give(signal: SIGTERM, isKnown: false)
        }
        if isShared { draw(state) }
    }

    private func draw(_ state: State) {
        guard let progress = state.progress else { return }
        console.status(progress.text(columns: Terminal.width(2) ?? 80))
    }
}

/// How far all runs are.
struct EachProgress: Equatable {
    let total: Int
    private var done = 0
    private var failed = 0
    private var running: [String] = []

    init(total: Int) { self.total = total }

    mutating func begin(_ name: String) { running.append(name) }

    mutating func end(_ name: String, isSuccess: Bool) {
        if let index = running.firstIndex(of: name) { running.remove(at: index) }
        done += 1
        if !isSuccess { failed += 1 }
    }

    /// A line; the names of what runs give way where it is too narrow.
    func text(columns: Int) -> String {
        var text = "\(done) of \(total) done"
        if failed > 0 { text += ", \(failed) failed" }
        if !running.isEmpty { text += ", running: " + running.joined(separator: ", ") }
        // Behind `credtool: `, and not into the last column.
        return text.visible.cut(toWidth: max(20, columns - 11))
    }
}
