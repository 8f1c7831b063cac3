// Why there is no server, in words.
internal import Loopback
internal import Server
internal import System

/// A server that did not come about.
enum ServerFailure: Error, Equatable {
    /// Nothing can listen there.
    case listener(ListenerError)
    /// The server ended before it served; it has said why.
    case ended
    /// What `--listen` was given is no place.
    case place(String, ListenPlace.Mistake)
    /// Several profiles for the one role of an instance.
    case oneProfile
    /// Instance metadata has no secret, so that it is not for other machines; nor have units.
    case metadataForAll
    /// No profile is named that the units are to serve.
    case noProfileToInstall
    /// The token is not there that the unit of the socket makes.
    case noToken(String)

    var wording: Wording {
        switch self {
        case .ended:
            Wording(
                "the process that was to keep the session fresh has ended",
                hint: "look at the limits: ulimit -a; without --server, the session is not renewed")
        case .listener(.library(let error)): error.wording
        case .listener(.portInUse(let port)):
            Wording(
                "another program listens on port \(port)",
                hint: "ss -ltnp shows which; choose another one: credtool serve --listen"
                    + " 127.0.0.1:\(port == .max ? 1024 : port + 1)")
        case .listener(.system(let error)):
            Wording("nothing can listen at \(error)", hint: "choose another place with --listen")
        case .place(let text, .malformed):
            Wording(
                "\(quoted(text)) is no place to listen at",
                hint: "name a port, ADDRESS:PORT or the path of a Unix socket: --listen"
                    + " 127.0.0.1:9911")
        case .place(let text, .everyAddress):
            Wording(
                "\(quoted(text)) stands for every address of this machine",
                hint: "name the one that is meant, with the danger that others reach it")
        case .oneProfile:
            Wording(
                "an instance has one role, so that --imds serves one profile",
                hint: "credtool serve --imds PROFILE")
        case .metadataForAll:
            Wording(
                "that is served to this machine alone",
                hint: "name an address that begins with 127, or leave --listen out")
        case .noProfileToInstall:
            Wording(
                "no profile is named for the units",
                hint: "credtool serve --install PROFILE")
        case .noToken(let path):
            Wording(
                "the token of the socket is not there: \(quoted(path))",
                hint: "systemctl --user restart credtool-serve.socket makes it")
        case .listener(.invalidAddress), .listener(.refused), .listener(.timedOut):
            Wording("nothing can listen at that address", hint: "credtool help serve")
        }
    }
}
