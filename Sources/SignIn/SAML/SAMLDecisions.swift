// What is done with a SAML response: whether it counts, which of its roles, and for how long.
public import AWS
public import Loopback
public import Model

/// A sign-in by SAML that did not come about.
public enum SAMLError: Error, Equatable {
    // Getting the response.

    /// A person has to sign in in a browser, and none can be asked here.
    case needed
    /// Nobody signed in within this time.
    case timedOut(after: Duration)
    /// Nothing could listen for the browser.
    case listener(ListenerError, port: UInt16)
    /// Standard input is a terminal, which no response can be typed on.
    case inputIsTerminal

    // Reading it.

    /// It is no response that can be used.
    case response(SAMLResponseError)
    /// It counted until then only.
    case tooOld(Timestamp, now: Timestamp)
    /// It counts from then on only.
    case notYetValid(Timestamp, now: Timestamp)
    /// The person's sign-in at the identity provider ended then.
    case signInOver(Timestamp)
    /// It is meant for somebody else than AWS.
    case wrongAudience([String])
    /// It offers no role.
    case noRoles
    /// It offers no role of this identity provider.
    case otherProvider(ARN, [SAMLRole])
    /// It offers no role of that name; what may have been meant.
    case noSuchRole(String, [SAMLRole], nearest: String?)
    /// It offers several, and nobody can be asked which.
    case severalRoles([SAMLRole])
    /// The person chose none.
    case noneChosen
}

extension SAMLError: SignInFailure {
    var refusal: SignInRefusal? {
        switch self {
        case .timedOut: .timedOut
        case .needed, .listener, .inputIsTerminal, .response, .tooOld, .notYetValid, .signInOver,
            .wrongAudience, .noRoles, .otherProvider, .noSuchRole, .severalRoles, .noneChosen:
            nil
        }
    }
}

/// What the settings leave of a response's roles.
public enum SAMLChoice: Equatable, Sendable {
    /// This one.
    case one(SAMLRole)
    /// A person has to choose one of these.
    case several([SAMLRole])
}

extension SAMLClaims {
    /// How far clocks may differ before that is an error of its own.
    static let clockTolerance: Duration = .seconds(300)
    /// What AWS gives a session where nothing is asked, and the least and the most that it gives.
    ///
    /// Source: STS API reference, AssumeRoleWithSAML.
    static let standardDuration: Duration = .seconds(3600)
    static let minimumDuration: Duration = .seconds(900)

    /// Refuses what AWS would refuse, with the reason that AWS does not tell.
    /// - Throws: `SAMLError`.
    public func check(now: Timestamp) throws(SAMLError) {
        if let notBefore, notBefore - now > Self.clockTolerance {
            throw .notYetValid(notBefore, now: now)
        }
        if let notOnOrAfter, notOnOrAfter <= now { throw .tooOld(notOnOrAfter, now: now) }
        if let sessionEnd, sessionEnd <= now { throw .signInOver(sessionEnd) }
        guard audiences.isEmpty || audiences.contains(where: Self.isAWS) else {
            throw .wrongAudience(audiences)
        }
        if roles.isEmpty { throw .noRoles }
    }

    /// Whether an audience is AWS: its name, or the address of its sign-in of some region.
    ///
    /// Source: IAM user guide, "Configure SAML assertions for the authentication response".
    static func isAWS(_ audience: String) -> Bool {
        // Entra ID tells several applications for AWS apart by what stands behind a `#`.
        let audience = audience.prefix { $0 != "#" }
        let name = "urn:amazon:webservices"
        if audience == name || audience.hasPrefix(name + ":") { return true }
        guard audience.hasPrefix("https://") else { return false }
        let parts = audience.dropFirst(8).split(separator: "/", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.dropFirst().first == "saml" else { return false }
        let hosts = [
            "signin.aws.amazon.com", "signin.amazonaws.cn", "signin.amazonaws-us-gov.com",
            "signin.amazonaws-eusc.eu",
        ]
        return hosts.contains { host == $0 || host.hasSuffix(".\($0)") }
    }

    /// The roles that `role`, an ARN or a name with its path or without, and `provider` leave.
    /// - Throws: `SAMLError` where they leave none.
    public func choose(role: String?, provider: ARN?) throws(SAMLError) -> SAMLChoice {
        var left = roles
        if let provider {
            left = left.filter { $0.provider == provider }
            guard !left.isEmpty else { throw .otherProvider(provider, roles) }
        }
        if let role {
            let found = left.filter { $0.isNamed(role) }
            guard !found.isEmpty else {
                let names = left.map { role.hasPrefix("arn:") ? "\($0.role)" : $0.name }
                throw .noSuchRole(role, left, nearest: nearest(to: role, among: names))
            }
            left = found
        }
        return left.count == 1 ? .one(left[0]) : .several(left)
    }

    /// How long a session may be asked for: what is asked, but no longer than the identity provider
    /// wants it, nor than the person is signed in there.
    public func duration(asked: Duration?, now: Timestamp) -> Duration {
        var duration = asked ?? sessionDuration ?? Self.standardDuration
        if let sessionDuration { duration = min(duration, sessionDuration) }
        if let sessionEnd { duration = min(duration, sessionEnd - now) }
        // AWS takes no less, and ends the session with the sign-in all the same.
        return min(max(duration, Self.minimumDuration), .seconds(43_200))
    }
}

extension SAMLRole {
    /// The role's name without its path.
    public var name: String {
        role.roleName?.split(separator: "/").last.map(String.init) ?? role.resource
    }

    fileprivate func isNamed(_ text: String) -> Bool {
        text.hasPrefix("arn:")
            ? role.description == text : name == text || role.roleName == text
    }
}
