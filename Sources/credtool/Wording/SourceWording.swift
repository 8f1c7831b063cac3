// The words for sources that gave nothing: programs, files, this machine, and prompts.
internal import AWS
internal import Engine
internal import Glibc
internal import Model
internal import Planning
internal import Prompts
internal import System

extension EngineError {
    /// The words for what the machine itself did not give.
    var machineWording: Wording {
        switch self {
        case .instanceMetadata(let error):
            error.wording.prefixed("the instance metadata gave no credentials: ")
        case .container(let error): error.wording.prefixed("no credentials of this container: ")
        case .containerToken(let error) where error.code == ENOENT:
            Wording(
                "no credentials of this container: its token file \(error.subject)"
                    + " (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) is not there",
                hint: "EKS Pod Identity mounts it into each pod; elsewhere unset the variables that"
                    + " begin with AWS_CONTAINER_")
        case .containerToken(let error):
            error.wording.prefixed("the container's token was not to be had: ")
        case .malformedContainerToken(let place):
            Wording(
                "no credentials of this container: the token in \(place) has a line end in it",
                hint: "it is sent as it is, in one line: write it without one")
        case .tokenFile(let error, let setting):
            error.code == ENODATA
                ? Wording(
                    "the web identity's token file \(setting.value) (\(setting.origin)) is empty",
                    hint: "ls -l \(setting.value)")
                : Wording(
                    error.wording.prefixed("the web identity's token (\(setting.origin)): ")
                        .message,
                    hint: "whoever issues the token has to write it there; else correct the path")
        case .config, .file, .plan, .unreadIndex, .unreadVault, .index, .policyIsNoJSON,
            .callerUnknown, .caBundle, .program, .vault, .otherKey, .plainKey, .environment,
            .endedEnvironment, .malformedExpiration, .call, .roleMaximum, .over, .code, .wrongCode,
            .usedCode, .process, .endpoint, .unsupported, .signIn, .console,
            .saml, .samlFile, .samlRefused, .certificate, .openID, .jobToken,
            .jobVariable, .guardRail:
            preconditionFailure("these have words of their own")
        }
    }
}

extension PlainKeyFailure {
    var wording: Wording {
        switch self {
        case .system(let error): error.wording
        case .config(let error): error.wording
        case .malformedID:
            Wording(
                "its ID has characters that no key ID has", hint: "copy the ID again")
        }
    }
}

extension ProcessFailure {
    var wording: Wording {
        switch self {
        case .unsplittable:
            Wording(
                "the command has a quotation that does not end",
                hint: "quote it as for a shell; no shell runs it")
        case .run(.cannotStart(let error)) where error.cause == .notFound:
            Wording(
                "there is no program \(quoted(error.program))", hint: "name it by its whole path")
        case .run(.cannotStart(let error)): error.wording
        case .run(.timedOut(let program, let limit)):
            Wording(
                "\(program) did not end within \(spoken(limit))",
                hint: "run it by hand and look what it waits for")
        case .run(.tooMuchOutput(let program, _)):
            Wording(
                "\(program) printed too much to be credentials",
                hint: "run it by hand and look at its output")
        case .run(.system(let error)): error.wording
        case .ended(.exited(let code)):
            Wording(
                "the command ended with code \(code)",
                hint: "run it by hand; its own words stand above")
        case .ended(.signalled(let signal)):
            Wording("the command was ended by signal \(signal)", hint: "run it by hand")
        case .document(let error): error.wording
        case .noToken: Wording("the command printed no token", hint: "run it by hand")
        case .noSecret: Wording("the command printed nothing", hint: "run it by hand")
        case .loop:
            Wording(
                "the command runs itself again through credtool, without end",
                hint: "let it ask another profile, one that does not name this command")
        }
    }
}

extension CredentialDocumentError {
    var wording: Wording {
        switch self {
        case .notJSON, .notAnObject:
            Wording("the answer is no JSON object", hint: "run it by hand and look at its output")
        case .unsupportedVersion(let version):
            Wording("the answer has Version \(version), and only 1 is known", hint: "it must be 1")
        case .missing(let fields):
            Wording(
                "the answer has no \(fields.joined(separator: ", no "))",
                hint: "it must have Version, AccessKeyId and SecretAccessKey")
        case .malformed(let field):
            Wording("the answer's \(field) is not of its form", hint: "look at its output")
        case .refused(let code, let message):
            Wording("it says \(code): \(message)", hint: "try again in a moment")
        case .expired(let date):
            Wording(
                "the credentials expired at \(date) already",
                hint: "sign in again where they come from, and look at the clock: timedatectl")
        }
    }
}

extension InstanceMetadataError {
    var wording: Wording {
        switch self {
        case .invalidEndpoint(let error): error.wording
        case .transport:
            Wording(
                "the instance metadata service does not answer",
                hint: "this works on an EC2 instance; in a container there, raise the hop limit")
        case .tokenRefused(let status):
            Wording("the token is refused (status \(status))", hint: "try again in a moment")
        case .version1Disabled:
            Wording(
                "version 2 of the service does not answer, and version 1 is forbidden",
                hint: "unset ec2_metadata_v1_disabled, or let the instance have version 2")
        case .noRole:
            Wording(
                "the instance has no role",
                hint: "attach an instance profile in the EC2 console")
        case .refused(let status, _):
            Wording(
                "the service answers with status \(status)",
                hint: "curl -i ENDPOINT/latest/meta-data/ shows what answers there; is"
                    + " ec2_metadata_service_endpoint right?")
        case .document(let error):
            Wording(
                error.wording.message,
                hint: "try again in a moment; is ec2_metadata_service_endpoint right?")
        }
    }
}

extension ContainerCredentialsError {
    var wording: Wording {
        switch self {
        case .invalidURI(let uri):
            Wording(
                "\(quoted(uri)) is no address to ask",
                hint: "look at AWS_CONTAINER_CREDENTIALS_FULL_URI and ..._RELATIVE_URI")
        case .hostNotAllowed(let host):
            Wording(
                "\(quoted(host)) may not be asked without TLS: only this machine and the agents of"
                    + " ECS and EKS may",
                hint: "look at AWS_CONTAINER_CREDENTIALS_FULL_URI")
        case .invalidToken:
            Wording(
                "the token has a line end in it",
                hint: "look at AWS_CONTAINER_AUTHORIZATION_TOKEN and its file")
        case .transport:
            Wording("its endpoint does not answer", hint: "this works in a container of ECS or EKS")
        case .refused(let status, let message):
            Wording(
                "its endpoint answers with status \(status)"
                    + (message.isEmpty ? "" : ": \(message)"),
                hint: "look at the task's role, and at AWS_CONTAINER_AUTHORIZATION_TOKEN")
        case .document(let error):
            Wording(
                error.wording.message,
                hint: "look at what answers at AWS_CONTAINER_CREDENTIALS_FULL_URI or"
                    + " ..._RELATIVE_URI")
        }
    }
}

extension PromptError {
    var wording: Wording {
        switch self {
        case .cancelled: Wording("no answer was given", hint: "try again")
        case .missing(let program, let package):
            Wording(
                "\(program) is not installed",
                hint: package.map { "sudo apt install \($0)" } ?? "set mfa_prompt to another way")
        case .failed(let program, let status, let message):
            Wording(
                "\(program) \(status.wording)" + (message.isEmpty ? "" : ": \(message)"),
                hint: "run it by hand, or set mfa_prompt to another way")
        case .noCode(let program):
            Wording("\(program) printed no code of six digits", hint: "run it by hand")
        case .terminal(.noTerminal), .nowhereToAsk:
            Wording(
                "there is no terminal to ask on, and no dialog can be shown",
                hint:
                    "add --mfa-token CODE, or set mfa_process or mfa_prompt (CREDTOOL_MFA_PROMPT)",
                "credtool exec once in a terminal makes the session that is then used here")
        case .terminal(let error): error.wording
        case .processUnset:
            Wording(
                "mfa_prompt is process, and no mfa_process is set",
                hint: "add mfa_process = COMMAND to the profile")
        case .timedOut(let limit):
            Wording("nobody answered within \(spoken(limit))", hint: "try again")
        case .program(let error): ProcessFailure.run(error).wording
        }
    }
}

extension Subprocess.Status {
    /// How a program ended.
    fileprivate var wording: String {
        switch self {
        case .exited(let code): "ended with code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }
}

extension StaticKey {
    /// What a key in plain is warned of, with the way to mend it.
    var warning: String {
        "the key of profile \(profile) stands in plain text (\(accessKeyID.origin));"
            + (hasToken
                ? " it is a temporary one: better have it made by credtool"
                : " credtool add \(typed(profile)) --from-file stores it in the vault, and then it can"
                    + " leave that file")
    }
}
