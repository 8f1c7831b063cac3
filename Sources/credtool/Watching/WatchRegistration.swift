// What is to be watched of sessions that were just made, and the process that watches.
internal import Engine
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import System
internal import Watch

extension Machine {
    /// Has the sessions of a plan watched, and the sign-in behind them, where a setting asks for it.
    /// Nothing depends on that here: what keeps it from being done is told to who wants to know.
    func watch(_ plan: SessionPlan) {
        guard plan.forgetOn != nil || plan.notifyBefore != nil else { return }
        let now = Timestamp.now()
        let entries =
            plan.sessionEntries(
                living: sessionCache().summaries(now: now),
                isAutomatic: plan.mfaPrompt.isAutomatic,
                login: Machine.variable("XDG_SESSION_ID") ?? "")
            + [signInEntry(plan, now)].compactMap { $0 }
        guard !entries.isEmpty, let directory = lockDirectory() else { return }
        let list = WatchList(directory: directory)
        do { try list.add(entries) { startWatching(list) } } catch {
            console.trace("the sessions are not watched: \(error)")
        }
    }

    private func signInEntry(_ plan: SessionPlan, _ now: Timestamp) -> WatchEntry? {
        guard let ahead = plan.notifyBefore?.value,
            let place = SignInPlace(plan.credentials.source), let name = place.recordName,
            let summary = signInIndex.summary(name),
            let end = summary.lastEnd(at: place), end > now
        else { return nil }
        return WatchEntry(
            .signIn, name: name, profile: plan.profile.value, subject: place.displayName,
            end: end, notice: end.before(ahead))
    }

    /// The variables that the process is given: where things are and how the desktop is reached. Any
    /// other may be a secret.
    static let watchVariables = [
        "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_STATE_HOME",
        "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS",
    ]

    /// Starts the process. It is a new program: what is in the memory of this one is none of its.
    private func startWatching(_ list: WatchList) {
        console.trace("starting a process that waits for the occasions to forget sessions on")
        var environment = ProcessEnvironment()
        environment.remove(prefix: "")
        for name in Self.watchVariables {
            environment.changes[name] = Machine.pathVariable(name)
        }
        guard let path = realpath("/proc/self/exe", nil) else {
            return console.trace("it is not started: \(SystemError("realpath", "/proc/self/exe"))")
        }
        defer { free(path) }
        do throws(SubprocessError) {
            _ = try DetachedProgram.start(
                [String(path: path), "__watch"], environment: environment, watch: .zero,
                takesEndings: true)
        } catch { return console.trace("it is not started: \(error)") }
        // The unit that this process is in may end with it, and with all that are in there by then.
        if OwnScope(runtimeDirectory: Machine.variable("XDG_RUNTIME_DIR")) != nil {
            list.waitForWatcher(within: .seconds(1))
        }
    }
}

extension SessionPlan {
    /// What is to be watched of the plan's sessions.
    /// - Parameters:
    ///   - living: The sessions that the cache has.
    ///   - isAutomatic: Whether a program gives the MFA codes.
    ///   - login: The login session of this process; empty where it is in none.
    func sessionEntries(
        living: [SessionSummary], isAutomatic: Bool, login: String
    ) -> [WatchEntry] {
        let last = credentials.calls.count
        return (0...last).compactMap { stage in
            guard
                let label = SessionLabel(
                    credentials.upTo(stage: stage), target: sts,
                    askedProfile: stage == last ? profile.value : nil),
                let session = living.first(where: { $0.label.name == label.name })
            else { return nil }
            let takesPerson = takesPerson(stage, isAutomatic: isAutomatic)
            let notice =
                takesPerson ? notifyBefore.map { session.expiration.before($0.value) } : nil
            guard notice != nil || forgetOn != nil else { return nil }
            return WatchEntry(
                .session, name: label.name, profile: profile.value, subject: label.subject,
                accessKeyID: label.accessKeyID, sourceProfile: label.profile,
                end: session.expiration, forgetOn: forgetOn?.value ?? [], notice: notice,
                login: login)
        }
    }

    /// Whether the session of a stage is renewed by a person alone.
    private func takesPerson(_ stage: Int, isAutomatic: Bool) -> Bool {
        guard stage > 0 else {
            if case .saml(let source) = credentials.source, case .browser = source.way {
                return true
            }
            return false
        }
        return credentials.calls[stage - 1].mfaSerial != nil && !isAutomatic
    }
}

extension MFAPromptPlan {
    /// Whether a program gives the codes.
    fileprivate var isAutomatic: Bool { method?.value.isAutomatic ?? (process != nil) }
}

extension SignInSummary {
    /// When somebody has to sign in again; nil where only AWS knows, which may go on to give new
    /// tokens for months, or stop at any time.
    func lastEnd(at place: SignInPlace) -> Timestamp? {
        guard let refreshableUntil, refreshableUntil > expiration else { return expiration }
        if case .console = place { return refreshableUntil }
        return nil
    }
}

extension SignInPlace {
    /// What people know it by.
    fileprivate var displayName: String {
        switch self {
        case .portal(let portal): portal.displayName
        case .console(let session): session.displayName
        case .openID(let place): place.displayName
        case .saml(let profile): profile
        }
    }
}

extension Timestamp {
    /// The moment so long before.
    fileprivate func before(_ duration: Duration) -> Timestamp { self + (.zero - duration) }
}
