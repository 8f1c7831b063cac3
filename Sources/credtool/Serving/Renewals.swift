// Sessions for a server: obtained by the engine on any thread, with a person reached where there is one.
internal import Engine
internal import Glibc
internal import Model
internal import Planning
internal import Server
internal import Store
internal import Synchronization
internal import System

extension Machine {
    /// What keeps the session of a request fresh.
    /// - Parameter first: The session that is there already.
    func keeper(of request: CredentialRequest, first: ServedSession? = nil) -> SessionKeeper {
        var request = request
        // A code that was given serves once, and a session that is to be fresh is so once.
        request.givenCode = nil
        request.isFresh = false
        request.program = nil
        let plain = request
        let name = request.plan.profile?.value
        let notices = RenewalNotices(machine: self, profile: name)
        let memory = ServedMemory(
            path: forgottenPath, plan: try? engine().offlinePlan(plain.plan))
        return SessionKeeper(
            first: first, obtain: { left in obtained(plain, longerThan: left, memory) },
            isForgotten: { memory.isForgotten }, report: { notices.tell($0) })
    }

    private func obtained(
        _ request: CredentialRequest, longerThan left: Duration, _ memory: ServedMemory
    ) -> Result<ServedSession, SessionKeeper.KeeperFailure> {
        let begun = Uptime.now()
        var machine = self
        // Who said no to an earlier question is asked again by this one.
        machine.console.start = .now
        var request = request
        if left > .zero {
            request.plan.minimumTTL = nil
            request.plan.standardMinimumTTL = left + .seconds(1)
        }
        do throws(EngineError) {
            let obtained = try machine.engine().credentials(for: request)
            memory.take(obtained.plan, begun)
            return .success(ServedSession(obtained))
        } catch {
            return .failure(
                SessionKeeper.KeeperFailure(
                    Failure(error).message.visible, isOfPerson: error.isOfPerson))
        }
    }
}

/// What is needed to know that a session which is served was forgotten: by `credtool clear`, say, or on
/// what `credtool_forget_on` names.
private final class ServedMemory: Sendable {
    private let path: String
    private let forgotten: Mutex<ForgottenSince?>

    init(path: String, plan: SessionPlan?) {
        self.path = path
        forgotten = Mutex(plan.flatMap { Self.question($0, .now(), path) })
    }

    /// Takes the plan of another session, and when it began to be obtained.
    func take(_ plan: SessionPlan, _ begun: Uptime) {
        forgotten.withLock { $0 = Self.question(plan, begun, path) }
    }

    var isForgotten: Bool {
        forgotten.withLock { $0?.isTrue() ?? false }
    }

    private static func question(
        _ plan: SessionPlan, _ begun: Uptime, _ path: String
    ) -> ForgottenSince? {
        SessionLabel(plan.credentials, target: plan.sts, askedProfile: plan.profile.value)
            .map { ForgottenSince($0, begun: begun, path: path) }
    }
}

extension ServedSession {
    /// The session that was obtained.
    init(_ obtained: borrowing Obtained) {
        self.init(
            obtained.credentials,
            accountID: obtained.credentials.accountID ?? obtained.plan.credentials.accountID)
    }
}

extension EngineError {
    /// Whether a person was asked in vain, or would have had to be.
    fileprivate var isOfPerson: Bool {
        switch self {
        case .code, .wrongCode, .usedCode, .signIn, .console, .openID, .saml, .vault, .guardRail:
            true
        case .config, .file, .plan, .unreadIndex, .unreadVault, .index, .policyIsNoJSON,
            .callerUnknown, .caBundle, .program, .otherKey, .plainKey, .environment,
            .endedEnvironment, .malformedExpiration, .call, .roleMaximum, .over, .process,
            .instanceMetadata, .container, .containerToken, .malformedContainerToken, .tokenFile,
            .jobVariable, .jobToken, .endpoint, .samlFile, .samlRefused, .certificate,
            .unsupported:
            false
        }
    }
}

/// Says what becomes of the renewals of one session, and the same thing once.
final class RenewalNotices: Sendable {
    private let machine: Machine
    private let subject: String
    private let told = Mutex<String?>(nil)

    init(machine: Machine, profile: String?) {
        self.machine = machine
        subject = profile.map { "the session of profile \($0)" } ?? "the session"
    }

    func tell(_ event: KeeperEvent) {
        switch event {
        case .renewed(let end):
            let isNews = told.withLock { told in
                defer { told = nil }
                return told != nil
            }
            if isNews {
                machine.console.say("\(subject) is renewed, until \(end)")
            } else {
                machine.console.trace("\(subject) is renewed, until \(end)")
            }
        case .failed(let reason, let inHandUntil, let pause):
            let isNews = told.withLock { told in
                defer { told = reason }
                return told != reason
            }
            guard isNews else { return }
            let rest = inHandUntil.map { "; the one in hand is served until \($0)" } ?? ""
            let text =
                "\(subject) cannot be renewed: \(reason)\(rest); the next try is in"
                + " \(spoken(pause))"
            machine.console.say(text)
            notify(text)
        }
    }

    /// Shows a notice on the desktop, where there is one and a program for it.
    private func notify(_ text: String) {
        let environment = ProcessEnvironment()
        guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return }
        // Whoever has no notices has standard error.
        _ = try? DetachedProgram.start(
            ["notify-send", "--app-name=credtool", "credtool", text.visible],
            environment: environment, watch: .zero)
    }
}
