// A plan as `plan` shows it: the steps, where every setting came from, and what is cached.
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import Store

/// The document of `plan --json`; its text is made of the same.
struct PlanDocument {
    /// A value and where it came from.
    struct Value: Equatable {
        var value: String
        var origin: String

        var json: JSONValue { .sorted(["value": .string(value), "origin": .string(origin)]) }
    }

    /// What the cache has of a step.
    struct Cached: Equatable {
        var step: Int
        var subject: String
        var isCached: Bool
        var expiration: String?
        var secondsLeft: Int?

        var json: JSONValue {
            .sorted([
                "step": .integer(step), "subject": .string(subject), "isCached": .boolean(isCached),
                "expiration": expiration.map { .string($0) },
                "secondsLeft": secondsLeft.map { .integer($0) },
            ])
        }
    }

    var profile: String
    var steps: [PlanStep]
    var settings: [String: Value]
    /// What the profile says to programs besides, by variable.
    var environment: [String: Value]
    var cache: [Cached]
    var calls: [String]
    var needsMfaCode: Bool
    /// Whether and until when somebody is signed in; nil where no sign-in is needed.
    var signIn: SignInState?
    var reasons: [String]
    /// Why it cannot be carried out, where that is known beforehand.
    var obstacle: String?

    /// Whether no session is cached that makes the source needless.
    var needsSource: Bool { !cache.contains { $0.isCached } }

    /// - Parameters:
    ///   - endpoint: The URL that STS is asked at.
    ///   - isFresh: Whether the cached session of the last step is not wanted.
    init(
        _ plan: SessionPlan, endpoint: String, isFresh: Bool, cache summaries: [SessionSummary],
        signIn: SignInState? = nil, now: Timestamp
    ) {
        let credentials = plan.credentials
        profile = plan.profile.value
        steps = [PlanStep(credentials.source)] + credentials.calls.map { PlanStep($0) }
        settings = Self.settings(plan, endpoint: endpoint)
        environment = Dictionary(
            plan.clientSettings.map { setting in
                let origin = "\(setting.value.origin)"
                let text = setting.value.value.withoutUserInfoOfURL
                return (setting.variable, Value(value: text, origin: origin))
            }, uniquingKeysWith: { $1 })
        let names = Fingerprint.names(credentials, target: plan.sts)
        let living = Dictionary(summaries.map { ($0.label.name, $0) }, uniquingKeysWith: { $1 })
        let last = names.count - 1
        cache = names.indices.compactMap { stage in
            guard let name = names[stage] else { return nil }
            let minimum = stage == last ? plan.minimumTTL.value : .seconds(60)
            let isWanted = !(stage == last && isFresh)
            let found = living[name].flatMap { summary in
                isWanted && summary.expiration - now > minimum ? summary : nil
            }
            return Cached(
                step: stage, subject: Self.subject(of: credentials, stage), isCached: found != nil,
                expiration: found?.expiration.description,
                secondsLeft: found.map { ($0.expiration - now).wholeSeconds })
        }
        // Everything before the last step that the cache has needs no call.
        let first = (cache.last { $0.isCached }?.step).map { $0 + 1 } ?? 0
        var operations: [String] = []
        if first == 0, let operation = credentials.source.operation { operations = [operation] }
        let remaining = credentials.calls.dropFirst(max(0, first - 1))
        operations += remaining.map { "sts:\($0.operation)" }
        calls = operations
        self.signIn = signIn ?? (first == 0 ? SignInState(saml: credentials.source, now: now) : nil)
        needsMfaCode = remaining.contains { $0.mfaSerial != nil }
        reasons = plan.reasons
        if case .staticKey(let key) = credentials.source { reasons.insert(key.warning, at: 0) }
    }

    private static func subject(of plan: CredentialPlan, _ stage: Int) -> String {
        stage > 0
            ? SessionLabel.subject(of: plan.calls[stage - 1])
            : SessionLabel.subject(of: plan.source) ?? "session"
    }

    private static func settings(_ plan: SessionPlan, endpoint: String) -> [String: Value] {
        var settings: [String: Value] = ["profile": Value(plan.profile)]
        settings["region"] = plan.region.map { Value($0) }
        settings["stsRegion"] = Value(
            value: plan.sts.region, origin: plan.region.map { "\($0.origin)" } ?? "default")
        settings["endpointUrl"] = Value(
            value: endpoint.withoutUserInfo,
            origin: plan.sts.endpointURL.map { "\($0.origin)" } ?? "default")
        settings["useFipsEndpoint"] = plan.sts.fips.map {
            Value(value: "\($0.value)", origin: "\($0.origin)")
        }
        settings["useDualstackEndpoint"] = plan.sts.dualStack.map {
            Value(value: "\($0.value)", origin: "\($0.origin)")
        }
        settings["stsRegionalEndpoints"] = plan.sts.regionalEndpoints.map {
            Value(value: $0.value.rawValue, origin: "\($0.origin)")
        }
        settings["caBundle"] = plan.caBundle.map { Value($0) }
        settings["mfaPrompt"] = plan.mfaPrompt.method.map {
            Value(value: $0.value.rawValue, origin: "\($0.origin)")
        }
        settings["mfaProcess"] = plan.mfaPrompt.process.map { Value($0) }
        let rails = plan.guardRails
        settings["confirm"] = Value(rails.confirmations) {
            switch $0 {
            case .yes: "true"
            case .phrase(let phrase): phrase
            }
        }
        settings["reason"] = rails.reason.map { Value(value: "required", origin: "\($0.origin)") }
        settings["allowCommands"] = Value(rails.allowedCommands) { $0.joined(separator: ",") }
        settings["readOnly"] = rails.readOnly.map { Value(value: "true", origin: "\($0.origin)") }
        settings["maxDuration"] = rails.maximumDuration.map {
            Value(value: $0.value.argument, origin: "\($0.origin)")
        }
        settings["title"] = rails.title.map { Value($0) }
        settings["forgetOn"] = plan.forgetOn.map {
            Value(value: $0.value.text, origin: "\($0.origin)")
        }
        settings["notifyBefore"] = plan.notifyBefore.map {
            Value(value: $0.value.argument, origin: "\($0.origin)")
        }
        settings["minTtl"] = Value(
            value: plan.minimumTTL.value.argument, origin: "\(plan.minimumTTL.origin)")
        return settings
    }

    var json: JSONValue {
        .sorted([
            "profile": .string(profile), "steps": .array(steps.map(\.json)),
            "settings": .sorted(settings.mapValues { $0.json }),
            "environment": .sorted(environment.mapValues { $0.json }),
            "cache": .array(cache.map(\.json)), "calls": .array(calls.map(JSONValue.string)),
            "needsMfaCode": .boolean(needsMfaCode), "signIn": signIn?.json,
            "reasons": .array(reasons.map(JSONValue.string)),
            "obstacle": obstacle.map(JSONValue.string),
        ])
    }

    /// The same for people.
    var text: String {
        var lines = ["profile \(profile) (\(settings["profile"]?.origin ?? ""))"]
        let states = Dictionary(cache.map { ($0.step, $0) }, uniquingKeysWith: { $1 })
        for (index, step) in steps.enumerated() {
            let state = states[index]
            let note =
                state.map { state in
                    state.isCached
                        ? "  [cached, \(rounded(.seconds(state.secondsLeft ?? 0))) left]"
                        : "  [not cached]"
                } ?? ""
            lines.append("\(index + 1). \(step.kind)\(note)")
            for (name, value) in step.parameters {
                lines.append("     \(name): \(value.value)  (\(value.origin))")
            }
        }
        lines.append("settings")
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) where name != "profile" {
            lines.append("     \(name): \(value.value)  (\(value.origin))")
        }
        if !environment.isEmpty { lines.append("variables for programs, from the profile") }
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            lines.append("     \(name): \(value.value)  (\(value.origin))")
        }
        lines.append("calls: " + (calls.isEmpty ? "none" : calls.joined(separator: ", ")))
        if needsMfaCode { lines.append("an MFA code will be asked for") }
        if let signIn { lines.append("sign-in: \(signIn.text)") }
        lines += reasons.map { "because: \($0)" }
        return lines.joined(separator: "\n")
    }
}

extension PlanDocument.Value {
    /// The rails that two profiles have of one kind; nil where neither has.
    fileprivate init?<Rail>(_ rails: [GuardRail<Rail>], text: (Rail) -> String) {
        guard !rails.isEmpty else { return nil }
        self.init(
            value: rails.map { text($0.value) }.joined(separator: "; "),
            origin: rails.map { "\($0.origin)" }.joined(separator: "; "))
    }

    init(_ setting: Setting<String>) {
        self.init(value: setting.value, origin: "\(setting.origin)")
    }
}
