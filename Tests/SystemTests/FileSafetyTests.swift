// Who else may change a file: the decision as a table, and the walk over real directories.
import Foundation
import Testing

@testable import System

@Test(
    arguments: [
        (1000, S_IFREG | 0o600, 1000, nil),
        (1000, S_IFREG | 0o664, 1000, nil),
        (0, S_IFREG | 0o644, 1000, nil),
        (1000, S_IFREG | 0o602, 1000, .writableByAll(path: "/x")),
        (0, S_IFREG | 0o666, 0, .writableByAll(path: "/x")),
        (1000, S_IFDIR | 0o777, 1000, .writableByAll(path: "/x")),
        (0, S_IFDIR | 0o1777, 1000, nil),
        (1000, S_IFREG | 0o1777, 1000, .writableByAll(path: "/x")),
        (1000, S_IFLNK | 0o777, 1000, nil),
        (1001, S_IFREG | 0o600, 1000, .foreign(path: "/x", owner: 1001)),
        (1001, S_IFLNK | 0o777, 1000, .foreign(path: "/x", owner: 1001)),
        (1001, S_IFDIR | 0o1755, 1000, .foreign(path: "/x", owner: 1001)),
        (1001, S_IFREG | 0o600, 0, nil),
    ] as [(uid_t, mode_t, uid_t, FileSafety.Finding?)])
func ownerAndModeDecide(
    owner: uid_t, mode: mode_t, user: uid_t, expected: FileSafety.Finding?
) {
    #expect(
        FileSafety.finding("/x", FileSafety.Facts(owner: owner, mode: mode), user: user)
            == expected)
}

@Test func everyDirectoryAboveIsLookedAtAndEveryOneAboveALinksTarget() throws {
    let root = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try AtomicFile.replace("\(root)/open/own/target", with: [])
    try AtomicFile.replace("\(root)/home/file", with: [])
    symlink("../open/own/target", "\(root)/home/link")
    for path in ["home/file", "home/link", "home/none", "open/own/target"] {
        #expect(FileSafety.finding("\(root)/\(path)") == nil)
    }
    chmod("\(root)/open", 0o777)
    for path in ["home/link", "open/own/target"] {
        #expect(FileSafety.finding("\(root)/\(path)") == .writableByAll(path: "\(root)/open"))
    }
    #expect(FileSafety.finding("\(root)/home/file") == nil)
    chmod("\(root)/home/file", 0o646)
    #expect(
        FileSafety.finding("\(root)/home/file") == .writableByAll(path: "\(root)/home/file"))
}

@Test func intoAStickyFolderOthersPutFilesAllTheSame() throws {
    let root = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try AtomicFile.replace("\(root)/sticky/own/file", with: [])
    chmod("\(root)/sticky", 0o1777)
    symlink("sticky", "\(root)/link")
    let open = FileSafety.Finding.writableByAll(path: "\(root)/sticky")
    #expect(FileSafety.finding("\(root)/sticky") == nil)
    #expect(FileSafety.folderFinding("\(root)/sticky") == open)
    #expect(FileSafety.folderFinding("\(root)/sticky/none/lib") == open)
    #expect(
        FileSafety.folderFinding("\(root)/link") == .writableByAll(path: "\(root)/link"))
    #expect(FileSafety.folderFinding("\(root)/sticky/own") == nil)
}
