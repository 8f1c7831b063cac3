// Whether somebody is signed in, as `plan` and `list` show it: by what is known without asking.
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import SignIn

/// A sign-in that a profile uses.
struct SignInState: Equatable {
    /// What an `exec` would do.
    enum Kind: String {
        /// The access token is good.
        case signedIn = "signed-in"
        /// A new one is had without a person, unless AWS has ended the sign-in.
        case renewable
        /// Somebody has to sign in.
        case needed
    }

    let portal: String
    let kind: Kind
    let expiration: Timestamp?
    let secondsLeft: Int?

    /// The state of a source's sign-in; nil where it needs none.
    init?(_ source: Source, _ store: TokenStore, now: Timestamp) {
        if let place = OpenIDPlace(source) {
            self.init(place.displayName, store.summary(place), now: now)
            return
        }
        guard case .sso(let sso) = source, let portal = AccessPortal(sso) else { return nil }
        self.init(portal.displayName, store.summary(portal), now: now)
    }

    init(_ portal: String, _ summary: SignInSummary?, now: Timestamp) {
        self.portal = portal
        guard let summary else {
            (kind, expiration, secondsLeft) = (.needed, nil, nil)
            return
        }
        let isGood = summary.expiration > now
        let isRenewable = summary.refreshableUntil.map { $0 > now } ?? false
        kind = isGood ? .signedIn : isRenewable ? .renewable : .needed
        expiration = isGood ? summary.expiration : nil
        secondsLeft = isGood ? (summary.expiration - now).wholeSeconds : nil
    }

    var json: JSONValue {
        .sorted([
            "portal": .string(portal), "state": .string(kind.rawValue),
            "expiration": expiration.map { .string($0.description) },
            "secondsLeft": secondsLeft.map { .integer($0) },
        ])
    }

    /// The same for people.
    var text: String {
        switch kind {
        case .signedIn:
            "signed in at \(portal), \(rounded(.seconds(secondsLeft ?? 0))) left"
        case .renewable: "at \(portal), will be renewed without asking"
        case .needed: "somebody will have to sign in at \(portal)"
        }
    }
}

/// The sign-ins of many profiles, each looked up once.
final class SignIns {
    private let store: TokenStore
    private let config: ConfigFiles
    private let facts: PlanFacts
    private var known: [AccessPortal: SignInState] = [:]

    init(_ machine: Machine, _ config: ConfigFiles, _ facts: PlanFacts) {
        store = machine.tokenStore()
        self.config = config
        self.facts = facts
    }

    /// The state of a profile's sign-in; nil where it needs none.
    func state(_ profile: String) -> SignInState? {
        var request = PlanRequest()
        request.profile = Setting(profile, from: .flag("PROFILE"))
        let plan = try? Planner.plan(request, config: config, facts: facts, guessing: false)
        if let source = plan?.credentials.source, OpenIDPlace(source) != nil {
            return SignInState(source, store, now: .now())
        }
        guard case .sso(let source) = plan?.credentials.source,
            let portal = AccessPortal(source)
        else { return nil }
        if let state = known[portal] { return state }
        let state = SignInState(portal.displayName, store.summary(portal), now: .now())
        known[portal] = state
        return state
    }
}
