// Where no profile is named and none is meant by itself, a person chooses one.
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import System

extension Machine {
    /// Does what a person names a profile for, and where that fails because none is named, has them
    /// choose one and does it again. The sessions that are obtained on the way count as uses.
    func forPerson(
        _ invocation: Invocation, _ body: (Invocation, Machine) throws -> Void
    ) throws {
        var machine = self
        machine.countsUses = true
        do { try body(invocation, machine) } catch {
            guard ProfilePicker.isForWantOfAProfile(error, invocation),
                let name = try ProfilePicker(invocation: invocation, machine: self).profile()
            else { throw error }
            uses.note(name)
            try body(invocation.naming(profile: name), self)
        }
    }
}

/// The list of profiles.
struct ProfilePicker {
    let invocation: Invocation
    let machine: Machine

    /// Whether an error says no more than that a profile would have to be named.
    static func isForWantOfAProfile(_ error: any Error, _ invocation: Invocation) -> Bool {
        let request = PlanRequest(invocation)
        guard request.profile == nil, request.ssoStartURL == nil, request.samlFlags.isEmpty,
            let cause = cause(of: error)
        else { return false }
        switch cause {
        case .unknownProfile(_, .standard, _), .metadataDisabled(nil): return true
        case .noCredentials(let profile, _): return profile == "default"
        default: return false
        }
    }

    private static func cause(of error: any Error) -> PlanError? {
        switch error {
        case let cause as PlanError: cause
        case EngineError.plan(let cause), EngineError.unreadIndex(let cause),
            EngineError.unreadVault(_, let cause):
            cause
        default: nil
        }
    }

    /// The profile that a person chooses; nil where nobody is there to choose, or nothing.
    /// - Throws: `SilentExit` where they choose none.
    func profile() throws -> String? {
        // A program behind a pipe is a script's, even where it has a terminal.
        guard Terminal.isTerminal(0), Terminal.isTerminal(2), Terminal.path != nil else {
            return nil
        }
        let rows = try rows()
        guard !rows.isEmpty else { return nil }
        let list = PickerList("Profile", rows.map(\.pickerRow))
        let picker = Picker(
            list: list, console: machine.console, heading: "no profile is named; these are there")
        switch picker.choose() {
        case .row(let index)?: return rows[index].profile
        // As a shell tells Ctrl-C.
        case .nothing?: throw SilentExit(code: 130)
        case nil: return nil
        }
    }

    /// The profiles that something gives credentials for, the most used first.
    private func rows() throws -> [ListRow] {
        let config = try machine.configFiles()
        let index = try machine.keyStore().known().index
        let maker = ListRows(
            config, index, machine.sessionCache().summaries(),
            plan: ListCommand.planner(invocation, machine, config, index),
            isRoleOverlaid: ListCommand.isRoleOverlaid,
            certificates: machine.certificateStore().all())
        var rows = maker.rows().filter { $0.kind != .settings }
        let signIns = SignIns(machine, config, machine.facts(index))
        for row in rows.indices { rows[row].signIn = signIns.state(rows[row]) }
        return machine.uses.ranked(rows) { $0.profile }
    }
}

extension ListRow {
    /// Name, kind, account and the time that is left.
    var pickerRow: PickerRow {
        let left: String
        if let seconds = sessions.map(\.secondsLeft).max() {
            left = "\(rounded(.seconds(seconds))) left"
        } else {
            switch signIn?.kind {
            case .needed: left = "signed out"
            case .signedIn, .renewable: left = "signed in"
            case nil: left = ""
            }
        }
        return PickerRow(
            cells: [profile, kind.rawValue, accountName ?? accountId ?? "-", left],
            names: [profile])
    }
}
