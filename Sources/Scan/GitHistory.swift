// All that a git repository keeps, read by git itself: packed or not, in a commit or in none.
internal import Glibc
internal import Model
internal import System

/// One repository.
struct GitHistory {
    /// The folder that has `objects` in it.
    let path: String
    let scan: KeyScan
    let stream: KeyStream

    /// A key and the object that it was seen in.
    private struct Seen {
        let sighting: Sighting
        let object: ObjectStream.Object
        var more: Int
    }

    /// Reads it, and notes what was found.
    func read() {
        guard let git = scan.git else { return scan.note { $0.unreadRepositories.add(path) } }
        var seen: [Seen] = []
        var known: [String: Int] = [:]
        var size = 0
        var untold = 0
        let isRead = objects(git) { object in
            size += object.size
            untold += stream.untold
            for line in stream.found {
                let fingerprint = line.sighting.fingerprint
                if let index = known[fingerprint] {
                    seen[index].more += 1 + line.more
                } else if seen.count < KeyScan.mostFindings {
                    known[fingerprint] = seen.count
                    seen.append(Seen(sighting: line.sighting, object: object, more: line.more))
                } else {
                    untold += 1
                }
            }
        }
        let paths = seen.isEmpty ? [:] : paths(of: Set(seen.map(\.object.id)), git)
        let findings = seen.map { seen in
            let object = seen.object
            let place = ScanFinding.Place.object(
                id: object.id, path: paths[object.id], isMessage: object.kind != "blob")
            return ScanFinding(path, place, seen.sighting, more: seen.more)
        }
        scan.note { result in
            if isRead {
                result.repositories += 1
            } else {
                result.unreadRepositories.add(path)
            }
            result.bytes += size
            result.findings += findings
            result.untold += untold
        }
    }

    // MARK: Objects

    /// Gives each object as `stream` is through with it; whether git could read them all.
    ///
    /// In the order of the packs, in which git unpacks them ten times as fast.
    private func objects(_ git: String, _ take: (ObjectStream.Object) -> Void) -> Bool {
        let words = ["cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"]
        var objects = ObjectStream()
        var current: ObjectStream.Object?
        let status = run(git, words) { bytes, stop in
            objects.take(bytes) { event in
                switch event {
                case .begin(let object):
                    // The names of files are no place for a key.
                    current = object.kind == "tree" ? nil : object
                    stream.begin()
                case .content(let part):
                    guard let object = current else { return }
                    stream.append(part)
                    if object.size > KeyScan.binaryLimit, stream.isBinary {
                        current = nil
                        scan.note { $0.binaries.add(path) }
                    }
                case .end:
                    guard let object = current else { return }
                    stream.end()
                    take(object)
                }
            }
            if objects.isMalformed { stop() }
        }
        return status == .exited(0) && objects.isWhole
    }

    // MARK: Paths

    /// The paths of objects in the commits that have them.
    private func paths(of ids: Set<String>, _ git: String) -> [String: String] {
        var paths: [String: String] = [:]
        var left = ids
        var line: [UInt8] = []
        _ = run(git, ["rev-list", "--objects", "--all", "--reflog", "--indexed-objects"]) {
            bytes, stop in
            var rest = bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")), !left.isEmpty {
                line += rest[..<end]
                rest = rest[(end + 1)...]
                let id = String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self)
                if left.remove(id) != nil, line.count > id.utf8.count + 1 {
                    line.append(0)
                    paths[id] = line[(id.utf8.count + 1)...].withUnsafeBytes {
                        $0.withMemoryRebound(to: CChar.self) { name in
                            name.baseAddress.map { String(path: $0) }
                        }
                    }
                }
                line.removeAll(keepingCapacity: true)
            }
            if left.isEmpty { return stop() }
            line += rest
        }
        return paths
    }

    // MARK: git

    /// Nothing is fetched, nothing is written, nobody is asked, no program is run that the
    /// repository's own settings name, and nothing that was meant for another repository counts.
    private static let settings = ["--no-replace-objects", "-c", "core.fsmonitor=false"]
    private static let variables = [
        "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0",
        "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
    ]

    /// Runs git in the repository. Its messages go nowhere.
    /// - Parameter take: Gets what git writes, and what ends it.
    /// - Returns: How git ended; nil where it could not be run, or was ended.
    private func run(
        _ git: String, _ words: [String],
        _ take: (UnsafeRawBufferPointer, _ stop: () -> Void) -> Void
    ) -> Subprocess.Status? {
        let arguments = ["git", "--git-dir=\(path)"] + Self.settings + words
        let variables =
            Self.variables
            + ["PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR"].compactMap { name in
                ProcessEnvironment.variable(name).map { "\(name)=\($0)" }
            }
        let argv = arguments.compactMap { $0.withPath { strdup($0) } }
        let envp = variables.compactMap { $0.withPath { strdup($0) } }
        defer { for text in argv + envp { free(text) } }
        do throws(SystemError) {
            let order = try StopOrder()
            var program = try StreamedProgram(path: git, arguments: argv, environment: envp)
            return try program.run(until: order) { stream, bytes in
                guard stream == .output else { return }
                take(bytes) { order.give(signal: SIGTERM, isKnown: false) }
            }
        } catch { return nil }
    }
}
