// The AWS config files: reading them, planning by them, and editing them.
import Model
import Planning

@testable import Profiles

extension FuzzedParser {
    static let config: [FuzzedParser] = [
        .bytes("config") { bytes in
            guard let files = files(bytes, nil) else { return }
            for name in files.profileNames.prefix(8) {
                _ = try? files.profile(named: name)
                plan(name, files)
            }
            for section in files.names(of: .ssoSession) + files.names(of: .services) {
                _ = files.settings(of: .ssoSession, named: section)
                _ = files.settings(of: .services, named: section)
            }
            _ = files.skippedSections
        },
        .bytes("credentials-file") { bytes in
            guard let files = files(nil, bytes) else { return }
            for name in files.profileNames.prefix(8) {
                _ = try? files.profile(named: name)
                _ = files.plainKeyPlaces(ofProfile: name)
            }
        },
        .bytes("config-edit") { bytes in edit(bytes) },
        .bytes("config-parts") { bytes in
            if let part = ManagedBlock(session: "corp", of: bytes) {
                let written = part.file(with: part.profiles)
                precondition(
                    ManagedBlock(session: "corp", of: written)?.profiles == part.profiles,
                    "the synchronised profiles are read otherwise than they were written")
            }
            if let part = ProcessProfiles(of: bytes) {
                let written = part.file(removing: [])
                precondition(
                    ProcessProfiles(of: written)?.profiles.map(\.name)
                        == part.profiles.map(\.name),
                    "the profiles of setup-process are lost")
            }
        },
    ]

    private static func files(_ config: [UInt8]?, _ credentials: [UInt8]?) -> ConfigFiles? {
        guard let paths = try? ConfigPaths(variable: { $0 == "HOME" ? "/home/me" : nil })
        else { return nil }
        let config: Secret? = config.map { Secret(bytes: $0) }
        let credentials: Secret? = credentials.map { Secret(bytes: $0) }
        return try? ConfigFiles(config: config, credentials: credentials, paths: paths)
    }

    private static func plan(_ profile: String, _ files: ConfigFiles) {
        var request = PlanRequest()
        request.profile = Setting(profile, from: .variable("AWS_PROFILE"))
        let facts = PlanFacts(
            keys: [], userAndHost: { ("me", "box.example") }, variable: { _ in nil },
            file: { _ in nil })
        _ = try? Planner.plan(request, config: files, facts: facts)
    }

    /// What was set is read again, and nothing else in the file has changed but by it.
    private static func edit(_ bytes: [UInt8]) {
        guard
            let edited = try? ConfigEdit.set(
                [("region", "eu-north-1")], inProfile: "work", of: bytes, path: "config")
        else { return }
        guard let files = files(edited, nil) else {
            preconditionFailure("an edit makes the file unreadable")
        }
        let region = files.settings(of: .profile, named: "work")?["region"]?.value
        precondition(region == "eu-north-1", "what was set is not read again")
        let again = try? ConfigEdit.set(
            [("region", "eu-north-1")], inProfile: "work", of: edited, path: "config")
        precondition(again == edited, "the same edit twice is not the same as once")
        guard let before = FuzzedParser.files(bytes, nil) else { return }
        let names = Set(before.profileNames).union(["work"])
        precondition(Set(files.profileNames) == names, "other profiles come or go by an edit")
    }
}
