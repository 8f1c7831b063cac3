// Every failure speaks in the house's manner: lower case, no full stop, and what to type next.
import AWS
import Crypto
import Engine
import Flags
import Foundation
import Glibc
import HTTP
import Handover
import Loopback
import Model
import Profiles
import Prompts
import SignIn
import Store
import Testing
import Vault

@testable import Planning
@testable import System
@testable import credtool

private let id = AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped
private let key = StoredKey(profile: "work", accessKeyID: id, vault: .secretService, callerARN: nil)
private let role = ARN.role("Deploy", accountID: "111122223333", partition: "aws")
private let name = Setting("x", from: .file(path: "~/.aws/config", line: 3))
private let skipped = SkippedSection(title: "x", origin: name.origin, file: .config)
private let hour = Setting<Duration>(.seconds(3600), from: .flag("--duration"))
private let library = LibraryUnavailable(library: "lib.so", package: "lib1", reason: "gone")
private let call = AssumeRoleCall(role: Setting(role, from: .flag("--role")))

private func service(_ code: String, _ message: String = "No.", status: Int = 403) -> AWSError {
    .service(
        AWSServiceError(operation: "AssumeRole", code: code, message: message, status: status))
}

private let client = OpenIDSource(
    issuer: name, clientID: name, clientSecretProcess: nil, scopes: Setting([], from: .standard),
    redirect: nil)
private let assumed = CredentialPlan(.storedKey(key), calls: [.assumeRole(call)])
private let steps: [CredentialPlan] = [
    assumed,
    CredentialPlan(
        .storedKey(key), calls: [.sessionToken(SessionTokenCall(duration: hour, mfaSerial: nil))]),
    CredentialPlan(
        .webIdentity(WebIdentitySource(profile: "x", token: .file(name), role: call))),
    CredentialPlan(
        .webIdentity(WebIdentitySource(profile: "x", token: .openID(client), role: call))),
    CredentialPlan(
        .storedKey(key),
        calls: [.federationToken(FederationTokenCall(name: name, settings: RoleSettings()))]),
    CredentialPlan(
        .storedKey(key),
        calls: [
            .assumeRole(call),
            .assumeRoot(
                AssumeRootCall(
                    account: name, taskPolicy: Setting(role, from: .standard), duration: hour)),
        ]),
]

private let documents: [CredentialDocumentError] = [
    .notJSON(.malformed(offset: 1)), .notAnObject, .unsupportedVersion(2),
    .missing(["AccessKeyId"]), .malformed(field: "x"),
    .refused(code: "x", message: "y"), .expired(Timestamp(secondsSinceEpoch: 0)),
]

private let programs: [ProcessFailure] =
    [
        .unsplittable(.noClosingQuotation), .run(.cannotStart(ExecuteError(program: "x", code: 2))),
        .run(.cannotStart(ExecuteError(program: "/tmp", code: 13))),
        .run(.timedOut(program: "x", after: .seconds(1))),
        .run(.tooMuchOutput(program: "x", limit: 1)),
        .run(.system(SystemError("x", "y", code: 5))), .ended(.exited(1)), .ended(.signalled(9)),
        .noToken, .noSecret, .loop,
    ] + documents.map { .document($0) }

private let prompts: [PromptError] = [
    .cancelled(.zenity), .missing(program: "x", package: "y"), .missing(program: "x", package: nil),
    .failed(program: "x", .exited(1), message: "y"),
    .failed(program: "x", .signalled(1), message: ""),
    .noCode(program: "x"), .terminal(.library(library)), .nowhereToAsk(hasDisplay: true),
    .processUnset, .timedOut(after: .seconds(120)),
    .program(.cannotStart(ExecuteError(program: "x", code: 8))),
]

private let staticKey = StaticKey(
    profile: "x", file: .config, accessKeyID: name, hasToken: false, accountID: nil)

private let machine: [EngineError] =
    [
        .environment, .endedEnvironment(Timestamp(secondsSinceEpoch: 0)), .malformedExpiration("x"),
        .containerToken(SystemError("x", "y", code: 13)),
        .containerToken(SystemError("x", "y", code: 2)),
        .tokenFile(SystemError("x", "y", code: 13), name),
        .usedCode(mfaSerial: "x", untilNext: .seconds(5)),
        .tokenFile(SystemError("x", "y", code: 61), name), .endpoint(.invalidRegion("x")),
        .plainKey(.malformedID, key: staticKey),
        .plainKey(.system(SystemError("x", "y", code: 13)), key: staticKey),
        .unsupported(
            .credentialProcess(CredentialProcess(profile: "x", command: name, accountID: nil))),
        .instanceMetadata(.invalidEndpoint(.invalidURL("x"))), .instanceMetadata(.noRole),
        .instanceMetadata(.transport(.timedOut(host: "h", .whole))),
        .instanceMetadata(.tokenRefused(status: 400)), .instanceMetadata(.version1Disabled),
        .instanceMetadata(.refused(status: 500, version: 2)),
        .instanceMetadata(.document(.notAnObject)), .container(.invalidURI("x")),
        .container(.hostNotAllowed("x")), .container(.invalidToken),
        .malformedContainerToken("x"),
        .container(.transport(.timedOut(host: "h", .whole))),
        .container(.refused(status: 403, message: "x")), .container(.document(.notAnObject)),
    ]

private let plans: [PlanError] = [
    .unknownProfile("x", origin: .standard, nearest: nil),
    .unknownProfile("x", origin: .variable("AWS_PROFILE"), nearest: nil),
    .unknownProfile("x", origin: .flag("PROFILE"), nearest: .name("y")),
    .unknownProfile("x", origin: .flag("PROFILE"), nearest: .skipped(skipped)),
    .noCredentials(profile: "x", section: nil),
    .halfKey(profile: "x", missing: "y", origin: .standard),
    .twoSources(profile: "x", name, .standard), .tokenWithoutRole(profile: "x", .standard),
    .noEnvironmentKey(Setting(.environment, from: .standard)),
    .noContainer(Setting(.ecsContainer, from: .standard)),
    .metadataDisabled(Setting(.ec2InstanceMetadata, from: .standard)), .metadataDisabled(nil),
    .halfSSO(profile: "x", setting: "a", missing: "b"), .unknownSSOSession(name, profile: "x"),
    .halfOpenID(profile: "x", name, missing: "oidc_issuer"),
    .noJobToken(Setting(.gitLab, from: .standard), missing: "GITLAB_OIDC_TOKEN"),
    .noJobToken(Setting(.gitLab, from: .variable("GITLAB_CI")), missing: "GITLAB_OIDC_TOKEN"),
    .samlWithoutResponse(profile: "x", name), .flagWithoutSAML(.flag("--saml-role"), profile: name),
    .misplacedSSO(name, key: "sso_region"),
    .halfRolesAnywhere(profile: "x", setting: "a", missing: "b"),
    .halfRolesAnywhere(profile: "x", setting: "a", missing: "roles_anywhere_certificate"),
    .rolesAnywhereRegions(
        Setting(role, from: .standard), Setting(role, from: .flag("x"))),
    .closedRole(role, .serviceLinked(service: "x")),
    .closedRole(role, .identityCenter(permissionSet: nil)), .closedRole(role, .reserved),
    .exclusive(.standard, .standard), .needsLongTermKey(.flag("--x")),
    .malformed(name, expected: "y"), .malformed(Setting("", from: .standard), expected: "y"),
    .unreadablePolicy(name), .unknownAccount(role: "x", key: nil),
    .roleWithoutSource(profile: "x", role: Setting(role, from: .standard)),
    .unknownSource(name, profile: "y", nearest: nil),
    .unknownSource(name, profile: "y", nearest: .name("z")),
    .unknownSource(name, profile: "y", nearest: .skipped(skipped)),
    .cycle([name, name]), .profileWithoutRole(name), .unknownAccount(role: "x", key: key),
    .invalidRole(name), .flagWithoutRole(.flag("--external-id")),
    .flagNotTaken(.flag("--external-id"), by: .saml),
    .invalidValue(name, form: .mfaSerial),
    .durationOutOfBounds(hour, bounds: .seconds(900) ... .seconds(1800)),
    .foreignRole(Setting(role, from: .standard), callerPartition: "aws-cn"),
    .chainedTooLong(hour, role: role), .durationOfSource(hour),
    .minimumTTLTooLong(Setting(.seconds(7200), from: .flag("--min-ttl")), duration: hour),
    .unknownCaller(key),
]

private let vaults: [VaultError] = [
    .absent(profile: "x"), .unsuitableName("x"), .damagedEntry(profile: "x"),
    .timedOut(after: .seconds(5), prompting: true), .timedOut(after: .seconds(5), prompting: false),
    .library(library), .locked, .leftLocked, .refused, .noDaemon, .noBus(reason: "unset"),
    .noDefaultCollection, .connectionLost, .unencryptedSession, .wrongPassword,
    .foreignKeyring, .foreignKeyringWithoutCollection,
    .serviceFailed(name: "org.x", message: "no"),
    .serviceFailed(name: "org.x", message: "maybe libqca-ossl is missing"),
    .foreignSecret(profile: "x"), .mayStillStore(after: .seconds(5)),
    .index(SystemError("open", "/x", code: 13)), .busyIndex(path: "/x"),
    .file(SystemError("open", "/x", code: 13)), .file(SystemError("open", "/x", code: 28)),
    .busyFile(path: "/y"), .outOfMemory(bytes: 1 << 27),
    .notRegularFile(path: "/x"), .exposedFile(path: "/x", mode: 0o644),
    .foreignFile(path: "/x", owner: 1), .truncatedFile(path: "/x"), .damagedFile(path: "/x"),
    .laterVersion(path: "/x", version: 2), .wrongPassphrase(path: "/x"),
    .noPassphrase(.noTerminal), .noPassphrase(.cancelled), .noPassphrase(.repeatedDifferently),
    .noPassphrase(.empty), .misread(profile: "x"), .changedPassphrase(path: "/x"),
    .unreadableCopy(path: "/x"),
]

private let requests: [AWSError] = [
    service("InvalidClientTokenId"), service("SignatureDoesNotMatch"), service("ExpiredToken"),
    service("AccessDenied"), service("RegionDisabledException"), service("Throttling"),
    service("InternalFailure", status: 500), service("Odd", ""),
    .service(
        AWSServiceError(
            operation: "AssumeRole", code: "RequestExpired", message: "Late", status: 400,
            clockSkew: .seconds(-3600))),
    .unreadable(operation: "AssumeRole", status: 200, reason: "no XML"),
    .libraryUnavailable(library),
    .transport(.invalidURL(reason: "x")), .transport(.invalidHeader(name: "x")),
    .transport(.resolve(host: "h", reason: "x")), .transport(.connect(host: "h", reason: "x")),
    .transport(.proxy(reason: "x", status: 403)), .transport(.proxy(reason: "x", status: nil)),
    .transport(.unknownAuthority(host: "h", reason: "x")), .transport(.tls(host: "h", reason: "x")),
    .transport(.caBundle(path: "/x", reason: "x")), .transport(.timedOut(host: "h", .connecting)),
    .transport(.timedOut(host: "h", .whole)), .transport(.interrupted(host: "h", reason: "x")),
    .transport(.bodyTooLarge(limit: 1)), .transport(.other(code: 1, reason: "x")),
    .transport(.libraryUnavailable(library)),
]

private let use = HandOver(command: "exec", program: "terraform")
private func rail<Value>(_ value: Value) -> GuardRail<Value> {
    GuardRail(Setting(value, from: name.origin), of: "x")
}
private let longest = rail(Duration.seconds(3600))
private let questions: [GuardQuestion] = [
    .reason(rail(true)), .confirmation(rail(.yes)), .confirmation(rail(.phrase("I mean it"))),
]
private let guardRails: [GuardRailError] =
    questions.flatMap { [.needsPerson($0), .unanswered($0)] } + [
        .otherCommands(use, rail(["aws", "packer"])),
        .emptyReason, .readOnlyWithoutRole(rail(true)),
        .readOnlyBesidePolicy(rail(true), policy: .flag("--policy")),
        .readOnlyRoot(rail(true)), .tooLong(hour, maximum: longest),
        .minimumTTLTooLong(hour, maximum: longest),
        .endless(maximum: longest),
        .livesTooLong(.seconds(7200), maximum: longest, profile: "x"),
        .livesTooLong(nil, maximum: longest, profile: "x"),
    ]

private let ownErrors: [EngineError] =
    guardRails.map { .guardRail($0) } + [
        .config(.homeUnknown), .file(SystemError("open", "/x", code: 13)),
        .plan(.noCredentials(profile: "x", section: nil)),
        .unreadIndex(.noCredentials(profile: "x", section: nil)),
        .unreadVault(.locked, .flagWithoutRole(.flag("--external-id"))),
        .index(.locked), .policyIsNoJSON(.standard),
        .callerUnknown(service("Odd"), key: key), .caBundle(path: "/x", reason: "y", .standard),
        .program(ExecuteError(program: "x", code: 2)), .roleMaximum(.seconds(3600), .environment),
        .over(subject: "session", Timestamp(secondsSinceEpoch: 0)), .otherKey(id, key: key),
        .code(.terminal(.noTerminal), mfaSerial: "x"), .code(.terminal(.ended), mfaSerial: "x"),
        .wrongCode(mfaSerial: "x", tries: 1), .wrongCode(mfaSerial: "x", tries: 3),
        .call(service("ValidationError", "The requested DurationSeconds exceeds"), of: assumed),
    ]

private let engines: [EngineError] =
    ownErrors + vaults.map { .vault($0, key: key) }
    + requests.flatMap { request in steps.map { .call(request, of: $0) } }
    + programs.map {
        .process($0, ProcessUse(key: "credential_process", command: name, profile: "x"))
    }
    + prompts.map { .code($0, mfaSerial: "x") } + machine
    + signIns.map { .signIn($0, profile: "x") } + consoles.map { .console($0, profile: "x") }
    + samlSources.flatMap { source in samlErrors.map { .saml($0, source) } }
    + [
        .samlFile(SystemError("open", "x", code: 2), name),
        .samlFile(SystemError("read", "-", code: 27), Setting("-", from: .standard)),
    ]
    + [
        service("InvalidIdentityToken", status: 400), service("ExpiredTokenException", status: 400),
        service("AccessDenied"), service("Odd"),
        service("ValidationError", "DurationSeconds", status: 400),
        .transport(.timedOut(host: "h", .whole)),
    ].flatMap { error in
        [nil, "http://localhost:1/saml/acs"].map {
            .samlRefused(error, samlRole, recipient: $0, samlSources[0])
        }
    }
    + certificates.map { .certificate($0, anywhere) }
    + anywhereRefusals.map { .call($0, of: CredentialPlan(.rolesAnywhere(anywhere))) }
    + openIDs.map { .openID($0, profile: "x") }
    + jobTokens.map { .jobToken($0, .gitHubActions) }
    + JobService.allCases.map { .jobVariable("X", $0) }

private let identity = ConsoleSession("arn:aws:iam::111122223333:user/alice")

private let consoles: [ConsoleSignInError] =
    [ConsoleSignInReason.absent, .expired, .credentialsChanged, .refused].flatMap {
        [.needed(identity, $0), .needed(nil, $0)]
    } + [
        .denied, .timedOut(after: .seconds(60)), .refused(code: "server_error", description: "No"),
        .refused(code: "x", description: ""), .listener(.library(library)),
        .listener(.portInUse(1)), .paste(.noTerminal), .paste(.ended), .malformedPaste,
        .notPermitted(identity), .notPermitted(nil), .codeExpired, .clock,
        .otherIdentity(identity, asked: ConsoleSession("arn:aws:iam::1:root")), .noIdentity,
        .endpoint(.invalidRegion("x")), .service(service("Odd"), identity),
        .service(service("Odd"), nil), .vault(.locked, identity), .library(library),
    ]

private let samlRole = SAMLRole(role: role, provider: role)

/// A source for each way that a response comes in.
private let samlSources: [SAMLSource] = [
    "saml_idp_url = https://x", "saml_process = x", "saml_file = x", "saml_file = -",
].map { line in
    do {
        let config = try ConfigFiles(
            config: Secret("[profile x]\n\(line)\n"), credentials: nil,
            paths: ConfigPaths(variable: { _ in "/home/me" }))
        var request = PlanRequest()
        request.profile = name
        let facts = PlanFacts(keys: [], userAndHost: { ("me", "box") })
        let plan = try Planner.plan(request, config: config, facts: facts)
        guard case .saml(let source) = plan.credentials.source else { preconditionFailure(line) }
        return source
    } catch { preconditionFailure("\(error)") }
}

private let samlResponses: [SAMLResponseError] = [
    .empty, .notBase64, .notXML("x"), .otherDocument("x"), .several, .encrypted,
    .refused(status: "x", message: ""), .refused(status: "x", message: "y"), .noAssertion,
    .tooLong(1), .library(library),
]

private let moment = Timestamp(secondsSinceEpoch: 0)

private let samlErrors: [SAMLError] =
    samlResponses.map { .response($0) } + [
        .needed, .timedOut(after: .seconds(60)), .listener(.portInUse(1), port: 1),
        .listener(.library(library), port: 1), .inputIsTerminal, .tooOld(moment, now: moment),
        .notYetValid(moment, now: moment), .signInOver(moment), .wrongAudience(["x"]), .noRoles,
        .otherProvider(role, [samlRole]), .noSuchRole("x", [samlRole], nearest: nil),
        .noSuchRole("x", [samlRole], nearest: "y"), .noneChosen,
        .severalRoles(Array(repeating: samlRole, count: 21)),
    ]

private let anywhere: RolesAnywhereSource = {
    var source = RolesAnywhereSource(
        profile: "x",
        place: .files(certificate: name, privateKey: nil, chain: nil, digest: nil),
        trustAnchor: Setting(role, from: .standard),
        anywhereProfile: Setting(role, from: .standard),
        role: Setting(role, from: .standard))
    source.duration = hour
    source.sessionName = name
    return source
}()

private let anywhereRefusals: [AWSError] =
    requests
    + [
        "Untrusted certificate", "Wrong signature", "Unable to assume role",
        "durationSeconds is too long", "Custom role session name is not accepted",
    ].map { service("AccessDeniedException", $0) }

private let keyFiles: [KeyFileError] = [
    .nothing, .encrypted, .wrongPassphrase, .unsupported, .tooLarge, .library(library),
]

private let certificates: [CertificateError] =
    [CertificateError.Part.certificate, .privateKey, .chain].flatMap { part in
        keyFiles.map { .content($0, part, path: "/x") }
    } + [
        .file(SystemError("open", "/x", code: 2), path: "/x"),
        .file(SystemError("open", "/x", code: 13), path: "/x"), .noTerminal(path: "/x"),
        .noPassphrase(path: "/x"), .wrongPassphrase(path: "/x", tries: 3),
        .otherKey(certificate: "/x", privateKey: "/y"),
        .expired(subject: "/CN=x", Timestamp(secondsSinceEpoch: 0)),
        .notYetValid(subject: "/CN=x", Timestamp(secondsSinceEpoch: 0)),
        .weakKey(.rsa(bits: 1024)), .unsupportedKey(.ec(curve: "secp256k1")),
        .unsupportedKey(.other("ED25519")), .weakHash, .authority(subject: "/CN=x"),
        .oldVersion(1), .mayNotSign, .vault(.locked), .absent, .damaged,
    ]

private let place = OpenIDPlace(
    issuer: "https://x.example", clientID: "c", scopes: ["openid"], namesScopes: true)

private let providers: [OpenIDProviderError] =
    [
        .insecure("http://x"), .otherIssuer("https://y"),
        .noConfiguration(url: "https://x/.well-known/openid-configuration", status: 404),
        .transport(.timedOut(host: "h", .whole)), .unreadable(url: "https://x", reason: "y"),
    ]
    + ["invalid_client", "invalid_scope", "invalid_request", "odd"].map {
        .refused(code: $0, description: $0 == "odd" ? "" : "No")
    }

private let faults: [IDTokenFault] = [
    .malformed, .missing("aud"), .algorithm("none"), .algorithm("HS256"), .unknownKey("k"),
    .unknownKey(nil), .signature, .issuer("y"), .audience(["a", "b"]), .authorizedParty("y"),
    .nonce, .subject, .expired(moment), .issuedLater(moment),
]

private let openIDs: [OpenIDError] =
    [SignInReason.absent, .expired, .revoked].map { .needed(place, $0) }
    + [
        .denied(place), .timedOut(place, after: .seconds(60)), .unsupported(place, .device),
        .unsupported(place, .browser(opens: true)),
        .refused(place, code: "invalid_scope", description: "No"),
        .refused(place, code: "x", description: ""), .listener(.portInUse(1)), .noIDToken(place),
        .vault(.locked, place), .clientSecret, .library(library),
    ] + providers.map { .provider($0, place) } + faults.map { .token($0, place) }

private let jobTokens: [JobTokenError] = [
    .invalidURL("http://x"), .invalidBearer, .transport(.timedOut(host: "h", .whole)),
    .refused(status: 403, message: "No"), .refused(status: 403, message: ""), .noToken,
]

private let portal = AccessPortal(
    session: "my-sso", startURL: "https://x.awsapps.com/start", region: "eu-west-1", scopes: [])

private let signIns: [SignInError] =
    [SignInReason.absent, .expired, .revoked].map { .needed(portal, $0) }
    + [NearestRole.unknown, .account(nil), .account("1"), .roles(["A", "B"], nearest: "A")].map {
        .noAccess(role: "R", account: "2", portal, nearest: $0)
    } + [
        .noAccess(
            role: "R", account: "2", portal,
            nearest: .roles((1...12).map { "A\($0)" }, nearest: nil)),
        .noAccount("1", portal, nearest: nil), .noAccount("1", portal, nearest: "2"),
        .denied(portal), .timedOut(portal, after: .seconds(60)), .unknownPortal(portal),
        .rejected(portal), .service(service("Odd"), portal), .vault(.locked, portal), .noRole,
        .library(library), .refused(portal, code: "server_error", description: "No"),
        .refused(portal, code: "x", description: ""), .listener(.library(library)),
        .listener(.invalidAddress(.path("x"))), .listener(.portInUse(1)), .listener(.timedOut),
        .listener(.system(SystemError("bind", "x", code: 13))),
    ]

private let usages: [UsageError] = [
    UsageError(.missingCommand, command: nil),
    UsageError(.unknownCommand("x", nearest: nil), command: nil),
    UsageError(.unknownCommand("x", nearest: .exec), command: nil),
    UsageError(.unknownFlag("--x", nearest: nil), command: .exec),
    UsageError(.unknownFlag("--x", nearest: .role), command: .exec),
    UsageError(.flagOfOtherCommands(.role, [.exec, .export]), command: .add),
    UsageError(.flagBeforeCommand(.role), command: nil),
    UsageError(.missingValue(.role, name: "ROLE"), command: .exec),
    UsageError(.needlessValue(.fresh), command: .exec),
    UsageError(.invalidValue(.duration, "x", expected: .duration), command: .exec),
    UsageError(.invalidValue(.mfaToken, nil, expected: .code), command: .exec),
    UsageError(.repeatedFlag(.role), command: .exec),
    UsageError(.exclusiveFlags(.env, .stdin), command: .add),
    UsageError(.missingArgument("PROFILE"), command: .remove),
    UsageError(.surplusArgument(accepted: 0), command: .list),
    UsageError(.surplusArgument(accepted: 1), command: .list),
    UsageError(.emptyProfile, command: .add), UsageError(.emptyPath, command: .scan),
    UsageError(.unknownNames("x"), command: .complete),
    UsageError(.unknownAction("x"), command: .sso),
    UsageError(.unknownShell("x"), command: .shellInit),
]

private let commands: [Failure] =
    [
        .noProfileNamed, .noKey(profile: "x", nearest: nil), .noKey(profile: "x", nearest: "y"),
        .unknownProfile("x", nearest: nil), .unknownProfile("x", nearest: .name("y")),
        .unknownProfile("x", nearest: .skipped(skipped)), .noMatch("x", nearest: nil),
        .noMatch("x", nearest: .name("y")), .malformedProfileName("x y"), .unknownVault("x"),
        .unconfirmed(command: "credtool add"), .noTerminalForPassword, .emptyPassword,
        .passwordsDiffer, .noTerminalForKey(profile: "x"),
        .missingVariable("X"), .malformedInput, .malformedKeyID, .secretAsKeyID,
        .nothingChosen, .malformedTag("x"), .noTaggedProfile("x=y"),
        .malformedSecret, .noPlainKey(profile: "x"), .newKeyLost(.noProfileNamed, id: id),
        .temporaryKey(id), .rootKey(account: "1", profile: "x"),
        .keyRefused(service("InvalidClientTokenId"), id: id, profile: "x"),
        .unexpected("X"), .profileComesFirst("x"), .noSignIn(profile: nil), .noSignIn(profile: "x"),
        .severalSignIns(["x", "y"]), .profileInUse("x"),
        .consoleLogin(.denied, profile: "x"), .syncWithoutSession(profile: "x"),
        .blockWithoutEnd(session: "x", path: "y"),
        .storedButNot("noted", .noProfileNamed), .removedButNot("noted", .noProfileNamed),
    ]

private let handovers: [HandoverFailure] =
    [
        .processPartWithoutEnd(path: "x"), .drawsFromCredtool("x"), .nameForProcessTaken("x"),
        .unwritableProcess("x"), .notSetUp("x"), .noJobFile, .nothingToUnset(.json),
        .noShellFunctions(command: "use", shell: nil),
        .noShellFunctions(command: "use", shell: .fish),
    ]
    + ExportFormat.allCases.flatMap {
        [
            HandoverFailure.secretsOnTerminal($0, profile: nil),
            .secretsOnTerminal($0, profile: "a b"),
        ]
    }

private let scans: [ScanFailure] = [
    .place(SystemError("stat", "x", code: 2)), .place(SystemError("stat", "x", code: 13)),
    .noFile("x"), .kernelFiles("/proc"),
]

private let openings: [ConsoleFailure] =
    [
        .noRole(profile: "x y"), .noPortal(profile: "x"), .noBrowserCame(after: .seconds(60)),
        .federation(service("AccessDenied"), host: "h", profile: "x", isOuter: false),
    ]
    + [302, 400].map {
        .federation(
            .unreadable(operation: "getSigninToken", status: $0, reason: "no token"), host: "h",
            profile: "x", isOuter: true)
    }
    + [ConsoleLinkError.service("x"), .region("x"), .unknownConsole(partition: "aws-iso")].map {
        .link($0)
    }
    + [
        BrowserError.invalidURL, .noProgram(["x"]), .failed(program: "x", .exited(1)),
        .cannotStart(.cannotStart(ExecuteError(program: "x", code: 13))), .noContainers(["x"]),
    ].map { .browser($0) }

private let vaultCommands: [VaultCommandFailure] =
    [
        .flagOfOtherActions(.to, .backup, [.move]), .noDestination, .nothingStored,
        .underRotation(profile: "x y"),
        .backupOverVault(path: "x"), .noBackup(path: "x"), .emptyBackup(path: "x"),
        .otherKeys(["x", "y"], path: "a b"), .noFileVault, .keyNotHeld, .holdingKeyring,
    ]
    + vaults.flatMap { [.backup($0, path: "x"), .newPassphrase($0)] }

private let listed = [
    ListedKey(
        id: id, isActive: true, age: .seconds(86_400), isStored: true,
        use: .last(.seconds(30), service: "sts", region: "us-east-1")),
    ListedKey(id: id, isActive: false, age: .zero, isStored: false, use: .never),
    ListedKey(id: id, isActive: true, age: .zero, isStored: false, use: .unknown),
]

private let rotations: [RotationFailure] =
    [
        .noStoredKey(profile: "x y"), .keyOfAnother(profile: "x", owner: "y z"),
        .notAUser(role, profile: "x"), .twoKeys(Array(listed.prefix(2)), user: "u", profile: "x"),
        .twoKeys([listed[0], listed[2]], user: "u", profile: "x"),
        .twoKeys([listed[0]], user: "u", profile: "x"),
        .unlisted(id, user: "u", profile: "x"),
        .denied(service("AccessDenied"), profile: "x", withMFA: false),
        .denied(service("AccessDenied"), profile: "x", withMFA: true),
        .unknownNewKey(id, after: .seconds(60), profile: "x"),
        .newKeyLost(id, user: "u", .aws(service("X"))),
        .stopped(.aws(service("X")), at: nil, profile: "x"),
        .damagedRecord(profile: "x"), .otherKeySince(profile: "x"), .busy(path: "/x"),
        .some(1, of: 1), .some(1, of: 2),
    ]
    + RotationRecord.Step.allCases.map { .stopped(.aws(service("X")), at: $0, profile: "x") }

private let signs: [SignError] =
    RequestURLError.allCases.map { .url($0) } + [
        .method, .header, .addedHeader("Authorization"), .bodyOfHead, .noFile("x"), .inputForCurl,
        .expiresAlone, .expiry(longest: .seconds(3600)), .noService(host: "x"),
        .noRegion(host: "x"), .transport(.bodyTooLarge(limit: 1)),
        .transport(.timedOut(host: "h", .whole)),
        .answered(host: "x", status: 403, bucketRegion: nil),
        .answered(host: "x", status: 301, bucketRegion: "eu-west-1"), .binaryAnswer(size: 1),
    ]

private let sources: [ImportSource] = [.awsFiles, .awsVault, .envchain, .csv("x y")]

private let imports: [ImportFailure] =
    sources.flatMap { source in
        [
            ImportFailure.nothingFound(source), .notFound(profile: "x", source, nearest: nil),
            .notFound(profile: "x", source, nearest: "y"),
        ]
    }
    + [
        .oneProfile, .noFile("x"), .noKeyInFile("x"), .awsVaultBackend("pass"), .lockedKeyring("x"),
        .noPassphrase,
        .wrongPassphrase(directory: "~/.awsvault/keys"), .unreadableItem("x"),
        .secondKey(profile: "x"), .otherKey(id, old: id, profile: "x"),
        .notReadBack(profile: "x", .file),
    ]

private let all: [Failure] =
    plans.map { .plan($0) } + vaults.map { .vault($0) } + requests.map { .aws($0) }
    + engines.map { .engine($0) } + certificates.map { .certificate($0) }
    + usages.map { .usage($0) } + commands + handovers.map { .handover($0) }
    + openings.map { .console($0) } + rotations.map { .rotation($0) } + signs.map { .sign($0) }
    + vaultCommands.map { .vaultCommand($0) }
    + scans.map { .scan($0) }
    + [(1, 0), (1, 1), (2, 1), (2, 2)].map { .doctor(.problems($0, fixable: $1)) }
    + imports.map { .importing($0) }
    + signIns.map { .signIn($0, command: "credtool sso accounts --session my-sso") }
    + [
        .config(.grammar(path: "~/.aws/config", line: 1, problem: .noSection)),
        .config(.invalidValue(key: "region", value: "x", origin: .standard, expected: .region)),
        .config(
            .unknownInclude(Setting("x", from: .standard), profile: "y", nearest: .name("z"))),
        .config(
            .unknownInclude(
                Setting("x", from: .standard), profile: "y", nearest: .skipped(skipped))),
        .config(.unknownInclude(Setting("x", from: .standard), profile: "y", nearest: nil)),
        .config(.includeCycle([Setting("x", from: .standard)])),
        .config(.unknownServices(Setting("x", from: .standard), profile: "y", nearest: nil)),
        .config(.incompleteKey(profile: "x", missing: "aws_access_key_id", origin: .standard)),
        .config(.continuedSecret(key: "aws_secret_access_key", origin: .standard)),
        .config(.homeUnknown), .config(.relativeHome("x")), .edit(.key("x")),
        .edit(.value("x", key: "y")),
        .edit(.profileName("x y")), .edit(.file(.homeUnknown)),
        .endpoint(.invalidRegion("x")), .endpoint(.invalidURL("x")),
        .endpoint(.fipsWithOverride), .endpoint(.dualStackWithOverride), .endpoint(.fipsWithOAuth),
        .endpoint(.missingRegion), .sessions(.system(SystemError("open", "/x", code: 13))),
        .sessions(.refused), .sessions(.full),
        .sessions(.malformed), .sessions(.busy(path: "/x")), .sessions(.vault(.locked)),
        .terminal(.noTerminal),
        .terminal(.ended), .terminal(.library(library)),
        .system(SystemError("open", "/x", code: 13)), .system(SystemError("open", "/x", code: 5)),
        .execute(ExecuteError(program: "x", code: 2)),
        .execute(ExecuteError(program: "x", code: 13)),
        .execute(ExecuteError(program: "/tmp", code: 13)),
        .export(UnwritableValue("region", in: .ini)),
        .server(.ended), .server(.place("x", .malformed)), .server(.place("x", .everyAddress)),
        .server(.oneProfile), .server(.metadataForAll), .server(.noProfileToInstall),
        .server(.noToken("/x")), .server(.listener(.library(library))),
        .server(.listener(.portInUse(9911))), .server(.listener(.timedOut)),
        .server(.listener(.system(SystemError("bind", "x", code: 13)))),
    ]
    + ["/etc/passwd", "/proc/self/exe"].map {
        .execute(ExecuteError(program: $0, code: ENOEXEC))
    }
    + [E2BIG, ETXTBSY, ENOEXEC, ENOENT, EACCES, ELOOP].map {
        .execute(ExecuteError(program: "/bin/sh", code: $0))
    }
    + [EACCES, ENOSPC, EISDIR, EFBIG, EMFILE, ENFILE, EAGAIN, ENOMEM, EIO].map {
        .system(SystemError("open", "/x", code: $0))
    } + [
        .system(SystemError("flock", "/x", code: EWOULDBLOCK)),
        .system(SystemError("read", "/x", code: ETIMEDOUT)),
        .system(SystemError("fstat", "/x", code: EINVAL)),
    ]

@Test(arguments: all)
func everyFailureSaysWhatHappenedAndWhatToTypeNext(_ failure: Failure) throws {
    let first = try #require(failure.message.first)
    #expect(
        !first.isUppercase || failure.message.hasPrefix("AWS")
            || ["CREDTOOL", "PROFILE", "METHOD", "URL"].contains {
                failure.message.hasPrefix($0)
            },
        "\(failure.message)")
    #expect(!failure.message.hasSuffix("."), "\(failure.message)")
    #expect(!failure.message.contains("without words"))
    #expect(!failure.hints.isEmpty, "\(failure.message)")
    for hint in failure.hints { #expect(!hint.isEmpty && !hint.hasSuffix("."), "\(hint)") }
}

/// What is wrong with a backup is not told as if it were the file vault.
@Test(arguments: vaults)
func aBackupIsNotTheFileVault(_ error: VaultError) {
    switch error {
    case .wrongPassphrase, .truncatedFile, .damagedFile, .laterVersion, .unreadableCopy, .file,
        .outOfMemory:
        let words = Failure.vaultCommand(.backup(error, path: "x"))
        #expect(!(words.message + words.hints.joined()).contains("file vault"))
    default: break
    }
}

@Test func theFiveSituationsOfTheKeyringAreToldApart() {
    let five: [VaultError] = [
        .locked, .refused, .absent(profile: "x"), .noDaemon, .noBus(reason: "unset"),
    ]
    #expect(Set(five.map { Failure.vault($0).message }).count == 5)
    #expect(Set(five.map { Failure.vault($0).hints }).count == 5)
}

@Test(arguments: [
    (Failure.noProfileNamed, Command.list, Int32(1)), (.noProfileNamed, .exec, 125),
    (.usage(usages[0]), .list, 2), (.usage(usages[0]), .exec, 125),
    (.vaultCommand(.noDestination), .vault, 2), (.vaultCommand(.nothingStored), .vault, 1),
    (.execute(ExecuteError(program: "x", code: 2)), .exec, 127),
    (.execute(ExecuteError(program: "x", code: 13)), .exec, 126),
    (.execute(ExecuteError(program: "/bin/sh", code: 2)), .exec, 127),
])
func exitCodes(failure: Failure, command: Command, code: Int32) {
    #expect(failure.exitCode(of: command) == code)
}

@Test func aDenialNamesRoleAndCallerAndLikelyCauses() {
    let failure = Failure.engine(
        .call(service("AccessDenied"), of: assumed))
    #expect(failure.message.contains("\(role)"))
    #expect(failure.message.contains("key AKIA…0001 of profile work"))
    #expect(failure.hints.joined().contains("--external-id"))
    #expect(failure.hints.joined().contains("--mfa-serial"))
}

@Test(arguments: [(-3600, "1h behind"), (90, "1m30s ahead of")])
func aClockThatIsOffIsToldByHowMuch(skew: Int, words: String) {
    let error = AWSError.service(
        AWSServiceError(
            operation: "X", code: "RequestExpired", message: "Late", status: 400,
            clockSkew: .seconds(skew)))
    #expect(Failure.aws(error).message.contains(words))
}

/// The names of the cases that `type` has in a file below Sources/.
private func cases(of type: String, in file: String) throws -> Set<String> {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
        contentsOf: root.appending(path: "Sources/\(file)"), encoding: .utf8)
    let start = try #require(text.range(of: "enum \(type): "))
    var names: Set<String> = []
    for line in text[start.upperBound...].split(separator: "\n").dropFirst() {
        if line.hasPrefix("}") { break }
        guard line.hasPrefix("    case ") else { continue }
        names.insert(String(line.dropFirst(9).prefix { $0.isLetter || $0.isNumber }))
    }
    return names
}

private func name(_ error: some Error) -> String {
    String(String(describing: error).prefix { $0 != "(" }.split(separator: ".").last ?? "")
}

/// A case without a sample above would go out with words that nobody read.
@Test func everyCaseIsAmongTheSamples() throws {
    func isComplete(_ samples: [some Error], _ type: String, _ file: String) throws {
        let missing = try cases(of: type, in: file).subtracting(samples.map(name))
        #expect(missing.isEmpty, "\(type) without a sample: \(missing.sorted())")
        #expect(try cases(of: type, in: file).count > 1)
    }
    try isComplete(plans, "PlanError", "Planning/PlanError.swift")
    try isComplete(engines, "EngineError", "Engine/EngineError.swift")
    try isComplete(programs, "ProcessFailure", "Engine/EngineError.swift")
    try isComplete(guardRails, "GuardRailError", "Planning/GuardRailError.swift")
    try isComplete(signIns, "SignInError", "SignIn/IdentityCenter/SignInError.swift")
    try isComplete(consoles, "ConsoleSignInError", "SignIn/Console/ConsoleSignInError.swift")
    try isComplete(openIDs, "OpenIDError", "SignIn/OpenID/OpenIDError.swift")
    try isComplete(samlErrors, "SAMLError", "SignIn/SAML/SAMLDecisions.swift")
    try isComplete(samlResponses, "SAMLResponseError", "AWS/SAMLResponse.swift")
    try isComplete(certificates, "CertificateError", "SignIn/Certificates/CertificateError.swift")
    try isComplete(keyFiles, "KeyFileError", "Crypto/PrivateKey.swift")
    try isComplete(vaults, "VaultError", "Vault/VaultError.swift")
    try isComplete(prompts, "PromptError", "Prompts/PromptError.swift")
    try isComplete(documents, "CredentialDocumentError", "AWS/CredentialDocument.swift")
    try isComplete(requests, "AWSError", "AWS/AWSError.swift")
    try isComplete(handovers, "HandoverFailure", "credtool/HandoverFailure.swift")
    try isComplete(openings, "ConsoleFailure", "credtool/ConsoleFailure.swift")
    try isComplete(scans, "ScanFailure", "credtool/Scanning/ScanFailure.swift")
    try isComplete(
        openings.compactMap { if case .link(let error) = $0 { error } else { nil } },
        "ConsoleLinkError", "AWS/FederationLink.swift")
    try isComplete(
        openings.compactMap { if case .browser(let error) = $0 { error } else { nil } },
        "BrowserError", "Loopback/Browser.swift")
    try isComplete(rotations, "RotationFailure", "credtool/RotationFailure.swift")
    try isComplete(signs, "SignError", "credtool/Wording/SignWording.swift")
    try isComplete(imports, "ImportFailure", "credtool/Importing/ImportFailure.swift")
    try isComplete(all, "Failure", "credtool/Failure.swift")
    try isComplete(
        all.compactMap { if case .config(let error) = $0 { error } else { nil } },
        "ConfigError", "Profiles/ConfigError.swift")
    try isComplete(
        all.compactMap { if case .endpoint(let error) = $0 { error } else { nil } },
        "EndpointError", "AWS/Endpoint.swift")
    try isComplete(
        all.compactMap { if case .sessions(let error) = $0 { error } else { nil } },
        "RecordStoreError", "Store/SecretRecord.swift")
    try isComplete(
        all.compactMap { if case .terminal(let error) = $0 { error } else { nil } },
        "TerminalError", "System/Terminal.swift")
    try isComplete(
        requests.compactMap { if case .transport(let error) = $0 { error } else { nil } },
        "HTTPError", "HTTP/HTTPError.swift")
    try isComplete(
        machine.compactMap { if case .instanceMetadata(let error) = $0 { error } else { nil } },
        "InstanceMetadataError", "AWS/InstanceMetadata.swift")
    try isComplete(
        machine.compactMap { if case .container(let error) = $0 { error } else { nil } },
        "ContainerCredentialsError", "AWS/ContainerCredentials.swift")
}

@Test(arguments: [
    ("/tmp", EACCES), ("/bin/sh", ENOENT), ("/bin/sh", ENOEXEC), ("/bin/sh", E2BIG),
    ("/bin/sh", ETXTBSY), ("/bin/sh", EACCES), ("/nonexistent", ENOENT),
    ("/etc/passwd", EACCES), ("/etc/passwd", ENOEXEC),
])
func chmodIsNotNamedWhereItCannotHelp(program: String, code: Int32) {
    let failure = Failure.execute(ExecuteError(program: program, code: code))
    #expect(!failure.hints.joined().contains("chmod"))
    #expect(
        Failure.engine(
            .process(
                .run(.cannotStart(ExecuteError(program: program, code: code))),
                ProcessUse(key: "credential_process", command: name, profile: "x"))
        ).hints.joined()
            .contains("chmod") == false)
}

@Test func aHeldLockSaysWhoseItIs() {
    let failure = Failure.system(SystemError("flock", "/data/vault.lock", code: EWOULDBLOCK))
    #expect(failure.message == "another credtool holds /data/vault.lock")
    #expect(failure.hints.joined().contains("fuser -v /data/vault.lock"))
}
