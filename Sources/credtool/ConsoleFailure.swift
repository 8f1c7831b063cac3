// What can stand between a session and the console.
internal import AWS
internal import Loopback

/// Why the console did not open.
enum ConsoleFailure: Error, Equatable {
    /// There is no role to switch to.
    case noRole(profile: String)
    /// No access portal leads to the profile.
    case noPortal(profile: String)
    /// The sign-in service gave no token that opens the console; its host, and whether the session is
    /// the one that another credtool left in the environment.
    case federation(AWSError, host: String, profile: String, isOuter: Bool)
    /// There is no address of what is to be opened.
    case link(ConsoleLinkError)
    /// The browser that was asked for was not opened.
    case browser(BrowserError)
    /// The browser was opened, and did not fetch the address.
    case noBrowserCame(after: Duration)
}
