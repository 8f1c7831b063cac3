// What a person is told while credentials are obtained.
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import System

extension Machine {
    /// Tells what happens, as far as a person needs or wants to know it.
    func tell(_ progress: Progress) {
        switch progress {
        case .planned(let plan):
            for reason in plan.reasons { console.trace(reason) }
        case .obtaining(let plan):
            if countsUses { uses.note(plan.profile.value) }
            warnOfUnsafeFiles()
            tellMisspeltSettings(behind: plan.profile.value)
        case .learning(let key):
            console.trace("asking AWS for the account of key \(key.accessKeyID.masked)")
        case .serviceRole(let role):
            console.say(
                "\(role) is a service role, made for an AWS service; most likely nobody else may"
                    + " assume it")
        case .cached(let subject, let timeLeft):
            console.trace("\(subject): in the cache, \(rounded(timeLeft)) left")
        case .waiting(let subject, let holder, let patience):
            let who = holder.map { "another credtool (process \($0.id))" } ?? "another credtool"
            if let holder, holder.isStopped {
                console.say(
                    "\(who) was stopped while it was obtaining \(subject); waiting up to"
                        + " \(spoken(patience))")
                console.hint("kill -CONT \(holder.id) lets it go on, kill \(holder.id) ends it")
            } else {
                console.say(
                    "\(who) is obtaining \(subject), and may be asking for a code there; waiting"
                        + " up to \(spoken(patience))")
            }
        case .gaveUpWaiting(let subject):
            console.say("the other credtool did not obtain \(subject); asking for it here")
        case .plainKey(let key): console.say(key.warning)
        case .requesting(let subject, let operation):
            console.trace(
                "\(subject): " + (operation.map { "asking AWS (\($0))" } ?? "asking for it"))
        case .obtained(let subject, let lifetime, let profile):
            console.trace("\(subject): obtained, lives \(rounded(lifetime))")
            note(session: subject, lifetime: lifetime, profile: profile)
        case .handedOver(let plan, let end, let reason, let isCached):
            note(use: plan, until: end, reason: reason, isCached: isCached)
        case .notObtained(let error, let profile): note(refusal: error, profile: profile)
        case .shortLived(let subject, let lifetime, let wanted):
            console.say(
                "\(subject) lives only \(rounded(lifetime)), less than \(spoken(wanted.value))"
                    + " (\(wanted.origin)), and its source gives no longer one")
        case .cutByIdentityProvider(let subject, let asked, let duration):
            console.say(
                "\(subject): the identity provider allows \(rounded(duration)), and not"
                    + " \(spoken(asked.value)) (\(asked.origin))")
        case .kept(let plan): watch(plan)
        case .cachedElsewhere(let subject):
            let full = RecordStoreError.full.wording
            console.say(
                "\(full.message), so the session of \(subject) is kept in the desktop's keyring instead"
            )
            for hint in full.hints { console.hint(hint) }
        case .notCached(let subject, let error):
            let reason = error.wording
            console.say(
                "\(subject) could not be cached, so the next command asks AWS again:"
                    + " \(reason.message)")
            // What a vault that is not here would need is a hint for who stores a key.
            for hint in reason.hints where !error.isAbsence { console.hint(hint) }
        case .endedInstanceCredentials(let end):
            console.say(
                "the instance gives credentials that ended at \(end); they are used all the same,"
                    + " since AWS takes them while it cannot renew them")
        case .code(.wrong(triesLeft: 0), onTerminal: true):
            // Where standard error is that terminal, the failure stands there in a moment.
            if !Terminal.isControlling(2) { console.explain(CodeRemark.wrong(triesLeft: 0).words) }
        case .code(let remark, onTerminal: true): console.explain(remark.words)
        case .code(let remark, onTerminal: false): console.say(remark.words)
        }
    }
}

extension CodeRemark {
    /// What is said of a code that is not taken.
    var words: String {
        switch self {
        case .wrong(let triesLeft):
            "AWS did not accept that code; "
                + (triesLeft == 0 ? "no" : "\(triesLeft)") + " more "
                + (triesLeft == 1 ? "try" : "tries")
        case .malformed: "an MFA code has six digits"
        case .repeated(let wait):
            "that code was used already, and AWS takes each once; the next one comes in"
                + " \(wait.argument)"
        }
    }
}

/// A time that is left, to the minute unless it is less than one.
func rounded(_ duration: Duration) -> String {
    let seconds = duration.wholeSeconds
    return Duration.seconds(seconds < 60 ? seconds : (seconds + 30) / 60 * 60).argument
}
