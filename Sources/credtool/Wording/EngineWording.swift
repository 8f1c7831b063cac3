// The words for plans that were not carried out.
internal import AWS
internal import Engine
internal import Model
internal import Planning
internal import Prompts
internal import System
internal import Vault

extension EngineError {
    /// The words.
    var wording: Wording {
        switch self {
        case .vault(.absent, let key):
            Wording(
                "the vault has no key of profile \(key.profile) any more; another program must have"
                    + " deleted it",
                hint: "credtool add \(key.profile)")
        case .vault(let error, let key):
            error.wording.prefixed("the key of profile \(key.profile) was not to be had: ")
        case .otherKey(let found, let key):
            Wording(
                "the vault holds key \(found.masked) for profile \(key.profile), and the index says"
                    + " \(key.accessKeyID.masked)",
                hint: "credtool add \(key.profile) --force stores the right one")
        case .plainKey(let failure, let key):
            failure.wording.prefixed(
                "the key of profile \(key.profile) (\(key.accessKeyID.origin)) was not to be had: ")
        case .environment:
            Wording(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY hold no key",
                hint: "export both, or name a profile")
        case .call(let error, let step): Self.call(error, step)
        case .over(let subject, let expiration):
            Wording(
                "\(subject): AWS gave a session that ended at \(expiration), so this machine's clock"
                    + " is ahead",
                hint: "set the clock: timedatectl set-ntp true")
        case .code(let error, let serial):
            error.wording.prefixed("an MFA code of \(serial) is needed: ")
        case .wrongCode(let serial, let tries):
            Wording(
                "AWS did not accept the MFA code of \(serial)"
                    + (tries > 1 ? ", \(tries) times" : ""),
                hint: "check that the device shows the codes of \(serial), and its clock; each"
                    + " code works once")
        case .usedCode(let serial, let wait):
            Wording(
                "that code of \(serial) was used already, and AWS takes each once",
                hint: "wait \(spoken(wait)) for the next one")
        case .process(let failure, let use):
            failure.wording.prefixed(
                "\(use.key) of profile \(use.profile) (\(use.command.origin)): ")
        case .unsupported(let plan):
            Wording(
                "profile \(plan.profile) signs in by "
                    + (plan.isSSO ? "IAM Identity Center" : "a console login")
                    + ", which this version of credtool cannot do",
                hint: "aws --profile \(plan.profile) does")
        case .endpoint(let error): error.wording
        default: machineWording
        }
    }

    private static func call(_ error: AWSError, _ step: CredentialPlan) -> Wording {
        switch step {
        case .assumeRole(let call, let source): return assumeRole(error, call, source)
        case .webIdentity(let call):
            return error.wording.prefixed(
                "role \(call.role.role.value) was not assumed with a web identity: ")
        case .assumeRoot(let call, _):
            return error.wording.prefixed("no root session for account \(call.account.value): ")
                .adding(
                    hint: "the caller needs sts:AssumeRoot, and central root access must be on for"
                        + " the organization")
        case .federationToken(let call, let source):
            return error.wording.prefixed(
                "no session for the federated user \(call.name.value) from \(source.caller): ")
        default:
            let source = step.source ?? step
            let wording = error.wording.prefixed("no session for \(source.caller): ")
            guard case .service(let refusal) = error, refusal.isDenial else { return wording }
            return wording.adding(
                hint: "an MFA device that is not this user's is refused like this; credtool exec"
                    + " \(source.profile) --mfa-serial SERIAL names another")
        }
    }

    private static func assumeRole(
        _ error: AWSError, _ step: AssumeRoleStep, _ source: CredentialPlan
    ) -> Wording {
        let role = step.role.value
        let caller = source.caller
        let what = "role \(role) was not assumed by \(caller): "
        guard case .service(let refusal) = error, refusal.isDenial else {
            var wording = error.wording.prefixed(what)
            if case .service(let refusal) = error, refusal.isAboutDuration {
                wording.hints = [
                    "the role's own maximum is shorter than \(spoken(step.duration.value))"
                        + " (\(step.duration.origin)); try --duration 1h",
                    "aws iam get-role --role-name \(role.resource.split(separator: "/").last ?? "")"
                        + " shows it as MaxSessionDuration",
                ]
            }
            return wording
        }
        var causes = ["the role must exist, and its trust policy must allow \(caller)"]
        if role.roleKind == .service {
            causes.append(
                "this is a service role, made for an AWS service, and most likely allows that alone"
            )
        }
        if role.accountID != source.callerARN?.accountID {
            causes.append("so must a policy of the caller, as the role is in another account")
        }
        if step.externalID == nil { causes.append("it may want an external ID (--external-id)") }
        if source.mfaSerial == nil, step.mfaSerial == nil {
            causes.append("it may want MFA: --mfa-serial SERIAL")
        }
        var wording = error.wording.prefixed(what)
        wording.hints = [causes.joined(separator: "; ")]
        return wording
    }
}

extension EngineError {
    /// How long the session of the call that failed was to be.
    var askedDuration: Duration? {
        if case .call(_, let step) = self { return step.duration?.value }
        return nil
    }
}

extension CredentialPlan {
    /// Who makes the calls with these credentials, as AWS would name it.
    fileprivate var caller: String {
        switch self {
        case .assumeRole(let step, _): "\(step.role.value)"
        case .webIdentity(let step): "\(step.role.role.value)"
        case .storedKey(let key):
            key.callerARN?.description ?? "key \(key.accessKeyID.masked) of profile \(key.profile)"
        case .staticKey(let key): "the plain key of profile \(key.profile)"
        case .environment: "the key in the environment"
        case .credentialProcess(let process): "the credential_process of \(process.profile)"
        case .instanceMetadata: "the role of this instance"
        case .container: "the role of this container"
        case .sessionToken(_, let source): source.caller
        default: "these credentials"
        }
    }

    fileprivate var isSSO: Bool {
        if case .sso = self { return true }
        return false
    }
}
