// What will become of each key that was found, as a table shows it before anything is done.
internal import Model

/// A key that was found, and what becomes of it.
struct ImportRow {
    /// What becomes of a key.
    enum Outcome {
        /// It is stored, in place of another one where there is one.
        case stored(ImportedKey, replacing: StoredKey?)
        /// The vault has it already.
        case present(ImportedKey, StoredKey)
        /// It is that of a row above, found in another place too.
        case repeated(ImportedKey)
        /// Nothing is done with it.
        case leftOut(Failure)
    }

    let found: FoundKey
    let outcome: Outcome

    /// Whether it is none of those that import is for: a temporary one, or half a key.
    var isNoLongTermKey: Bool {
        guard case .leftOut(let reason) = outcome else { return false }
        switch reason {
        case .temporaryKey, .config(.incompleteKey): return true
        default: return false
        }
    }

    /// The rows under their titles.
    /// - Parameters:
    ///   - vault: Where new keys go.
    ///   - removes: Whether the keys are taken away where they were found.
    static func table(_ rows: [ImportRow], vault: VaultKind, removes: Bool) -> String {
        let cells =
            [["PROFILE", "KEY", "ACCOUNT", "FOUND IN", "WHAT IS DONE"]]
            + rows.map { row in
                [
                    row.found.profile, row.key?.id.masked ?? "-",
                    row.key?.caller?.accountID ?? "-", row.found.place,
                    row.deed(vault: vault, removes: removes),
                ].map(\.visible)
            }
        let widths = cells[0].indices.map { column in
            cells.map { $0[column].displayWidth }.max() ?? 0
        }
        return cells.map { row in
            row.indices.map { column in
                column == row.count - 1
                    ? row[column]
                    : row[column]
                        + String(
                            repeating: " ", count: widths[column] - row[column].displayWidth + 2)
            }.joined()
        }.joined(separator: "\n")
    }

    private var key: (id: AccessKeyID, caller: ARN?)? {
        switch outcome {
        case .stored(let key, _), .present(let key, _), .repeated(let key): (key.id, key.caller)
        case .leftOut(.importing(.otherKey(let id, _, _))), .leftOut(.temporaryKey(let id)),
            .leftOut(.keyRefused(_, let id, _)):
            (id, nil)
        case .leftOut: nil
        }
    }

    private func deed(vault: VaultKind, removes: Bool) -> String {
        let end = removes ? ", then removed there" : ""
        return switch outcome {
        case .stored(_, nil): "stored in the \(vault.rawValue) vault\(end)"
        case .stored(_, let old?):
            "replaces key \(old.accessKeyID.masked) in the \(vault.rawValue) vault\(end)"
        case .present(_, let key): "is in the \(key.vault.rawValue) vault already\(end)"
        case .repeated: "the same key\(end)"
        case .leftOut: "left out"
        }
    }

    /// The key that the vault has once this row is done with; nil where none is stored for it.
    var keyInVault: ImportedKey? {
        switch outcome {
        case .stored(let key, _), .present(let key, _), .repeated(let key): key
        case .leftOut: nil
        }
    }
}

/// A key that was read, with as many owners as want it.
final class ImportedKey {
    private let checked: CheckedKey

    init(_ checked: consuming CheckedKey) { self.checked = checked }

    var id: AccessKeyID { checked.key.id }
    /// Whose it is, where AWS was asked.
    var caller: ARN? { checked.caller }

    /// Whether it is the same key.
    func equals(_ other: borrowing AccessKey) -> Bool { checked.key.equals(other) }

    /// Lends the key to `body`.
    func withKey<R>(_ body: (borrowing CheckedKey) throws -> R) rethrows -> R { try body(checked) }
}

extension AccessKey {
    /// Whether both halves are the same.
    borrowing func equals(_ other: borrowing AccessKey) -> Bool {
        id == other.id && secret.equals(other.secret)
    }
}
