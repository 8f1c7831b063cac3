// The words for signing in: what a person does, what goes on, and why it did not work.
internal import AWS
internal import Loopback
internal import Model
internal import SignIn
internal import System
internal import Vault

extension SignInError {
    /// The words, for who asked for the role of `profile`.
    func wording(_ profile: String) -> Wording {
        wording(profile, login: "credtool login \(profile)")
    }

    /// The words, for who signs in by the command `login`.
    func wording(_ profile: String = "", login: String) -> Wording {
        switch self {
        case .needed(let portal, let reason):
            Wording(
                "\(reason.text) \(portal.displayName), and nobody can be asked to here",
                hint: "\(login), where there is a terminal or a browser",
                "\(login) --device shows an address and a code that work anywhere")
        case .denied(let portal):
            Wording(
                "the sign-in at \(portal.displayName) was refused in the browser",
                hint: "\(login) begins anew")
        case .timedOut(let portal, let limit):
            Wording(
                "nobody signed in at \(portal.displayName) within \(spoken(limit))",
                hint: "\(login) begins anew; --timeout 30m waits longer")
        case .unknownPortal(let portal):
            Wording(
                "the Identity Center of \(portal.region) does not know \(portal.requestURL)",
                hint: "sso_region is the region of Identity Center itself, and sso_start_url the"
                    + " address of its access portal: AWS's e-mail of invitation names both")
        case .refused(let portal, let code, let description):
            Wording(
                "\(portal.displayName) sent the browser back with \(quoted(code))"
                    + (description.isEmpty ? "" : ": \(description)"),
                hint: "\(login) --device is another way")
        case .listener(let error): error.wording
        case .rejected(let portal):
            Wording(
                "the access portal in \(portal.region) does not take the sign-in that it just gave",
                hint: "sso_region must be the region of Identity Center itself; and look at the"
                    + " clock: timedatectl set-ntp true")
        case .service(let error, let portal):
            error.wording.prefixed("signing in at \(portal.displayName): ")
        case .vault(let error, let portal):
            error.wording.prefixed("the sign-in at \(portal.displayName) was not to be had: ")
        case .noRole:
            Wording(
                "profile \(quoted(profile)) signs in, but names no role: sso_account_id and"
                    + " sso_role_name are missing",
                hint: "credtool exec --sso START_URL --account ACCOUNT --role ROLE, or set both")
        case .noAccess(let role, let account, let portal, let nearest):
            Wording(
                "you have no role \(quoted(role)) in account \(account) at"
                    + " \(portal.displayName): it is misspelt, or was not assigned to you",
                hint: nearest.hint(account))
        case .noAccount(let account, let portal, let nearest):
            Wording(
                "you have no role in account \(quoted(account)) at \(portal.displayName)",
                hint: nearest.map { "did you mean \($0)?" }
                    ?? "credtool sso accounts lists those that you may enter")
        case .library(let error): error.wording
        }
    }
}

extension ListenerError {
    var wording: Wording {
        let hint = "credtool login PROFILE --device needs no listener"
        return switch self {
        case .library(let error): error.wording
        case .invalidAddress: Wording("the browser cannot come back to that address", hint: hint)
        case .portInUse(let port):
            Wording("another program listens on port \(port) of 127.0.0.1", hint: hint)
        case .refused, .timedOut: Wording("the browser brought nothing back", hint: hint)
        case .system(let error):
            Wording("nothing can listen on 127.0.0.1: \(error.reason)", hint: hint)
        }
    }
}

extension BrowserError {
    var text: String {
        switch self {
        case .invalidURL: "its address is none to be given to a program"
        case .noProgram(let names): "there is no \(names.joined(separator: ", "))"
        case .failed(let program, _), .cannotStart(.timedOut(let program, _)),
            .cannotStart(.tooMuchOutput(let program, _)):
            "\(program) failed"
        case .cannotStart(.cannotStart(let error)): error.wording.message
        case .cannotStart(.system(let error)): error.wording.message
        case .noContainers(let names):
            "\(names.joined(separator: ", ")) is not known to keep accounts apart, as Firefox and"
                + " Chromium do"
        }
    }
}

extension SignInReason {
    fileprivate var text: String {
        switch self {
        case .absent: "nobody is signed in at"
        case .expired: "the sign-in is over at"
        case .revoked: "AWS has ended the sign-in at"
        }
    }
}

extension NearestRole {
    fileprivate func hint(_ account: String) -> String {
        switch self {
        case .unknown: "the access portal in a browser shows your accounts and roles"
        case .account(let nearest?): "did you mean account \(nearest)?"
        case .account(nil): "you have no role in account \(account): look at sso_account_id"
        case .roles(_, let nearest?): "did you mean \(nearest)?"
        case .roles(let roles, nil):
            "your roles there: \(roles.prefix(10).joined(separator: ", "))"
                + (roles.count > 10 ? " and \(roles.count - 10) more" : "")
        }
    }
}

extension SignInKeepingError {
    fileprivate var text: String {
        switch self {
        case .vault(let error): error.wording.message
        case .cli(let error): error.wording.message
        }
    }
}

extension Machine {
    /// Tells what a person has to do or wants to know.
    func tell(_ event: SignInEvent, of profile: String?) {
        switch event {
        case .device(let code, let page, let complete, let limit):
            let picture = (QRCode.lines(complete) ?? []).map { "  \($0)\n" }.joined()
            // Providers such as Entra and Google have no page that knows the code already.
            let pages =
                complete == page
                ? "credtool: open \(page)\ncredtool: and type the code \(code)"
                : "credtool: open \(complete)\ncredtool: or \(page), and check that the code is"
                    + " \(code)"
            console.prompt("\(pages); it works for \(spoken(limit))", picture: picture)
        case .browser(let page, let isOpened, let limit):
            let start = isOpened ? "sign in in the browser; if none opened: " : "open "
            console.prompt("credtool: \(start)\(page)\ncredtool: this works for \(spoken(limit))")
        case .paste(let page):
            console.prompt(
                "credtool: open \(page)\ncredtool: in any browser, and paste here what it shows")
        case .malformedPaste:
            console.say("that is not what the page of this sign-in shows")
        case .noBrowser(let error): console.trace("no browser was opened: \(error.text)")
        case .noListener(let error):
            console.say("\(error.wording.message): a code is the way")
            if case .library(let library) = error {
                for hint in library.wording.hints { console.hint(hint) }
            }
        case .waiting(let left): console.status("waiting for the sign-in, \(spoken(left)) left")
        case .waited: console.status(nil)
        case .signedIn(let name, let end):
            console.say("signed in at \(name), \(left(end))")
            note(.signedIn, at: name, of: profile, until: end)
        case .refreshed(let name, let end):
            console.trace("renewed the sign-in at \(name), \(left(end))")
        case .foundInCLI(let name):
            console.trace("the AWS CLI is signed in at \(name)")
        case .waitingForOther(let name, let holder, let patience):
            let who = holder.map { "another credtool (process \($0.id))" } ?? "another credtool"
            console.say(
                "\(who) is signing in at \(name); waiting up to \(spoken(patience))")
        case .openID(let event): tell(event, of: profile)
        case .notKept(let name, let error):
            console.say(
                "the sign-in at \(name) is used, but not kept: \(error.text)")
        }
    }

    private func left(_ end: Timestamp) -> String { "\(rounded(end - .now())) left" }
}
