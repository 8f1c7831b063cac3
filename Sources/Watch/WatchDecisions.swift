// What is forgotten on what, and when a person is told of an end.
public import Model
public import Profiles

/// Something that happens while nobody calls credtool.
public enum WatchEvent: Equatable, Sendable {
    /// A screen of this user is locked.
    case locked
    /// The machine is about to sleep.
    case sleeping
    /// A login session of this user is over.
    case loggedOut(LoginEnd)
    /// The process that watches has been told to end, as when a system ends all of a user's.
    case ending

    /// The word that the log has for it.
    public var word: String {
        switch self {
        case .locked: Occasion.screenLock.rawValue
        case .sleeping: Occasion.suspend.rawValue
        case .loggedOut: Occasion.logout.rawValue
        case .ending: "the end of the watch"
        }
    }
}

extension [WatchEntry] {
    /// Those that are forgotten on an event.
    public func forgotten(on event: WatchEvent) -> [WatchEntry] {
        filter { entry in
            switch event {
            case .locked: entry.forgetOn.contains(.screenLock)
            case .sleeping: entry.forgetOn.contains(.suspend)
            case .loggedOut(let end): entry.forgetOn.contains(.logout) && end.isOf(entry.login)
            // What nobody watches is not kept.
            case .ending: !entry.forgetOn.isEmpty
            }
        }
    }

    /// Whether any of them is forgotten before the machine sleeps, which has to wait for that.
    public var delaySleep: Bool { contains { $0.forgetOn.contains(.suspend) } }

    /// Those whose end a person is to be told of by now.
    public func due(at now: Timestamp) -> [WatchEntry] {
        filter { entry in entry.notice.map { $0 <= now } ?? false }
    }

    /// How long nothing is to be done, unless something happens; nil for ever.
    public func pause(from now: Timestamp) -> Duration? {
        flatMap { [$0.end, $0.notice].compactMap { $0 } }.min().map { Swift.max(.zero, $0 - now) }
    }
}

// MARK: Login sessions

/// A login session of this user.
public struct LoginSession: Equatable, Sendable {
    let id: String
    let path: String
    /// Whether somebody sits there.
    let hasSeat: Bool

    init(id: String, path: String, hasSeat: Bool) {
        self.id = id
        self.path = path
        self.hasSeat = hasSeat
    }

    /// Whether a class of sessions is a person's. The others are of services and greeters.
    ///
    /// Source: org.freedesktop.login1(5), Class; pam_systemd(8).
    static func isOfPerson(class name: String) -> Bool {
        name.hasPrefix("user")
    }
}

/// The end of a login session, and what is left of the user's others.
public struct LoginEnd: Equatable, Sendable {
    let id: String
    let hadSeat: Bool
    let others: [String]

    /// Whether what was made in a login session is of this one. What was made in one that logind does
    /// not know, as under `systemd --user`, counts for the one at the screen, and at last for any.
    func isOf(_ login: String) -> Bool {
        others.isEmpty || login == id || hadSeat && !others.contains(login)
    }
}

/// The login sessions of this user, as logind tells of them.
struct LoginSessions: Equatable {
    private(set) var sessions: [LoginSession] = []

    /// Takes a new list; what is no longer there has ended.
    mutating func update(_ list: [LoginSession]) -> [WatchEvent] {
        let gone = sessions.filter { old in !list.contains { $0.id == old.id } }
        sessions = list
        return gone.map(ended)
    }

    /// Takes one away; nil where it is none of this user's.
    mutating func remove(id: String) -> WatchEvent? {
        guard let index = sessions.firstIndex(where: { $0.id == id }) else { return nil }
        let session = sessions.remove(at: index)
        return ended(session)
    }

    private func ended(_ session: LoginSession) -> WatchEvent {
        .loggedOut(
            LoginEnd(id: session.id, hadSeat: session.hasSeat, others: sessions.map(\.id)))
    }

    /// Whether one stands there on the bus.
    func has(path: String) -> Bool { sessions.contains { $0.path == path } }
}
