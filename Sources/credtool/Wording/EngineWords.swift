// The words for plans that were not carried out.
internal import AWS
internal import Engine
internal import Model
internal import Planning
internal import System
internal import Vault

extension EngineError {
    /// The words.
    var words: Words {
        switch self {
        case .vault(.absent, let key):
            Words(
                "the vault has no key of profile \(key.profile) any more; another program must have"
                    + " deleted it",
                hint: "credtool add \(key.profile)")
        case .vault(let error, let key):
            error.words.prefixed("the key of profile \(key.profile) was not to be had: ")
        case .otherKey(let found, let key):
            Words(
                "the vault holds key \(found.masked) for profile \(key.profile), and the index says"
                    + " \(key.accessKeyID.masked)",
                hint: "credtool add \(key.profile) --force stores the right one")
        case .sessionToken(let error, let key): Self.sessionToken(error, key)
        case .assumeRole(let error, let step, let source): Self.assumeRole(error, step, source)
        case .over(let subject, let expiration):
            Words(
                "\(subject): AWS gave a session that ended at \(expiration), so this machine's clock"
                    + " is ahead",
                hint: "set the clock: timedatectl set-ntp true")
        case .code(.noTerminal, let serial):
            Words(
                "an MFA code of \(serial) is needed, and there is no terminal to ask on",
                hint: "add --mfa-token CODE, or run credtool exec once in a terminal: its session"
                    + " is then used here")
        case .code(let error, let serial):
            error.words.prefixed("an MFA code of \(serial) is needed: ")
        case .wrongCode(let serial, let tries):
            Words(
                "AWS did not accept the MFA code of \(serial)"
                    + (tries > 1 ? ", \(tries) times" : ""),
                hint: "check that the device shows the codes of \(serial), and its clock; each"
                    + " code works once")
        }
    }

    private static func sessionToken(_ error: AWSError, _ key: StoredKey) -> Words {
        let what = "no session for key \(key.accessKeyID.masked) of profile \(key.profile): "
        guard case .service(let refusal) = error, refusal.isDenial else {
            return error.words.prefixed(what)
        }
        return error.words.prefixed(what).adding(
            hint: "an MFA device that is not this user's is refused like this; credtool exec"
                + " \(key.profile) --mfa-serial SERIAL names another")
    }

    private static func assumeRole(
        _ error: AWSError, _ step: AssumeRoleStep, _ source: CredentialPlan
    ) -> Words {
        let role = step.role.value
        let caller = source.caller
        let what = "role \(role) was not assumed by \(caller): "
        guard case .service(let refusal) = error, refusal.isDenial else {
            var words = error.words.prefixed(what)
            if case .service(let refusal) = error, refusal.code == "ValidationError",
                refusal.message.contains("DurationSeconds")
            {
                words.hints = [
                    "the role's own maximum is shorter than \(spoken(step.duration.value))"
                        + " (\(step.duration.origin)); try --duration 1h"
                ]
            }
            return words
        }
        var causes = ["the role must exist, and its trust policy must allow \(caller)"]
        if role.accountID != source.key.callerARN?.accountID {
            causes.append("so must a policy of the caller, as the role is in another account")
        }
        if step.externalID == nil { causes.append("it may want an --external-id") }
        if source.mfaSerial == nil, step.mfaSerial == nil {
            causes.append("it may want MFA: --mfa-serial SERIAL")
        }
        var words = error.words.prefixed(what)
        words.hints = [causes.joined(separator: "; ")]
        return words
    }
}

extension CredentialPlan {
    /// Who makes the calls with these credentials, as AWS would name it.
    fileprivate var caller: String {
        switch self {
        case .assumeRole(let step, _): "\(step.role.value)"
        case .storedKey(let key), .sessionToken(_, .storedKey(let key)):
            key.callerARN?.description ?? "key \(key.accessKeyID.masked) of profile \(key.profile)"
        case .sessionToken(_, let source): source.caller
        }
    }
}
