// credtool sso sync: a profile for each role, in a marked part of the config file.
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import System

/// Writes the profiles of one sign-in.
struct SSOSync {
    private let invocation: Invocation
    private let machine: Machine
    private let session: String
    private let path: ConfigPaths.Path

    /// - Throws: `Failure` where the sign-in has no section, or the block has no end.
    init(_ invocation: Invocation, _ machine: Machine, _ source: SSOSource) throws {
        guard let session = source.session else {
            throw Failure.syncWithoutSession(profile: source.profile)
        }
        self.invocation = invocation
        self.machine = machine
        self.session = session.value
        path = try machine.configPaths().config
        _ = try standingBlock()
    }

    private func standingBlock() throws -> ManagedBlock {
        try block(of: AtomicFile.read(path.path) ?? [])
    }

    private func block(of bytes: [UInt8]) throws -> ManagedBlock {
        guard let block = ManagedBlock(session: session, of: bytes) else {
            throw Failure.blockWithoutEnd(session: session, path: path.display)
        }
        return block
    }

    /// Shows what changes, asks, and writes.
    func write(_ offered: [ProfileSync.Role]) throws {
        let roles = offered.filter(\.fitsFile)
        for role in offered where !role.fitsFile {
            machine.console.say(
                "left out, since no role of AWS's is called so: \(quoted(role.roleName)) in account"
                    + " \(quoted(role.accountID))")
        }
        let config = try machine.configFiles()
        func next(_ block: ManagedBlock) -> (profiles: [SyncedProfile], vanished: [SyncedProfile]) {
            let own = Set(block.profiles.map(\.name))
            return ProfileSync.profiles(
                for: roles, template: invocation.value(.template) ?? ProfileSync.standardTemplate,
                prefix: invocation.value(.prefix) ?? "", old: block.profiles,
                taken: Set(config.profileNames).subtracting(own), prunes: invocation.isSet(.prune))
        }
        let block = try standingBlock()
        let (profiles, vanished) = next(block)
        let difference = block.difference(to: profiles)
        if !difference.isEmpty {
            try machine.console.print(lines: difference.joined(separator: "\n"))
        }
        if !vanished.isEmpty, !invocation.isSet(.prune) {
            machine.console.say(
                "roles that you have no more: \(vanished.map(\.name).joined(separator: ", "))")
            machine.console.hint("--prune takes their profiles out")
        }
        guard !difference.isEmpty else {
            return machine.console.say(
                "the \(profiles.count) profiles of \(session) are as they are to be")
        }
        if invocation.isSet(.dryRun) { return machine.console.say("nothing was changed") }
        if !invocation.isSet(.force) {
            let question = "Write this to \(path.display)?"
            guard try machine.confirm(question, insteadOf: "sso sync --force") else {
                machine.console.say("nothing was changed")
                throw SilentExit(code: 1)
            }
        }
        try machine.edit(path) {
            let current = try self.block(of: $0)
            return current.file(with: next(current).profiles)
        }
        machine.console.say("\(path.display) has \(profiles.count) profiles of \(session)")
    }
}
