// Who is obtained first, so that a person is asked once for all that begin alike.
internal import Engine
internal import Planning
internal import SignIn
internal import Vault

/// What an attempt to obtain a profile's session says of those that begin like it.
enum EachBeginning: Equatable {
    /// What a person was to be asked for is there; whether the session itself is does not matter.
    case isThere
    /// It failed for itself, before that was to be seen.
    case isOpen
    /// The person gave nothing, or it was of no use: nobody is to be asked again.
    case failed

    /// - Parameter error: What became of the attempt; nil for a session.
    init(_ error: EngineError?, of plan: CredentialPlan) {
        guard let error else {
            self = .isThere
            return
        }
        switch error {
        case .call(_, let failed):
            // The code goes with this call; what comes later is no more of a person's.
            let personal = plan.firstPersonalCall.map { $0 + 1 } ?? 0
            self = failed.calls.count <= personal ? .failed : .isThere
        case .roleMaximum(_, let error): self = EachBeginning(error, of: plan)
        case .code, .wrongCode, .usedCode, .openID, .console, .certificate: self = .failed
        case .vault(let error, _):
            if case .absent = error { self = .isOpen } else { self = .failed }
        case .signIn(let error, _):
            switch error {
            case .noRole, .noAccess, .noAccount: self = .isThere
            case .service: self = .isOpen
            case .needed, .denied, .timedOut, .unknownPortal, .refused, .listener, .rejected,
                .vault, .library:
                self = .failed
            }
        case .config, .file, .plan, .unreadIndex, .unreadVault, .index, .policyIsNoJSON,
            .callerUnknown, .caBundle, .program, .otherKey, .plainKey, .environment,
            .endedEnvironment, .malformedExpiration, .over, .process, .instanceMetadata,
            .container, .containerToken, .malformedContainerToken, .tokenFile, .jobVariable,
            .jobToken, .endpoint, .saml, .samlFile, .samlRefused, .guardRail, .unsupported:
            self = .isOpen
        }
    }

    /// Obtains, of all that begin alike, one after the other until what a person is asked for is
    /// there. Where it is not to be had, the others are not tried.
    /// - Parameters:
    ///   - beginnings: What each begins with; nil for one that asks nobody or needs nothing.
    ///   - obtain: Obtains the session of one, by its position.
    ///   - give up: Is told which are not tried, and which one failed for them.
    static func lead(
        _ beginnings: [String?], obtain: (Int) -> EachBeginning,
        giveUp: (_ position: Int, _ failed: Int) -> Void
    ) {
        var groups: [String: [Int]] = [:]
        var order: [String] = []
        for (position, beginning) in beginnings.enumerated() {
            guard let beginning else { continue }
            if groups[beginning] == nil { order.append(beginning) }
            groups[beginning, default: []].append(position)
        }
        for beginning in order {
            let members = groups[beginning] ?? []
            tries: for (number, position) in members.enumerated() {
                switch obtain(position) {
                case .isOpen: continue
                case .isThere: break tries
                case .failed:
                    for other in members[(number + 1)...] { giveUp(other, position) }
                    break tries
                }
            }
        }
    }
}
