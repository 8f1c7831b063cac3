// The words for signing in by SAML: what a person does, and why it did not work.
internal import AWS
internal import Engine
internal import Loopback
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import System

extension SAMLError {
    /// The words, for who asked for a role of `source`.
    func wording(_ source: SAMLSource) -> Wording {
        let again = source.again
        switch self {
        case .needed:
            return Wording(
                "profile \(quoted(source.profile)) signs in by SAML in a browser, and nobody can be"
                    + " asked to here",
                hint: "credtool login \(source.profile), where there is a terminal or a browser",
                "credtool login \(source.profile) --saml-file - takes the response from standard"
                    + " input")
        case .timedOut(let limit):
            return Wording(
                "no SAML response came back within \(spoken(limit))",
                hint: "\(again); --timeout 30m waits longer",
                "the identity provider must post it to http://localhost:\(source.port)"
                    + SAMLSignIn.path)
        case .listener(.portInUse, let port):
            return Wording(
                "another program listens on port \(port) of this machine, where the SAML response"
                    + " is to come",
                hint:
                    "ss -ltnp 'sport = :\(port)' shows it; saml_acs_port names another port, which"
                    + " the identity provider must know")
        case .listener(let error, _): return error.wording
        case .inputIsTerminal:
            return Wording(
                "a SAML response is too long to be typed on a terminal",
                hint: "credtool login \(source.profile) --saml-file - <FILE, or name the file")
        case .response(let error): return error.wording(again)
        case .tooOld(let end, let now):
            return Wording(
                "the SAML response counted until \(end), and it is \(now)",
                hint: "\(again): responses serve for some minutes only",
                "where a new one is refused like this, the clock is ahead: timedatectl set-ntp true"
            )
        case .notYetValid(let start, let now):
            return Wording(
                "the SAML response counts from \(start) on, and it is \(now) by this machine's"
                    + " clock",
                hint: "set the clock: timedatectl set-ntp true")
        case .signInOver(let end):
            return Wording(
                "the sign-in at the identity provider ended at \(end)",
                hint: "sign out there, and sign in anew")
        case .wrongAudience(let audiences):
            let names = audiences.map { quoted($0) }.joined(separator: ", ")
            return Wording(
                "the SAML response is meant for \(names), and not for AWS",
                hint: "take the response of the AWS application, whose audience (entity ID) is"
                    + " urn:amazon:webservices")
        case .noRoles:
            return Wording(
                "the SAML response offers no role of AWS",
                hint: "the identity provider must send the attribute"
                    + " https://aws.amazon.com/SAML/Attributes/Role with ROLE-ARN,PROVIDER-ARN:"
                    + " were you assigned a role there?")
        case .otherProvider(let provider, let roles):
            return Wording(
                "the SAML response offers no role of \(provider)",
                hint: "saml_provider must be one of \(roles.providers)")
        case .noSuchRole(let role, let roles, let nearest):
            return Wording(
                "the SAML response offers no role \(quoted(role))",
                hint: nearest.map { "did you mean \($0)?" } ?? "it offers \(roles.list)")
        case .severalRoles(let roles):
            return Wording(
                "the SAML response offers several roles, and nobody can be asked here which one",
                hint: "--role ROLE, or saml_role: one of \(roles.list)")
        case .noneChosen:
            return Wording("no role was chosen", hint: "--role ROLE names one beforehand")
        }
    }
}

extension SAMLResponseError {
    fileprivate func wording(_ again: String) -> Wording {
        switch self {
        case .empty: return Wording("there is no SAML response, but an empty text", hint: again)
        case .notBase64:
            return Wording(
                "the SAML response is not base64",
                hint: "it is the value of the form field SAMLResponse, and nothing beside it: with"
                    + " + and = for %2B and %3D, but not decoded any further")
        case .notXML(let reason):
            return Wording(
                "the SAML response is not the base64 of XML: \(reason)",
                hint: "it may be cut off, or compressed: it must be the one that is posted, not one"
                    + " of an address")
        case .otherDocument(let name):
            return Wording(
                "the XML is no SAML response, but \(quoted(name))",
                hint: "it must be the whole of what is posted as SAMLResponse")
        case .several:
            return Wording(
                "there are several SAML responses, or several assertions in one",
                hint: "AWS takes one: hand in the last one alone")
        case .encrypted:
            return Wording(
                "the assertion in the SAML response is encrypted, so that its roles cannot be read",
                hint: "turn the encryption of assertions off for the AWS application at the"
                    + " identity provider")
        case .refused(let status, let message):
            return Wording(
                "the identity provider refused the sign-in (\(status))"
                    + (message.isEmpty ? "" : ": \(message.trimmed)"),
                hint: "were you assigned the AWS application there? \(again)")
        case .noAssertion: return Wording("the SAML response has no assertion", hint: again)
        case .tooLong(let count):
            return Wording(
                "the SAML response has \(count) characters, and AWS takes 100000",
                hint: "have the identity provider send fewer roles and attributes")
        case .library(let error): return error.wording
        }
    }
}

extension AWSError {
    /// The words where AWS did not give a role for a SAML response.
    func samlWording(_ role: SAMLRole, recipient: String?, _ source: SAMLSource) -> Wording {
        var wording = self.wording.prefixed("role \(role.role) was not assumed by SAML: ")
        guard case .service(let refusal) = self else { return wording }
        let address = recipient.map { quoted($0) } ?? "nothing"
        switch refusal.code {
        case "InvalidIdentityToken":
            wording.hints = [
                "the metadata in \(role.provider) must be the identity provider's own of today,"
                    + " with its signing certificate",
                "the response was delivered to \(address), and names its session"
                    + " by the attribute RoleSessionName: credtool-saml(7)",
            ]
        case "ExpiredTokenException":
            wording.hints = ["\(source.again): AWS takes a response for five minutes"]
        case _ where refusal.isDenial:
            wording.hints = [
                "the role's trust policy must allow sts:AssumeRoleWithSAML to \(role.provider),"
                    + " with SAML:aud \(address)"
            ]
        case _ where refusal.isAboutDuration:
            wording.hints = [
                "the role's own maximum is shorter; try --duration 1h",
                "aws iam get-role --role-name \(role.name) shows it as MaxSessionDuration",
            ]
        default: break
        }
        return wording
    }
}

extension SystemError {
    /// The words where a SAML response could not be read from a file or standard input.
    func samlWording(_ path: Setting<String>) -> Wording {
        let place = path.value == "-" ? "standard input" : path.value
        return Wording(
            "the SAML response (\(path.origin)) cannot be read from \(place): \(reason)",
            hint: path.value == "-" ? "pipe it in" : "ls -l \(path.value)")
    }
}

extension SAMLSource {
    /// What gets a new response.
    fileprivate var again: String {
        switch way {
        // Its words may hold a secret.
        case .process(let command): "the command of \(command.origin) has to get a new one"
        case .file(let path): "put a new response into \(path.value)"
        case .standardInput: "hand in a new response"
        case .browser: "credtool login \(profile) begins anew"
        }
    }

    fileprivate var port: UInt16 {
        if case .browser(_, let port) = way { return port.value }
        return SAMLSettings().acsPort.value
    }
}

extension [SAMLRole] {
    fileprivate var list: String {
        prefix(20).map { "\($0.role)" }.joined(separator: ", ")
            + (count > 20 ? " and \(count - 20) more" : "")
    }

    fileprivate var providers: String {
        Set(map { "\($0.provider)" }).sorted().joined(separator: ", ")
    }
}

extension Machine {
    /// Tells what a person has to do or wants to know.
    func tell(_ event: SAMLEvent) {
        switch event {
        case .browser(let page, let isOpened, let back, let limit):
            let start = isOpened ? "sign in in the browser; if none opened: " : "open "
            let host = back.split(separator: "/").dropFirst().first
            let port = host?.split(separator: ":").last ?? "80"
            console.prompt(
                "credtool: \(start)\(page)\ncredtool: it must come back to \(back) on this machine"
                    + " within \(spoken(limit))"
                    + (isOpened
                        ? ""
                        : "\nhint: a browser on another machine comes back by ssh -L"
                            + " \(port):localhost:\(port) to this one"))
        case .noBrowser(let error): console.trace("no browser was opened: \(error.text)")
        case .waitingForOther(let port, let holder, let patience):
            let who = holder.map { "another credtool (process \($0.id))" } ?? "another credtool"
            console.say(
                "\(who) is signing in at port \(port); waiting up to \(spoken(patience))")
        case .waiting(let left): console.status("waiting for the sign-in, \(spoken(left)) left")
        case .waited: console.status(nil)
        }
    }
}
