// Sign-ins that are kept and that no profile names any more: of a profile that is gone, or of none.
internal import Model
internal import Store
public import Vault

/// A sign-in that the index knows of.
public struct LeftSignIn: Equatable, Sendable {
    /// What its token is found by.
    public let name: String
    /// Where it is, as messages call it.
    public let displayName: String
    /// The access portal; nil for a sign-in elsewhere.
    public let portal: AccessPortal?
}

extension TokenStore {
    /// The sign-ins that are kept but for `named`, the names of others.
    ///
    /// The index alone says which there may be: the vault is not searched for what nobody knows of.
    /// - Throws: What keeps the vault from saying what they are.
    public func left(
        besides named: Set<String>, mayPrompt: Bool
    ) throws(VaultError) -> [LeftSignIn] {
        var found: [LeftSignIn] = []
        for summary in index.summaries() where !named.contains(summary.name) {
            guard let record = try records(mayPrompt).load(name: summary.name) else {
                remember(nothingOf: summary.name)
                continue
            }
            let note = record.note
            let portal = SignInCodec.portal(record.takeBytes())
            let isOfName = portal?.recordName == summary.name
            found.append(
                LeftSignIn(
                    name: summary.name, displayName: isOfName ? portal?.displayName ?? note : note,
                    portal: isOfName ? portal : nil))
        }
        return found
    }

    /// Forgets one here.
    /// - Throws: What keeps the vault from forgetting it.
    public func forget(_ left: LeftSignIn, mayPrompt: Bool) throws(VaultError) {
        remember(nothingOf: left.name)
        _ = try records(mayPrompt).remove(name: left.name)
    }

    private func remember(nothingOf name: String) {
        try? kernel.remove(name: name)
        index.remove(name)
    }
}
