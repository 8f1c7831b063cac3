// A connection to D-Bus: what is heard there, and the few calls that are made.
internal import CBus
internal import Glibc
internal import Model
internal import System

/// A signal, as far as it is looked at.
struct BusSignal: Equatable {
    var interface: String
    var member: String
    var path: String
    /// The first text of its arguments.
    var text: String?
    /// The first number.
    var number: UInt32 = 0
    /// The first truth value; that of LockedHint.
    var flag = false
}

/// A connection, used on one thread.
final class Bus {
    enum Kind {
        case system
        case session
    }

    private let bus: OpaquePointer
    private var heard: [BusSignal] = []

    /// Loads the library.
    static func load() throws(LibraryUnavailable) {
        guard let reason = cbus_load() else { return }
        throw LibraryUnavailable(
            library: CBUS_LIBRARY, package: "libsystemd0", reason: String(cString: reason))
    }

    /// Connects, and listens to what the rules describe; nil where there is no such bus.
    init?(_ kind: Kind, rules: [String]) {
        var bus: OpaquePointer?
        guard cbus_open(kind == .system ? 1 : 0, &bus) >= 0, let bus else { return nil }
        self.bus = bus
        for rule in rules {
            let context = Unmanaged.passUnretained(self).toOpaque()
            let result = cbus_listen(
                bus, rule,
                { signal, context in
                    guard let signal, let context else { return }
                    Unmanaged<Bus>.fromOpaque(context).takeUnretainedValue().take(signal.pointee)
                }, context)
            // The deinit closes it.
            if result < 0 { return nil }
        }
    }

    deinit { cbus_close(bus) }

    private func take(_ signal: cbus_signal) {
        heard.append(
            BusSignal(
                interface: String(cString: signal.interface),
                member: String(cString: signal.member), path: String(cString: signal.path),
                text: signal.text.map { String(cString: $0) }, number: signal.number,
                flag: signal.flag != 0))
    }

    /// What was heard since; nil once the connection is gone.
    func signals() -> [BusSignal]? {
        guard cbus_process(bus) >= 0 else { return nil }
        defer { heard = [] }
        return heard
    }

    /// What to poll.
    var channel: Waiting.Channel {
        Waiting.Channel(descriptor: cbus_descriptor(bus), events: cbus_events(bus))
    }

    /// How long it may be left alone; nil for ever.
    var pause: Duration? {
        let deadline = cbus_deadline(bus)
        guard deadline < UInt64(Int64.max / 1000) else { return nil }
        return max(.zero, MonotonicTime(sinceBoot: Int(deadline) * 1000) - .now)
    }

    // MARK: Calls

    /// The login sessions of a user that are a person's; nil where logind does not answer.
    func loginSessions(of user: uid_t) -> [LoginSession]? {
        final class List {
            let user: uid_t
            var sessions: [LoginSession] = []
            init(user: uid_t) { self.user = user }
        }
        let list = List(user: user)
        let result = cbus_login_sessions(
            bus,
            { id, owner, seat, path, context in
                guard let id, let seat, let path, let context else { return }
                let list = Unmanaged<List>.fromOpaque(context).takeUnretainedValue()
                guard owner == list.user else { return }
                list.sessions.append(
                    LoginSession(
                        id: String(cString: id), path: String(cString: path),
                        hasSeat: seat.pointee != 0))
            }, Unmanaged.passUnretained(list).toOpaque())
        guard result >= 0 else { return nil }
        return list.sessions.filter { session in
            var name = [CChar](repeating: 0, count: 64)
            let result = session.path.withCString {
                cbus_session_class(bus, $0, &name, name.count)
            }
            // One that has just ended has no class, and is told of.
            guard result >= 0 else { return true }
            let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return LoginSession.isOfPerson(class: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Has the machine wait before it sleeps; a descriptor, whose closing lets it go on.
    func delaySleep() -> Int32? {
        let descriptor = cbus_delay_sleep(bus, "credtool", "Sessions are forgotten")
        return descriptor < 0 ? nil : descriptor
    }

    /// Shows a notice on the desktop; whether somebody took it.
    func notify(_ summary: String, _ body: String) -> Bool {
        cbus_notify(bus, "credtool", summary, body) >= 0
    }
}
