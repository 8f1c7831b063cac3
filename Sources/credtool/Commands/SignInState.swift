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
    /// Whether a new token is then had without a person, unless AWS has ended the sign-in.
    let isRenewable: Bool

    /// The state of a source's sign-in; nil where it needs none.
    init?(_ source: Source, _ stores: SignInStores, now: Timestamp) {
        switch source {
        case .sso(let source):
            guard let portal = AccessPortal(source) else { return nil }
            self.init(portal.displayName, stores.portals.summary(portal), now: now)
        case .login(let source):
            let session = ConsoleSession(source)
            self.init(session.displayName, stores.consoles.summary(session), now: now)
        case .webIdentity:
            guard let place = OpenIDPlace(source) else { return nil }
            self.init(place.displayName, stores.portals.summary(place), now: now)
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .rolesAnywhere, .saml:
            return nil
        }
    }

    /// The state of a sign-in by SAML whose session is not in the cache: nothing else of it is
    /// kept. Nil where no person takes part.
    init?(saml source: Source, now: Timestamp) {
        guard case .saml(let saml) = source, case .browser(let url, _) = saml.way else {
            return nil
        }
        self.init(url.value, nil, now: now)
    }

    init(_ portal: String, _ summary: SignInSummary?, now: Timestamp) {
        self.portal = portal
        guard let summary else {
            (kind, expiration, secondsLeft, isRenewable) = (.needed, nil, nil, false)
            return
        }
        let isGood = summary.expiration > now
        isRenewable = summary.refreshableUntil.map { $0 > now } ?? false
        kind = isGood ? .signedIn : isRenewable ? .renewable : .needed
        expiration = isGood ? summary.expiration : nil
        secondsLeft = isGood ? (summary.expiration - now).wholeSeconds : nil
    }

    var json: JSONValue {
        .sorted([
            "portal": .string(portal), "state": .string(kind.rawValue),
            "expiration": expiration.map { .string($0.description) },
            "secondsLeft": secondsLeft.map { .integer($0) },
            "isRenewable": .boolean(isRenewable),
        ])
    }

    /// The same for people.
    var text: String {
        switch kind {
        case .signedIn:
            "signed in at \(portal), \(rounded(.seconds(secondsLeft ?? 0))) left"
                + (isRenewable ? ", then renewed without asking" : "")
        case .renewable: "at \(portal), will be renewed without asking"
        case .needed: "somebody will have to sign in at \(portal)"
        }
    }
}

/// Where the tokens of sign-ins are, by their kind.
struct SignInStores {
    let portals: TokenStore
    let consoles: ConsoleTokenStore

    init(_ machine: Machine) {
        portals = machine.tokenStore()
        consoles = machine.consoleTokenStore()
    }
}

/// The sign-ins of many profiles, each looked up once.
final class SignIns {
    private let stores: SignInStores
    private let config: ConfigFiles
    private let facts: PlanFacts
    private var known: [SignInPlace: SignInState] = [:]
    private var found: [String: SignInState?] = [:]

    init(_ machine: Machine, _ config: ConfigFiles, _ facts: PlanFacts) {
        stores = SignInStores(machine)
        self.config = config
        self.facts = facts
    }

    /// The state of the sign-in that a row's chain begins with; nil where it needs none.
    func state(_ row: ListRow) -> SignInState? {
        if let state = found[row.profile] { return state }
        // A chain that leads to itself ends here.
        found[row.profile] = .some(nil)
        let state = row.signsIn ? state(row.profile) : source(of: row).flatMap(state)
        found[row.profile] = .some(state)
        return state
    }

    private func source(of row: ListRow) -> ListRow? {
        guard row.kind == .role || row.kind == .source,
            let name = row.settings.text("source_profile"),
            let settings = config.settings(of: .profile, named: name)
        else { return nil }
        return ListRow(name, settings: settings, origin: nil, key: nil, certificate: nil)
    }

    private func state(_ profile: String) -> SignInState? {
        var request = PlanRequest()
        request.profile = Setting(profile, from: .flag("PROFILE"))
        request.isOutlook = true
        let plan = try? Planner.plan(request, config: config, facts: facts, guessing: false)
        guard let source = plan?.credentials.source, let place = SignInPlace(source) else {
            return nil
        }
        if let state = known[place] { return state }
        let state = SignInState(source, stores, now: .now())
        known[place] = state
        return state
    }
}
