// The systemd units of credtool serve: a socket that starts it when somebody asks.
internal import Flags
internal import Glibc
internal import Loopback
internal import Model
internal import Server
internal import System

/// Writes the units of this user.
struct ServeUnits {
    let invocation: Invocation
    let machine: Machine

    /// The file with the token, in the runtime directory of credtool.
    static let tokenName = "serve.token"
    /// The port where none is named: units need one that stays.
    private static let standardPort = 9911

    func write() throws {
        let directory = Self.directory
        let place = invocation.value(.listen) ?? "127.0.0.1:\(Self.standardPort)"
        let profiles = invocation.profiles
        guard !profiles.isEmpty else { throw ServerFailure.noProfileToInstall }
        let listen: ListenPlace
        do throws(ListenPlace.Mistake) { listen = try ListenPlace(place) } catch {
            throw ServerFailure.place(place, error)
        }
        guard listen.isLocal else { throw ServerFailure.metadataForAll }
        let stream: String
        switch listen {
        case .tcp(_, _, let port): stream = "127.0.0.1:\(port)"
        case .unix(let path): stream = path
        }
        let program = try Self.program()
        let words = [program, "serve"] + (invocation.isSet(.imds) ? ["--imds"] : []) + profiles
        for (name, text) in [
            ("credtool-serve.socket", Self.socket(stream)),
            ("credtool-serve.service", Self.service(words)),
        ] {
            try AtomicFile.replace("\(directory)/\(name)", with: Array(text.utf8), mode: 0o644)
            machine.console.say("wrote \(directory)/\(name)")
        }
        machine.console.hint("systemctl --user daemon-reload")
        machine.console.hint("systemctl --user enable --now credtool-serve.socket")
        guard !invocation.isSet(.imds) else {
            return try machine.console.print("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://\(stream)/")
        }
        let runtime = machine.lockDirectory() ?? ""
        let lines =
            profiles.map { "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://\(stream)/\($0)" }
            + ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=\(runtime)/\(Self.tokenName)"]
        try machine.console.print(lines.joined(separator: "\n"))
    }

    /// Source: systemd.socket(5). The token has to stand before anybody can ask.
    static func socket(_ stream: String) -> String {
        """
        [Unit]
        Description=Sessions of credtool

        [Socket]
        ListenStream=\(escaped(stream))
        SocketMode=0600
        DirectoryMode=0700
        ExecStartPre=/bin/sh -c 'umask 077; mkdir -p %t/credtool; test -s \
        %t/credtool/\(tokenName) || od -An -N32 -tx1 /dev/urandom | tr -cd 0-9a-f \
        >%t/credtool/\(tokenName)'

        [Install]
        WantedBy=sockets.target

        """
    }

    /// Source: systemd.service(5).
    static func service(_ words: [String]) -> String {
        """
        [Unit]
        Description=Sessions of credtool

        [Service]
        ExecStart=\(words.map(quotedWord).joined(separator: " "))
        NoNewPrivileges=yes

        """
    }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "%" ? "%%" : "\($0)" })
    }

    /// A word of ExecStart. Source: systemd.syntax(7), "Quoting"; systemd.service(5), "Command
    /// lines".
    private static func quotedWord(_ word: String) -> String {
        var text = ""
        for character in word {
            switch character {
            case "\\", "\"": text += "\\\(character)"
            case "%": text += "%%"
            case "$": text += "$$"
            default: text.append(character)
            }
        }
        return "\"\(text)\""
    }

    private static var directory: String {
        if let base = Machine.pathVariable("XDG_CONFIG_HOME"), base.hasPrefix("/") {
            return "\(base)/systemd/user"
        }
        return Machine.expanded("~/.config/systemd/user")
    }

    private static func program() throws(SystemError) -> String {
        guard let path = realpath("/proc/self/exe", nil) else {
            throw SystemError("realpath", "/proc/self/exe")
        }
        defer { free(path) }
        return String(path: path)
    }
}

/// The socket that systemd listens on for this process.
///
/// Source: sd_listen_fds(3).
enum ActivatedSocket {
    /// Takes the socket; nil where there is none.
    static func take() -> ListeningSocket? {
        guard Machine.variable("LISTEN_PID") == String(getpid()),
            Machine.variable("LISTEN_FDS") == "1"
        else { return nil }
        let socket: Int32 = 3
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
        return ListeningSocket(descriptor: socket, port: PeerOwner.port(ofSocket: socket))
    }
}
