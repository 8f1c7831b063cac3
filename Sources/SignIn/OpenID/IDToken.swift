// An ID token: a JSON web token that says who a person is, checked as OpenID Connect wants it.
public import AWS
internal import Crypto
public import Model

/// What is wrong with an ID token.
public enum IDTokenFault: Error, Equatable {
    /// Not three parts of base64url with JSON in them.
    case malformed
    /// A claim that every ID token has is missing, or not of its form; its name.
    case missing(String)
    /// Signed in a way that AWS does not take, or not at all: the header's `alg`.
    case algorithm(String)
    /// The provider publishes no key of that name; nil where the token names none.
    case unknownKey(String?)
    /// The signature is not the provider's.
    case signature
    /// Made by another provider.
    case issuer(String)
    /// Made for another client.
    case audience([String])
    /// Made on behalf of another client.
    case authorizedParty(String)
    /// Not the answer to this sign-in.
    case nonce
    /// For another person than before.
    case subject
    /// Over.
    case expired(Timestamp)
    /// Of the future, by this machine's clock.
    case issuedLater(Timestamp)
}

/// An ID token that was checked, or that was kept after a check.
public struct IDToken: ~Copyable, Sendable {
    /// The token.
    public let text: Secret
    /// Who it is about, by the provider's name for them.
    public let subject: String
    /// When it is over.
    public let expiration: Timestamp

    /// Joins the parts.
    public init(text: consuming Secret, subject: String, expiration: Timestamp) {
        self.text = text
        self.subject = subject
        self.expiration = expiration
    }

    /// A second owner of the same.
    public borrowing func copy() -> IDToken {
        IDToken(text: text.copy(), subject: subject, expiration: expiration)
    }

    /// The token, for an owner of its own.
    public consuming func takeText() -> Secret { text }
}

/// What an ID token has to say to be taken.
public struct IDTokenCheck: Sendable {
    /// The provider's name for itself.
    public var issuer: String
    /// The client that it has to be for.
    public var clientID: String
    /// What the request for it was given; nil for a refresh, or a device, which have none.
    public var nonce: String?
    /// Who it has to be about; nil for anyone.
    public var subject: String?
    /// The provider's keys.
    public var keys: [OpenIDKey]

    /// How far two clocks may be apart.
    public static let tolerance: Duration = .seconds(120)

    /// Joins the parts.
    public init(
        issuer: String, clientID: String, nonce: String? = nil, subject: String? = nil,
        keys: [OpenIDKey]
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.nonce = nonce
        self.subject = subject
        self.keys = keys
    }

    /// Why a token is not taken: a fault, or a library that is missing.
    public enum Failure: Error, Equatable {
        /// The token is at fault.
        case fault(IDTokenFault)
        /// libcrypto is missing.
        case library(LibraryUnavailable)
    }

    /// The token that `text` is, if all is well with it.
    ///
    /// Source: OpenID Connect Core 1.0, sections 3.1.3.7 and 12.2; RFC 7515, section 5.2.
    /// - Throws: `Failure`.
    public func verified(_ text: borrowing Secret, now: Timestamp) throws(Failure) -> IDToken {
        try checkSignature(text)
        return try checkClaims(text, now)
    }

    // MARK: Signature

    func checkSignature(_ text: borrowing Secret) throws(Failure) {
        guard let parts = TokenParts(text), let header = parts.document(parts.header, text),
            let name = header.string(["alg"])
        else { throw .fault(.malformed) }
        guard let algorithm = SignatureAlgorithm(rawValue: name) else {
            throw .fault(.algorithm(onOneLine(name)))
        }
        // What must be understood to tell whether the token counts. Source: RFC 7515, section 4.1.11.
        if header.element(["crit"]) != nil { throw .fault(.malformed) }
        let id = header.string(["kid"])
        let candidates = keys.filter { key in
            key.key.fits(algorithm) && (id == nil || key.id == nil || key.id == id)
        }
        guard !candidates.isEmpty else { throw .fault(.unknownKey(id.map(onOneLine))) }
        do throws(LibraryUnavailable) {
            for candidate in candidates {
                let isGood = try text.withBytes { (bytes) throws(LibraryUnavailable) in
                    let signed = UnsafeRawBufferPointer(
                        rebasing: bytes[..<parts.payload.upperBound])
                    guard let signature = Base64.decode(bytes[parts.signature]) else {
                        return false
                    }
                    return try candidate.key.verifies(signature, over: signed, algorithm)
                }
                if isGood { return }
            }
        } catch { throw .library(error) }
        throw .fault(.signature)
    }

    // MARK: Claims

    func checkClaims(
        _ text: borrowing Secret, _ now: Timestamp
    ) throws(Failure) -> IDToken {
        guard let parts = TokenParts(text), let claims = parts.document(parts.payload, text) else {
            throw .fault(.malformed)
        }
        guard let issuer = claims.string(["iss"]) else { throw .fault(.missing("iss")) }
        guard issuer == self.issuer else { throw .fault(.issuer(onOneLine(issuer))) }
        let audience = claims.strings("aud")
        guard !audience.isEmpty else { throw .fault(.missing("aud")) }
        guard audience.contains(clientID) else { throw .fault(.audience(audience.map(onOneLine))) }
        if let party = claims.string(["azp"]), party != clientID {
            throw .fault(.authorizedParty(onOneLine(party)))
        }
        guard let subject = claims.string(["sub"]), !subject.isEmpty else {
            throw .fault(.missing("sub"))
        }
        if let expected = self.subject, expected != subject { throw .fault(.subject) }
        if let nonce, claims.string(["nonce"]) != nonce { throw .fault(.nonce) }
        guard let end = claims.moment("exp") else { throw .fault(.missing("exp")) }
        guard let start = claims.moment("iat") else { throw .fault(.missing("iat")) }
        guard now - end < Self.tolerance else { throw .fault(.expired(end)) }
        guard start - now < Self.tolerance else { throw .fault(.issuedLater(start)) }
        return IDToken(text: text.copy(), subject: subject, expiration: end)
    }

    /// A stranger's text, fit to be shown.
    private func onOneLine(_ text: String) -> String { String(text.prefix(200)).visible }
}

/// Where the parts of a compact JSON web token stand.
private struct TokenParts {
    let header: Range<Int>
    let payload: Range<Int>
    let signature: Range<Int>

    init?(_ text: borrowing Secret) {
        let dots = text.withBytes { bytes in
            bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }
        }
        guard dots.count == 2 else { return nil }
        header = 0..<dots[0]
        payload = (dots[0] + 1)..<dots[1]
        signature = (dots[1] + 1)..<text.count
    }

    /// The JSON object of a part; nil where there is none.
    func document(_ range: Range<Int>, _ text: borrowing Secret) -> JSONDocument? {
        let decoded = text.withBytes { bytes in
            Base64.decodeSecret(bytes[range])
        }
        guard let decoded, let document = try? JSONDocument(decoded),
            document.kind(document.root) == .object
        else { return nil }
        return document
    }
}

extension JSONDocument {
    /// The text of a member, or all texts of the list that it is.
    fileprivate borrowing func strings(_ name: String) -> [String] {
        if let one = string([name]) { return [one] }
        guard let list = element([name]) else { return [] }
        var all: [String] = []
        for child in children(of: list) {
            if let text = string([], in: child) { all.append(text) }
        }
        return all
    }

    /// Whole seconds since the epoch, up to the year 9999.
    fileprivate borrowing func moment(_ name: String) -> Timestamp? {
        guard let seconds = integer([name]), (0...253_402_300_799).contains(seconds) else {
            return nil
        }
        return Timestamp(secondsSinceEpoch: seconds)
    }
}
