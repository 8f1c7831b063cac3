// The two buses of a desktop: logind on the system's, screen savers and notices on the user's.
internal import Glibc
internal import Model
public import System

/// What tells of locked screens, sleep and logouts.
public final class Desktop {
    /// What is heard on the system bus: logind alone. Others may send what looks like it.
    ///
    /// Source: org.freedesktop.login1(5).
    static let systemRules = [
        "type='signal',sender='org.freedesktop.login1',"
            + "interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
        "type='signal',sender='org.freedesktop.login1',"
            + "interface='org.freedesktop.login1.Manager',member='SessionNew'",
        "type='signal',sender='org.freedesktop.login1',"
            + "interface='org.freedesktop.login1.Manager',member='SessionRemoved'",
        "type='signal',sender='org.freedesktop.login1',"
            + "interface='org.freedesktop.login1.Manager',member='UserRemoved'",
        "type='signal',sender='org.freedesktop.login1',"
            + "interface='org.freedesktop.login1.Session',member='Lock'",
        "type='signal',sender='org.freedesktop.login1',"
            + "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
            + "arg0='org.freedesktop.login1.Session'",
    ]
    /// Screen savers, for desktops that do not tell logind.
    static let screenSavers = [
        "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
    ]
    static var sessionRules: [String] {
        screenSavers.map { "type='signal',interface='\($0)',member='ActiveChanged'" }
    }

    /// One of the buses: there, gone for a while, or never there.
    private struct Link {
        let kind: Bus.Kind
        let rules: [String]
        var bus: Bus?
        var pause: Duration = .seconds(1)
        var retry: MonotonicTime?

        /// Whether it is now connected, and was not before.
        mutating func connect() -> Bool {
            bus = Bus(kind, rules: rules)
            retry = bus == nil ? .now + pause : nil
            pause = bus == nil ? min(pause * 2, .seconds(60)) : .seconds(1)
            return bus != nil
        }

        /// What was heard; a connection that is gone is made anew later.
        mutating func signals() -> [BusSignal] {
            guard let bus else { return [] }
            if let signals = bus.signals() { return signals }
            self.bus = nil
            retry = .now + pause
            return []
        }
    }

    private var system = Link(kind: .system, rules: Desktop.systemRules)
    private var session = Link(kind: .session, rules: Desktop.sessionRules)
    private var logins = LoginSessions()
    private let user = getuid()
    private var inhibitor: Int32?

    /// Connects; nil where there is neither bus, nor will be.
    public init?() {
        guard (try? Bus.load()) != nil else { return nil }
        if system.connect(), let list = system.bus?.loginSessions(of: user) {
            _ = logins.update(list)
        } else {
            system.bus = nil
        }
        _ = session.connect()
        if system.bus == nil, session.bus == nil { return nil }
        // What was never there is not waited for.
        system.retry = nil
        session.retry = nil
    }

    deinit { letSleep() }

    /// What has happened since.
    public func events() -> [WatchEvent] {
        var events: [WatchEvent] = []
        if let retry = system.retry, retry <= .now, system.connect() { events += refresh() }
        if let retry = session.retry, retry <= .now { _ = session.connect() }
        let hadSystem = system.bus != nil
        for signal in system.signals() { events += take(signal) }
        if hadSystem, system.bus == nil { letSleep() }
        for signal in session.signals() where signal.flag { events.append(.locked) }
        return events
    }

    private func refresh() -> [WatchEvent] {
        guard let list = system.bus?.loginSessions(of: user) else { return [] }
        return logins.update(list)
    }

    private func take(_ signal: BusSignal) -> [WatchEvent] {
        switch signal.member {
        case "PrepareForSleep": return signal.flag ? [.sleeping] : []
        case "SessionNew": return refresh()
        case "SessionRemoved":
            return [signal.text.flatMap { logins.remove(id: $0) }].compactMap { $0 }
        case "UserRemoved": return signal.number == user ? logins.update([]) : []
        case "Lock": return logins.has(path: signal.path) ? [.locked] : []
        case "PropertiesChanged":
            return signal.flag && logins.has(path: signal.path) ? [.locked] : []
        default: return []
        }
    }

    /// What to poll.
    public var channels: [Waiting.Channel] {
        [system.bus, session.bus].compactMap { $0?.channel }
    }

    /// How long it may be left alone; nil for ever.
    public var pause: Duration? {
        let retries = [system.retry, session.retry].compactMap { $0.map { max(.zero, $0 - .now) } }
        return (retries + [system.bus, session.bus].compactMap { $0?.pause }).min()
    }

    // MARK: Sleep and notices

    /// Has the machine wait before it sleeps, or no longer.
    public func delaySleep(_ isWanted: Bool) {
        if !isWanted { return letSleep() }
        if inhibitor == nil { inhibitor = system.bus?.delaySleep() }
    }

    /// Lets the machine sleep, where it waits.
    public func letSleep() {
        if let inhibitor { close(inhibitor) }
        inhibitor = nil
    }

    /// Shows a notice; whether somebody took it.
    public func notify(_ summary: String, _ body: String) -> Bool {
        session.bus?.notify(summary, body) ?? false
    }
}

/// What a machine has that tells of locked screens, sleep and logouts.
public struct DesktopLook: Equatable, Sendable {
    /// Whether systemd-logind answers.
    public var hasLogind: Bool
    /// Whether there is a session bus, for screen savers and notices.
    public var hasSessionBus: Bool

    /// States it.
    public init(hasLogind: Bool, hasSessionBus: Bool) {
        self.hasLogind = hasLogind
        self.hasSessionBus = hasSessionBus
    }
}

extension Desktop {
    /// Looks. Somebody who does not answer is waited for.
    public static func look() -> DesktopLook {
        guard (try? Bus.load()) != nil else {
            return DesktopLook(hasLogind: false, hasSessionBus: false)
        }
        return DesktopLook(
            hasLogind: Bus(.system, rules: [])?.loginSessions(of: getuid()) != nil,
            hasSessionBus: Bus(.session, rules: sessionRules) != nil)
    }
}
