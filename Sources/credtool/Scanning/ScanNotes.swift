// What `scan` says at its end: how much was found, read and left out.
internal import Model
internal import Scan
internal import System

/// The end of a scan in words.
struct ScanNotes {
    let result: ScanResult
    /// Whether git is there to read repositories.
    let hasGit: Bool

    /// What is said on standard error.
    func tell(_ console: Console) {
        console.say(summary)
        for note in notes {
            console.say(note.message)
            for hint in note.hints { console.hint(hint) }
        }
    }

    private var summary: String {
        let count = result.findings.count + result.untold
        let found =
            switch count {
            case 0: "no key in plain"
            case 1: "1 key in plain"
            default: "\(grouped(count)) keys in plain"
            }
        let files = counted(result.files, "file", "files")
        let repositories =
            result.repositories == 0
            ? "" : " and " + counted(result.repositories, "git repository", "git repositories")
        return "\(found) in \(files)\(repositories) (\(sized(result.bytes)))"
    }

    /// What a person may want to look at in another way.
    var notes: [Wording] {
        var notes: [Wording] = []
        if result.untold > 0 {
            notes.append(
                Wording("of the files with more than 100 keys each, \(result.untold) are not shown")
            )
        }
        if let path = result.unreadable.example {
            notes.append(
                Wording(
                    counted(result.unreadable.count, "file or folder", "files and folders")
                        + " could not be read, such as \(quotedPath(path))"))
        }
        if let path = result.fileSystems.example {
            notes.append(
                Wording(
                    "not entered: "
                        + counted(result.fileSystems.count, "file system", "file systems")
                        + " mounted on the way, such as \(quotedPath(path))",
                    hint: "credtool scan \(ShellWords.quoted(path))"))
        }
        if let path = result.binaries.example {
            notes.append(
                Wording(
                    "not read: " + counted(result.binaries.count, "file", "files")
                        + " of more than 16 MiB that are no text, such as \(quotedPath(path))"))
        }
        if let path = result.unreadRepositories.example {
            let count = counted(
                result.unreadRepositories.count, "git repository", "git repositories")
            notes.append(
                hasGit
                    ? Wording(
                        "git could not read all of \(count), such as \(quotedPath(path))",
                        hint: "git --git-dir=\(ShellWords.quoted(path)) fsck")
                    : Wording(
                        "git is not installed, so that \(count) could not be read, such as"
                            + " \(quotedPath(path))",
                        hint: "sudo apt install git"))
        }
        return notes
    }

    private func counted(_ number: Int, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }

    /// The same for scripts.
    var json: [String: JSONValue] {
        [
            "files": .integer(result.files), "bytes": .integer(result.bytes),
            "repositories": .integer(result.repositories),
            "leftOut": .sorted([
                "unreadable": .integer(result.unreadable.count),
                "binaries": .integer(result.binaries.count),
                "fileSystems": .integer(result.fileSystems.count),
                "repositories": .integer(result.unreadRepositories.count),
                "findings": .integer(result.untold),
            ]),
        ]
    }
}
