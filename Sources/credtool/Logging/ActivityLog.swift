// What is noted in the log, and when: once a credential is handed over, refused, made, signed in for.
internal import Engine
internal import Flags
internal import Handover
internal import Model
internal import Planning
internal import System

/// What a run of credtool is for.
struct Activity: Sendable {
    /// The command.
    var command = ""
    /// Where in argv the words of the program stand that is run; nil where none is.
    var commandStart: Int?
    /// Whether this process is about to become that program.
    var becomesProgram = false

    init() {}

    init(_ invocation: Invocation) {
        command = invocation.command.rawValue
        commandStart = invocation.commandStart
        becomesProgram = invocation.command == .exec
    }

    /// The program's words.
    fileprivate var words: ArraySlice<UnsafeMutablePointer<CChar>> {
        guard let commandStart else { return [] }
        return CurrentProcess.arguments[commandStart...]
    }

    /// The program, as it was typed; the user's shell where `exec` is given none.
    var program: String? {
        guard let word = words.first else { return becomesProgram ? Machine.shell : nil }
        return String(path: word)
    }
}

extension Machine {
    /// The log.
    var log: LogFile { LogFile(path: "\(stateDirectory)/log.jsonl") }

    /// Notes that the credentials of a plan are handed over.
    ///
    /// A session of the cache costs the program's user one open and one write: systemd's journal is
    /// told of the others only, and the file's length is looked at by the others only.
    func note(use plan: SessionPlan, until end: Timestamp?, reason: String?, isCached: Bool) {
        var entry = entry(.used, profile: plan.profile.value)
        entry.role = SessionRole(plan, variable: Machine.variable)?.name
        entry.accountID = plan.credentials.accountID
        if plan.logsArguments?.value == true {
            entry.arguments = activity.words.dropFirst().map { String(path: $0).pathForDisplay }
        }
        entry.isCached = isCached
        entry.reason = reason
        entry.until = end?.description
        write(entry, isHit: isCached)
    }

    /// Notes that there is a new session.
    func note(session subject: String, lifetime: Duration, profile: String) {
        var entry = entry(.session, profile: profile)
        entry.subject = subject
        entry.until = (.now() + lifetime).description
        write(entry)
    }

    /// Notes that no credentials were handed over.
    func note(refusal error: EngineError, profile: String?) {
        var entry = entry(.refused, profile: profile)
        entry.error = Failure(error).message
        write(entry)
    }

    /// Notes that somebody signed in or out.
    func note(
        _ event: LogEntry.Event, at place: String, of profile: String?, until end: Timestamp? = nil
    ) {
        var entry = entry(event, profile: profile)
        entry.subject = place
        entry.until = end?.description
        write(entry)
    }

    /// Says what was done with keys, and notes it.
    func tell(done sentence: String, profile: String? = nil) {
        console.say(sentence)
        var entry = entry(.keys, profile: profile)
        entry.subject = sentence
        write(entry)
    }

    /// Notes that a session was forgotten while nobody called credtool, or why it could not be.
    func note(forgotten subject: String, of profile: String, on occasion: String, error: String?) {
        var entry = entry(.forgotten, profile: profile)
        entry.command = "watch"
        entry.subject = subject
        entry.reason = occasion
        entry.error = error
        write(entry)
    }

    private func entry(_ event: LogEntry.Event, profile: String?) -> LogEntry {
        var entry = LogEntry(event)
        entry.time = Timestamp.now().description
        entry.user = userName
        entry.command = activity.command
        entry.profile = profile
        entry.program = activity.program?.pathForDisplay
        return entry
    }

    /// Nothing depends on the log: what keeps it from being written is told to who wants to know.
    private func write(_ entry: LogEntry, isHit: Bool = false) {
        let log = log
        if !isHit { log.rotate() }
        do throws(SystemError) {
            try log.append(
                entry.line,
                leavesOpen: isHit && activity.becomesProgram && !isBesideProgram)
        } catch { console.trace("this is not logged: \(error)") }
        if !isHit { SystemJournal.send(entry.fields) }
    }
}
