// credtool setup-process: profiles by which every AWS program draws from credtool.
internal import Flags
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System

/// Writes them, and takes them out again.
struct SetupProcessCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard invocation.isSet(.all) || !invocation.profiles.isEmpty else {
            throw UsageError(.missingArgument("PROFILE"), command: invocation.command)
        }
        if invocation.isSet(.undo) { return try undo() }
        let path = try machine.configPaths().config
        let config = try machine.configFiles()
        let stored = try machine.keyStore().index()?.entries.map(\.profile) ?? []
        let old = Set(try part(of: AtomicFile.read(path.path) ?? [], path).profiles.map(\.name))
        let taken = Set(config.profileNames + stored).subtracting(old)
        var new: [ProcessProfile] = []
        for name in invocation.isSet(.all)
            ? config.profileNames.merged(with: stored).filter({ !old.contains($0) })
            : invocation.profiles
        {
            do { new.append(try profile(drawing: name, config, taken)) } catch {
                guard invocation.isSet(.all) else { throw error }
                machine.console.say("left out \(name): \(Failure(error).message)")
            }
        }
        guard !new.isEmpty else {
            return machine.console.say("there is no profile to draw sessions of")
        }
        try machine.edit(path) { try part(of: $0, path).file(adding: new) }
        let names = new.map(\.name).joined(separator: ", ")
        machine.console.say("\(path.display) has credtool behind: \(names)")
        machine.console.hint("AWS_PROFILE=\(typed(new[0].name)) in front of a command uses it")
    }

    /// The profile that draws the sessions of `name`.
    private func profile(
        drawing name: String, _ config: ConfigFiles, _ taken: Set<String>
    ) throws -> ProcessProfile {
        var request = PlanRequest()
        request.profile = Setting(name, from: .flag("PROFILE"))
        let plan = try machine.engine().offlinePlan(request)
        if case .credentialProcess(let process) = plan.credentials.source,
            ProcessProfile.isCredtool(process.command.value)
        {
            throw HandoverFailure.drawsFromCredtool(name)
        }
        guard
            let profile = ProcessProfile(
                drawing: name, program: Self.ownPath,
                settings: try config.completedSettings(ofProfile: name))
        else { throw HandoverFailure.unwritableProcess(name) }
        guard !taken.contains(profile.name) else {
            throw HandoverFailure.nameForProcessTaken(profile.name)
        }
        return profile
    }

    private func undo() throws {
        let path = try machine.configPaths().config
        let standing = try part(of: AtomicFile.read(path.path) ?? [], path).profiles.map(\.name)
        var names = Set(standing)
        if !invocation.isSet(.all) {
            names = Set(invocation.profiles.map { $0 + ProcessProfile.suffix })
            for profile in invocation.profiles
            where !standing.contains(profile + ProcessProfile.suffix) {
                throw HandoverFailure.notSetUp(profile)
            }
        }
        try machine.edit(path) { try part(of: $0, path).file(removing: names) }
        machine.console.say(
            names.isEmpty
                ? "setup-process has written nothing to \(path.display)"
                : "taken out of \(path.display): \(names.sorted().joined(separator: ", "))")
    }

    private func part(of bytes: [UInt8], _ path: ConfigPaths.Path) throws -> ProcessProfiles {
        guard let part = ProcessProfiles(of: bytes) else {
            throw HandoverFailure.processPartWithoutEnd(path: path.display)
        }
        return part
    }

    /// Where this program stands: in PATH, where that is the same file, since what a link points to
    /// may go with the next version. With the whole path, so that programs of the desktop find it,
    /// whose PATH is another.
    private static var ownPath: String {
        var own = stat()
        var found = stat()
        let link = "/proc/self/exe"
        if stat(link, &own) == 0, let path = try? ProgramSearch.find("credtool"),
            path.hasPrefix("/"), path.withPath({ stat($0, &found) }) == 0,
            own.st_dev == found.st_dev, own.st_ino == found.st_ino
        {
            return path
        }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let size = readlink(link, &target, target.count - 1)
        return size > 0 ? String(path: target) : "credtool"
    }
}
