// What `doctor --fix` does: only what takes no decision and loses nothing.
internal import Glibc
internal import Model
internal import SignIn
internal import Store
internal import System
internal import Vault

/// A safe way to mend a finding.
enum Repair: Hashable, Sendable {
    /// Takes from all others the right to write to what is the user's own.
    case forbidWriting(path: String)
    /// Takes from all others every right to what is the user's own.
    case keepPrivate(path: String)
    /// Makes the index anew from the vaults, and deletes there what does not count any more.
    case rebuildIndex
    /// Forgets the records and sessions of a vault that are over.
    case forgetExpired(VaultKind)
    /// Forgets the sign-ins of these names, which are over.
    case forgetSignIns([String])
    /// Forgets the rotations whose keys no profile has any more.
    case forgetRotations

    /// What was done, once it is.
    var sentence: String {
        switch self {
        case .forbidWriting(let path): "took from others the right to write: \(path.pathForDisplay)"
        case .keepPrivate(let path): "took from others every right to \(path.pathForDisplay)"
        case .rebuildIndex: "made the index anew from the vaults"
        case .forgetExpired(let kind): "forgot what is over in the \(kind.rawValue) vault"
        case .forgetSignIns(let names):
            names.count == 1 ? "forgot the sign-in" : "forgot \(names.count) sign-ins"
        case .forgetRotations: "forgot the keys of unfinished rotations that no profile has"
        }
    }
}

extension Machine {
    /// Mends. Nobody is asked for anything.
    func carryOut(_ repair: Repair) -> RepairOutcome {
        do {
            switch repair {
            case .forbidWriting(let path): try Self.takeRights(0o002, path)
            case .keepPrivate(let path): try Self.takeRights(0o077, path)
            case .rebuildIndex:
                let refreshed = try keyStore().refresh(mayPrompt: false)
                if let reason = refreshed.notWritten { throw reason }
                if let reason = refreshed.reasonForUnread, !reason.isAbsence { throw reason }
            case .forgetExpired(let kind):
                _ = try ExpiredRecords(items(kind, mayPrompt: false)).remove()
            case .forgetSignIns(let names):
                let store = tokenStore()
                let others = Set(signInIndex.summaries().map(\.name)).subtracting(names)
                for left in try store.left(besides: others, mayPrompt: false) {
                    try store.forget(left, mayPrompt: false)
                }
            case .forgetRotations:
                guard let index = try keyStore().index() else { break }
                for rotation in RotationRecords(self).removeAbandoned(by: index) {
                    console.say(rotation.isForgotten)
                }
            }
            return .done(repair.sentence)
        } catch { return .failed(Failure(error).wording) }
    }

    private static func takeRights(_ rights: mode_t, _ path: String) throws(SystemError) {
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else { throw SystemError("stat", path) }
        let mode = status.st_mode & 0o7777 & ~rights
        guard path.withPath({ chmod($0, mode) }) == 0 else { throw SystemError("chmod", path) }
    }
}
