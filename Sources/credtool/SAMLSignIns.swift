// Signing in by SAML on this machine: the browser or the page to open, and the list to choose from.
internal import AWS
internal import Engine
internal import Loopback
internal import Model
internal import SignIn
internal import System

extension Machine {
    /// How a person takes part in a sign-in by SAML here.
    func samlSignIn(_ wish: SignInWish) -> SAMLSignIn {
        var signIn = SAMLSignIn(effects: signInEffects(wish))
        signIn.report = tell
        signIn.choose = { (roles) throws(SAMLError) in try RoleList(roles).ask() }
        return signIn
    }
}

/// A numbered list of roles, from which a person chooses one on the terminal.
struct RoleList {
    private let roles: [SAMLRole]

    init(_ roles: [SAMLRole]) { self.roles = roles }

    /// A line for each, its number first; the identity provider where that is not the same for all.
    var text: String {
        let isMixed = Set(roles.map(\.provider)).count > Set(roles.map(\.role.accountID)).count
        let width = "\(roles.count)".utf8.count
        let lines = roles.enumerated().map { index, role in
            let number = "\(index + 1)"
            let space = String(repeating: " ", count: width - number.utf8.count)
            let provider = isMixed ? "  (\(role.provider))" : ""
            return "  \(space)\(number)  \(role.role.accountID)  \(role.name)\(provider)"
        }
        return lines.joined(separator: "\n").visibleLines
    }

    /// The role that an answer means: its number, its ARN, or its name where no other has that.
    func role(_ answer: String) -> SAMLRole? {
        if let number = Int(answer) {
            return roles.indices.contains(number - 1) ? roles[number - 1] : nil
        }
        let found = roles.filter { $0.name == answer || "\($0.role)" == answer }
        return found.count == 1 ? found[0] : nil
    }

    /// Shows the list and asks until there is an answer to it; nil where there is no terminal.
    func ask() throws(SAMLError) -> SAMLRole? {
        guard Terminal.path != nil else { return nil }
        _ = Terminal.show("credtool: the identity provider offers these roles:\n\(text)\n")
        while true {
            let answer: String
            do throws(TerminalError) {
                answer = try Terminal.ask("Role (1-\(roles.count)): ")
            } catch { throw .noneChosen }
            if let role = role(answer) { return role }
            _ = Terminal.show("credtool: that is none of them, or more than one\n")
        }
    }
}
