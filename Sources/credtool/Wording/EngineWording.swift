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
        case .config(let error): error.wording
        case .file(let error): error.wording
        case .plan(let error): error.wording
        case .program(let error): error.wording
        case .guardRail(let error): error.wording
        case .unreadIndex(let error):
            Wording(
                "the index of stored keys is lost, and the keyring is locked or does not answer, so"
                    + " what it holds\(error.subject.map { " of \(quoted($0))" } ?? "") is not known",
                hint: "credtool exec asks for the keyring, and makes the index anew",
                "credtool unlock opens a locked one")
        case .unreadVault(let failure, let plan):
            failure.wording.prefixed(
                "\(plan.wording.message); the keys in the keyring are not known: ")
        case .index(let error): error.wording.prefixed("the index of stored keys: ")
        case .policyIsNoJSON(let origin):
            Wording(
                "the session policy (\(origin)) is no JSON",
                hint: "a policy begins with {\"Version\": \"2012-10-17\", \"Statement\": [")
        case .callerUnknown(let error, let key):
            error.wording.prefixed(
                "the account of key \(key.accessKeyID.masked) (profile \(key.profile)) is not"
                    + " known, and AWS did not tell: "
            ).adding(hint: "name the role by its ARN: --role arn:aws:iam::ACCOUNT:role/NAME")
        case .caBundle(let path, let reason, let origin):
            Wording(
                "the certificates in \(path) (\(origin)) cannot be read: \(reason)",
                hint: "name a PEM file there, or take the setting out")
        case .roleMaximum(let maximum, let error):
            Wording(
                error.wording.message,
                hint: "the role's own maximum is \(spoken(maximum)), and"
                    + " \(error.askedDuration.map(spoken) ?? "more") was asked for: --duration"
                    + " \(spoken(maximum))")
        case .vault(.absent, let key):
            Wording(
                "the vault has no key of profile \(key.profile) any more; another program must have"
                    + " deleted it",
                hint: "credtool add \(typed(key.profile))")
        case .vault(let error, let key):
            error.wording.prefixed("the key of profile \(key.profile) was not to be had: ")
        case .otherKey(let found, let key):
            Wording(
                "the vault holds key \(found.masked) for profile \(key.profile), and the index says"
                    + " \(key.accessKeyID.masked)",
                hint: "credtool add \(typed(key.profile)) --force stores the right one")
        case .plainKey(let failure, let key):
            failure.wording.prefixed(
                "the key of profile \(key.profile) (\(key.accessKeyID.origin)) was not to be had: ")
        case .environment:
            Wording(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY hold no key",
                hint: "export both, or name a profile")
        case .endedEnvironment(let end):
            Wording(
                "the credentials in the environment ended at \(end) (AWS_CREDENTIAL_EXPIRATION)",
                hint: Machine.variable("CREDTOOL_PROFILE").map {
                    "this shell's session is over: exit, then credtool exec \(typed($0))"
                } ?? "export new ones from where they come, or name a profile; and look at the"
                    + " clock: timedatectl")
        case .malformedExpiration(let text):
            Wording(
                "AWS_CREDENTIAL_EXPIRATION is \(quoted(text)), which is no time",
                hint: "it must be of the form 2027-01-15T08:00:00Z; or unset it")
        case .call(let error, let plan): Self.call(error, plan)
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
        case .unsupported(let source):
            Wording(
                "profile \(source.profile) signs in by "
                    + (source.isSSO ? "IAM Identity Center" : "a console login")
                    + ", which this version of credtool cannot do",
                hint: "aws --profile \(source.profile) does")
        case .endpoint(let error): error.wording
        case .signIn(let error, let profile): error.wording(profile)
        case .console(let error, let profile): error.wording(profile)
        case .saml(let error, let source): error.wording(source)
        case .samlFile(let error, let path): error.samlWording(path)
        case .samlRefused(let error, let role, let recipient, let source):
            error.samlWording(role, recipient: recipient, source)
        case .certificate(let error, let source): error.wording(source)
        case .openID(let error, let profile): error.wording(profile)
        case .jobToken(let error, let service): error.wording(service)
        case .jobVariable(let name, let service):
            Wording(
                "no token for this job of \(service.displayName): \(name) is not set",
                hint: service.hint)
        case .instanceMetadata, .container, .containerToken, .malformedContainerToken, .tokenFile:
            machineWording
        }
    }

    private static func call(_ error: AWSError, _ plan: CredentialPlan) -> Wording {
        let caller = plan.beforeLastCall?.caller ?? plan.caller
        switch plan.calls.last {
        case .assumeRole(let call): return assumeRole(error, call, plan)
        case .assumeRoot(let call):
            return error.wording.prefixed("no root session for account \(call.account.value): ")
                .adding(
                    hint: "the caller needs sts:AssumeRoot, and central root access must be on for"
                        + " the organization")
        case .federationToken(let call):
            return error.wording.prefixed(
                "no session for the federated user \(call.name.value) from \(caller): ")
        case .sessionToken:
            let wording = error.wording.prefixed("no session for \(caller): ")
            guard case .service(let refusal) = error, refusal.isDenial else { return wording }
            return wording.adding(
                hint: "an MFA device that is not this user's is refused like this; credtool exec"
                    + " \(plan.source.profile) --mfa-serial SERIAL names another")
        case nil:
            if case .rolesAnywhere(let source) = plan.source { return source.refusal(error) }
            var wording = error.wording.prefixed("\(caller) was not assumed: ")
            if case .webIdentity(let source) = plan.source, case .service(let refusal) = error,
                refusal.clockSkew == nil,
                refusal.isDenial || refusal.code == "InvalidIdentityToken"
            {
                wording.hints = [source.hint]
            }
            return wording
        }
    }

    private static func assumeRole(
        _ error: AWSError, _ call: AssumeRoleCall, _ plan: CredentialPlan
    ) -> Wording {
        let role = call.role.value
        let before = plan.beforeLastCall ?? plan
        let caller = before.caller
        let what = "role \(role) was not assumed by \(caller): "
        guard case .service(let refusal) = error, refusal.isDenial else {
            var wording = error.wording.prefixed(what)
            if case .service(let refusal) = error, refusal.isAboutDuration {
                if refusal.message.contains("role chaining") {
                    return wording.adding(
                        hint: "the caller is a role's session itself, and AWS lets a role that is"
                            + " assumed from a role live 1h: --duration 1h")
                }
                wording.hints = [
                    "the role's own maximum is shorter than \(spoken(call.duration.value))"
                        + " (\(call.duration.origin)); try --duration 1h",
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
        if role.accountID != plan.source.callerARN?.accountID {
            causes.append("so must a policy of the caller, as the role is in another account")
        }
        if call.settings[.externalID] == nil {
            causes.append("it may want an external ID (--external-id)")
        }
        if plan.mfaSerial == nil {
            causes.append(
                plan.unusedDevice.map { device in
                    "it may want MFA: the device of the source profile (\(device.origin)) is not"
                        + " asked for a role that does not name it; --mfa-serial \(device.value)"
                } ?? "it may want MFA: --mfa-serial SERIAL")
        }
        var wording = error.wording.prefixed(what)
        wording.hints = [causes.joined(separator: "; ")]
        return wording
    }

    /// How long the session of the call that failed was to be.
    private var askedDuration: Duration? {
        if case .call(_, let plan) = self { return plan.duration?.value }
        return nil
    }
}

extension CredentialPlan {
    /// Who makes calls with these credentials, as AWS would name it.
    fileprivate var caller: String {
        for call in calls.reversed() {
            switch call {
            case .assumeRole(let call): return "\(call.role.value)"
            case .federationToken(let call): return "the federated user \(call.name.value)"
            case .assumeRoot(let call): return "root of \(call.account.value)"
            case .sessionToken: continue
            }
        }
        return source.caller
    }
}

extension Source {
    fileprivate var caller: String {
        switch self {
        case .storedKey(let key):
            key.callerARN?.description ?? "key \(key.accessKeyID.masked) of profile \(key.profile)"
        case .staticKey(let key): "the plain key of profile \(key.profile)"
        case .environment: "the key in the environment"
        case .credentialProcess(let process): "the credential_process of \(process.profile)"
        case .instanceMetadata: "the role of this instance"
        case .container: "the role of this container"
        case .webIdentity(let source): "role \(source.role.role.value)"
        case .sso(let source): "the Identity Center role of \(source.profile)"
        case .rolesAnywhere(let source): "the certificate of profile \(source.profile)"
        case .saml(let source):
            source.role.map { "role \($0.value)" } ?? "a role of \(source.profile)"
        case .login(let source): "the console sign-in of \(source.profile)"
        }
    }

    fileprivate var isSSO: Bool {
        if case .sso = self { return true }
        return false
    }
}

extension PlanError {
    /// The profile whose key may be what is missing.
    fileprivate var subject: String? {
        switch self {
        case .unknownProfile(let name, _, _), .noCredentials(let name, _),
            .roleWithoutSource(let name, _):
            name
        case .unknownSource(let source, _, _): source.value
        case .halfKey, .twoSources, .tokenWithoutRole, .cycle, .noEnvironmentKey, .noContainer,
            .metadataDisabled, .halfSSO, .halfOpenID, .noJobToken,
            .unknownSSOSession, .misplacedSSO, .samlWithoutResponse,
            .flagWithoutSAML, .halfRolesAnywhere, .rolesAnywhereRegions, .profileWithoutRole,
            .unknownAccount,
            .unknownCaller, .invalidRole, .closedRole, .foreignRole, .flagWithoutRole,
            .flagNotTaken,
            .exclusive,
            .needsLongTermKey, .invalidValue, .malformed, .unreadablePolicy,
            .durationOutOfBounds, .chainedTooLong, .durationOfSource, .minimumTTLTooLong:
            nil
        }
    }
}
