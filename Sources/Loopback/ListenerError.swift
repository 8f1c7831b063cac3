// Why a sign-in in the browser brought nothing back.
public import Model
public import System

/// Why there is no listener, or nothing came back to it.
public enum ListenerError: Error, Equatable {
    /// libmicrohttpd is missing.
    case library(LibraryUnavailable)
    /// A redirect URI that cannot be listened on: what is wrong with it.
    case invalidAddress(InvalidAddress)
    /// Another program listens on this port of 127.0.0.1.
    case portInUse(UInt16)
    /// The sign-in service sent an OAuth error with the right state: its code such as
    /// `access_denied`, and its words where it gave some. Neither is a secret; both are foreign text.
    case refused(code: String, description: String?)
    /// Nothing came back before the deadline.
    case timedOut
    /// The system gave no socket, or refused the port.
    case system(SystemError)

    /// What is wrong with a redirect URI.
    public enum InvalidAddress: Equatable, Sendable {
        /// The host is neither `127.0.0.1` nor `localhost`.
        case host(String)
        /// The path does not begin with a slash, or holds more than a path.
        case path(String)
    }
}
