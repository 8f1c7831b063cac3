// A session bus for this login, where none runs: under systemd where that keeps the user's services,
// else by itself. The bus starts the keyring's daemon when it is first asked for.
internal import Glibc
internal import System

/// The bus at `$XDG_RUNTIME_DIR/bus`, where programs look for it without being told.
///
/// Source: XDG Base Directory Specification 0.8; sd-bus(3), GDBusConnection.
struct SessionBus {
    /// Who runs it.
    enum Keeper: Equatable {
        /// The user's own systemd, which ends it after the last logout.
        case systemd
        /// Nobody: it runs until it is ended.
        case process(Int)
    }

    private let directory: String
    private var path: String { "\(directory)/bus" }
    private static let limit: Duration = .seconds(20)

    /// The place of the bus; nil where there is none that is this user's alone, or programs are told
    /// to look elsewhere.
    init?(variable: (String) -> String?) {
        guard let directory = variable("XDG_RUNTIME_DIR"), directory.hasPrefix("/") else {
            return nil
        }
        self.directory = directory
        let address = variable("DBUS_SESSION_BUS_ADDRESS")
        guard address == nil || address == "unix:path=\(path)" else { return nil }
        var status = stat()
        guard directory.withPath({ stat($0, &status) }) == 0, status.st_uid == getuid(),
            status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o077 == 0
        else { return nil }
    }

    /// Starts it.
    /// - Returns: Who runs it; nil where nothing here can.
    func start() -> Keeper? {
        // Nothing secret is left to programs that stay.
        var environment = ProcessEnvironment()
        for prefix in ["AWS_", "CREDTOOL_"] { environment.remove(prefix: prefix) }
        let bus = [
            "dbus-daemon", "--session", "--nopidfile", "--address=unix:path=\(path)",
        ]
        if exists("systemd/private") {
            // As the package dbus-user-session has it; else the same for as long as systemd runs.
            let commands = [
                ["systemctl", "--user", "start", "dbus.socket"],
                ["systemd-run", "--user", "--quiet", "--collect", "--unit=credtool-dbus", "--"]
                    + bus + ["--nofork"],
            ]
            for command in commands where run(command, environment) != nil {
                if isThere() { return .systemd }
            }
        }
        guard let output = run(bus + ["--fork", "--print-pid=1"], environment) else { return nil }
        return Int(output).flatMap { isThere() ? .process($0) : nil }
    }

    /// What a program prints; nil where it does not end well.
    private func run(_ arguments: [String], _ environment: ProcessEnvironment) -> String? {
        let program = Subprocess(
            arguments, environment: environment, errorOutput: .collected, deadline: Self.limit)
        guard let result = try? program.run(), result.status == .exited(0) else { return nil }
        return result.output.withBytes { String(decoding: $0, as: UTF8.self) }.trimmed
    }

    /// Whether the socket comes within a second.
    private func isThere() -> Bool {
        for _ in 0..<100 {
            if exists("bus") { return true }
            usleep(10_000)
        }
        return false
    }

    private func exists(_ name: String) -> Bool {
        "\(directory)/\(name)".withPath { access($0, F_OK) } == 0
    }
}
