// credtool rotate: a new key of IAM in the place of a stored one.
internal import AWS
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import System
internal import Vault

/// Rotates one stored key, or all.
struct RotateCommand {
    let invocation: Invocation
    let machine: Machine
    private let engine: Engine

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
        engine = machine.engine()
    }

    func run() throws {
        if invocation.isSet(.all), invocation.profile != nil {
            throw UsageError(.surplusArgument(accepted: 0), command: invocation.command)
        }
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        guard invocation.isSet(.all) else { return try rotate(try storedKey()) }
        var seen: Set<AccessKeyID> = []
        let all = try machine.keyStore().keys(mayPrompt: true).entries
            .filter { seen.insert($0.accessKeyID).inserted }
        var failed = 0
        for entry in all {
            do { try rotate(entry.storedKey) } catch {
                failed += 1
                machine.console.report(Failure(error))
            }
        }
        if all.isEmpty { machine.console.say("no key is stored") }
        if failed > 0 { throw RotationFailure.some(failed, of: all.count) }
    }

    /// Two runs would undo what the other does.
    private func lock() throws -> FileLock {
        try AtomicFile.makeDirectories(machine.dataDirectory)
        let path = "\(machine.dataDirectory)/rotate.lock"
        do throws(SystemError) { return try FileLock(path: path, within: .seconds(1)) } catch {
            guard error.isHeldLock else { throw error }
            throw RotationFailure.busy(path: path)
        }
    }

    /// The key of the profile that is asked for.
    private func storedKey() throws -> StoredKey {
        var request = PlanRequest(invocation)
        request.leavesRolesOut = true
        request.noSession = true
        let plan = try engine.plan(request)
        let name = plan.profile.value
        guard case .storedKey(let key) = plan.credentials.source else {
            throw RotationFailure.noStoredKey(profile: name)
        }
        guard key.profile == name else {
            throw RotationFailure.keyOfAnother(profile: name, owner: key.profile)
        }
        return key
    }

    private func rotate(_ key: StoredKey) throws {
        let name = key.profile
        let plan = try engine.plan(request(key, noSession: true))
        let signing = RotationSigning(profile: name, console: machine.console) { id in
            try session(of: id, key)
        }
        let rotation = Rotation(
            machine: machine, key: key, iam: try machine.iam(plan),
            sts: try machine.sts(plan.sts, caBundle: plan.caBundle?.value), signing: signing,
            olderThan: invocation.age(.olderThan))
        switch try rotation.run() {
        case .rotated(let old, let new):
            machine.console.say(
                "rotated the key of profile \(name): \(new.masked) is in the"
                    + " \(key.vault.rawValue) vault, and \(old.masked) is deleted")
        case .left(let age):
            machine.console.say("the key of profile \(name) is \(daysOld(age)), and stays")
        }
    }

    /// What leads to the key of a profile and no further, or to its session.
    private func request(_ key: StoredKey, noSession: Bool) throws -> PlanRequest {
        var request = PlanRequest(invocation)
        request.profile = Setting(key.profile, from: .flag("PROFILE"))
        request.leavesRolesOut = true
        request.noSession = noSession
        // The device of a profile with a role is for the role, and belongs to the same user.
        let profile = try machine.configFiles().profile(named: key.profile)
        request.mfaSerial = request.mfaSerial ?? profile?.mfaSerial?.value
        return request
    }

    /// A session with MFA of the key that the profile has now; nil where it names no device.
    private func session(of id: AccessKeyID, _ key: StoredKey) throws -> Credentials? {
        let request = try request(key, noSession: false)
        let plan = try engine.plan(request)
        guard case .storedKey(let planned) = plan.credentials.source, planned.accessKeyID == id,
            plan.credentials.calls.last?.mfaSerial != nil
        else { return nil }
        return try engine.credentials(for: CredentialRequest(request)).takeCredentials()
    }
}

/// An age in words.
func daysOld(_ age: Duration) -> String {
    let days = max(0, age.wholeDays)
    return switch days {
    case 0: "less than a day old"
    case 1: "a day old"
    default: "\(days) days old"
    }
}
