// The words for signing in at the console, and why it did not work.
internal import AWS
internal import Loopback
internal import Model
internal import SignIn
internal import System
internal import Vault

extension ConsoleSignInError {
    /// The words, for who asked for the credentials of `profile`.
    func wording(_ profile: String) -> Wording {
        wording(profile, login: "credtool login \(profile)")
    }

    /// The same with the command to type.
    func wording(_ profile: String, login: String) -> Wording {
        switch self {
        case .needed(let session, let reason):
            Wording(
                "\(reason.text) \(session.shown), and nobody can be asked to sign in here",
                hint: "\(login), where there is a terminal or a browser",
                "\(login) --remote shows an address that works in any browser")
        case .denied:
            Wording("the sign-in was refused in the browser", hint: "\(login) begins anew")
        case .timedOut(let limit):
            Wording(
                "nobody signed in at the console within \(spoken(limit))",
                hint: "\(login) begins anew; --timeout 30m waits longer")
        case .refused(let code, let description):
            Wording(
                "the console sent the browser back with \(quoted(code))"
                    + (description.isEmpty ? "" : ": \(description)"),
                hint: "\(login) --remote is another way")
        case .listener(let error):
            Wording(error.wording.message, hint: "\(login) --remote needs no listener")
        case .paste(let error):
            error.wording.prefixed("what the page shows is to be pasted here: ")
        case .malformedPaste:
            Wording(
                "that is not the text that the page of this sign-in shows",
                hint:
                    "\(login) --remote begins anew: open the new address, and copy all of the text")
        case .notPermitted(let session):
            Wording(
                "AWS does not let \(session.map(\.name) ?? "this identity") sign in for programs",
                hint: "an administrator allows signin:AuthorizeOAuth2Access and"
                    + " signin:CreateOAuth2Token, as AWS's policy SignInLocalDevelopmentAccess does"
            )
        case .codeExpired:
            Wording(
                "the code of the sign-in was redeemed too late",
                hint: "\(login) begins anew")
        case .clock:
            Wording(
                "AWS takes a proof that was just made for too old: the clock of this machine is off",
                hint: "timedatectl set-ntp true, then \(login)")
        case .otherIdentity(let other, let asked):
            Wording(
                "\(other.name) signed in, but profile \(quoted(profile)) is for \(asked.name)",
                hint: "sign out of the console in the browser, then \(login)",
                "credtool login --console \(profile) lets the profile be for whoever signs in")
        case .noIdentity:
            Wording("AWS did not say who signed in", hint: "\(login) begins anew")
        case .endpoint(let error): error.wording
        case .service(let error, let session):
            error.wording.prefixed("signing in at \(session.shown): ")
        case .vault(let error, let session):
            error.wording.prefixed("the sign-in at \(session.displayName) was not to be had: ")
        case .library(let error): error.wording
        }
    }
}

extension ConsoleSession? {
    fileprivate var shown: String { self?.displayName ?? "the console" }
}

extension ConsoleSignInReason {
    fileprivate var text: String {
        switch self {
        case .absent: "nobody is signed in at"
        case .expired: "the sign-in is over at"
        case .credentialsChanged: "the password was changed since the sign-in at"
        case .refused: "AWS does not renew the sign-in at"
        }
    }
}
