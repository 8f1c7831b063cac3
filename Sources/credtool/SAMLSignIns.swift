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
        signIn.choose = { (roles) throws(SAMLError) in try RoleList(roles).ask(console) }
        return signIn
    }
}

/// The list from which a person chooses a role.
struct RoleList {
    private let roles: [SAMLRole]
    private let list: PickerList

    /// Account and name of each; the identity provider where that is not the same for all.
    init(_ roles: [SAMLRole]) {
        self.roles = roles
        let isMixed = Set(roles.map(\.provider)).count > Set(roles.map(\.role.accountID)).count
        list = PickerList(
            "Role",
            roles.map { role in
                PickerRow(
                    cells: [role.role.accountID, role.name]
                        + (isMixed ? ["(\(role.provider))"] : []),
                    names: [role.name, "\(role.role)"])
            })
    }

    /// The list with numbers.
    var text: String { list.numbered }

    /// The role that an answer means: its number, its ARN, or its name where no other has that.
    func role(_ answer: String) -> SAMLRole? { list.row(answer).map { roles[$0] } }

    /// Shows the list until a role is chosen; nil where there is no terminal.
    func ask(_ console: Console) throws(SAMLError) -> SAMLRole? {
        let picker = Picker(
            list: list, console: console, heading: "the identity provider offers these roles")
        switch picker.choose() {
        case .row(let index)?: return roles[index]
        case .nothing?: throw .noneChosen
        case nil: return nil
        }
    }
}
