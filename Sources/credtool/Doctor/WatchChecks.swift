// Whether what `credtool_forget_on` and `credtool_notify_before` ask for can be seen on this machine.
internal import Model
internal import Planning
internal import Profiles
internal import Watch

/// What tells of locked screens, sleep and logouts is found as.
enum WatchCheck {
    /// Looks, where a setting asks for it.
    static func look(_ ground: Ground) -> [Finding] {
        let plans = ground.usablePlans
        guard plans.contains(where: { $0.forgetOn != nil || $0.notifyBefore != nil }) else {
            return []
        }
        return findings(
            forgetOn: plans.compactMap(\.forgetOn), notifyBefore: plans.compactMap(\.notifyBefore),
            Desktop.look())
    }

    /// What it means.
    static func findings(
        forgetOn: [Setting<Set<Occasion>>], notifyBefore: [Setting<Duration>], _ look: DesktopLook
    ) -> [Finding] {
        var found: [Finding] = []
        if !look.hasLogind {
            // Screen savers tell of locked screens alone.
            let blind = forgetOn.first {
                !look.hasSessionBus || !$0.value.subtracting([.screenLock]).isEmpty
            }
            found += [blind].compactMap { setting in
                setting.map {
                    Finding(
                        .problem, .environment, at: "\($0.origin)",
                        Wording(
                            "credtool_forget_on (\($0.origin)) cannot work here: systemd-logind,"
                                + " which tells of \($0.value.words), does not answer on the"
                                + " system's bus",
                            hint: "look at systemctl status systemd-logind; where there is none,"
                                + " forget sessions with credtool clear"))
                }
            }
        }
        if !look.hasSessionBus, let setting = notifyBefore.first {
            found.append(
                Finding(
                    .problem, .environment, at: "\(setting.origin)",
                    Wording(
                        "credtool_notify_before (\(setting.origin)) cannot work here: there is no"
                            + " session bus to show a notice by",
                        hint: "run credtool on a desktop, or take \(setting.origin) out")))
        }
        guard found.isEmpty else { return found }
        return [
            .fine(
                .environment,
                look.hasLogind
                    ? "systemd-logind tells when sessions are to be forgotten"
                    : "the session bus is there for screen savers and notices")
        ]
    }
}

extension Set<Occasion> {
    /// What it is that happens.
    fileprivate var words: String {
        Occasion.allCases.filter(contains).map { occasion in
            switch occasion {
            case .screenLock: "locked screens"
            case .suspend: "sleep"
            case .logout: "logouts"
            }
        }.joined(separator: ", ")
    }
}
