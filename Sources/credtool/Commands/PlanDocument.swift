// A plan as `plan` shows it: the steps, where every setting came from, and what is cached.
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import Store

/// The document of `plan --json`; its text is made of the same.
struct PlanDocument: Encodable {
    /// A value and where it came from.
    struct Value: Encodable, Equatable {
        var value: String
        var origin: String
    }

    /// What the cache has of a step.
    struct Cached: Encodable, Equatable {
        var step: Int
        var subject: String
        var isCached: Bool
        var expiration: String?
        var secondsLeft: Int?
    }

    var profile: String
    var steps: [PlanStep]
    var settings: [String: Value]
    var cache: [Cached]
    var calls: [String]
    var needsMfaCode: Bool
    var reasons: [String]

    /// - Parameters:
    ///   - endpoint: The URL that STS is asked at.
    ///   - isFresh: Whether the cached session of the last step is not wanted.
    init(
        _ plan: SessionPlan, endpoint: String, isFresh: Bool, cache summaries: [SessionSummary],
        now: Timestamp
    ) {
        profile = plan.profile.value
        let all = plan.credentials.steps
        steps = all.map { PlanStep($0) }
        var settings: [String: Value] = ["profile": Value(plan.profile)]
        settings["region"] = plan.region.map { Value($0) }
        settings["stsRegion"] = Value(
            value: plan.sts.region, origin: plan.region.map { "\($0.origin)" } ?? "default")
        settings["endpointUrl"] = Value(
            value: endpoint, origin: plan.sts.endpointURL.map { "\($0.origin)" } ?? "default")
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
        settings["minTtl"] = Value(
            value: plan.minimumTTL.value.argument, origin: "\(plan.minimumTTL.origin)")
        self.settings = settings

        var cached: [Cached] = []
        for (index, step) in all.enumerated() {
            guard let tag = SessionLabel(step, target: plan.sts) else { continue }
            let isLast = index == all.count - 1
            let isWanted = !(isLast && isFresh)
            let minimum = isLast ? plan.minimumTTL.value : .seconds(60)
            let found = summaries.first {
                isWanted && $0.tag.name == tag.name && $0.expiration > now + minimum
            }
            cached.append(
                Cached(
                    step: index, subject: tag.subject, isCached: found != nil,
                    expiration: found?.expiration.description,
                    secondsLeft: found.map { ($0.expiration - now).wholeSeconds }))
        }
        self.cache = cached
        // Everything before the last step that the cache has needs no call.
        let first = (cached.last { $0.isCached }?.step).map { $0 + 1 } ?? 0
        calls = all[first...].compactMap { $0.call.map { "sts:\($0)" } }
        needsMfaCode = all[first...].contains { $0.asksForCode }
        reasons = plan.reasons
        if case .staticKey(let key) = plan.credentials.root { reasons.insert(key.warning, at: 0) }
    }

    /// The same for people.
    var text: String {
        var lines = ["profile \(profile) (\(settings["profile"]?.origin ?? ""))"]
        for (index, step) in steps.enumerated() {
            let state = cache.first { $0.step == index }
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
        lines.append("calls: " + (calls.isEmpty ? "none" : calls.joined(separator: ", ")))
        if needsMfaCode { lines.append("an MFA code will be asked for") }
        lines += reasons.map { "because: \($0)" }
        return lines.joined(separator: "\n")
    }
}

extension PlanDocument.Value {
    init(_ setting: Setting<String>) {
        self.init(value: setting.value, origin: "\(setting.origin)")
    }
}

extension CredentialPlan {
    fileprivate var asksForCode: Bool {
        switch self {
        case .sessionToken(let step, _): step.mfaSerial != nil
        case .assumeRole(let step, _): step.mfaSerial != nil
        default: false
        }
    }
}
