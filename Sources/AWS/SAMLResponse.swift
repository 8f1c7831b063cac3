// The answer of a SAML identity provider: what it says of roles, times and its audience.
public import Model

/// A role that a SAML response offers.
public struct SAMLRole: Hashable, Sendable {
    /// The role.
    public let role: ARN
    /// The identity provider in IAM that vouches for the person there.
    public let provider: ARN

    /// Joins the two.
    public init(role: ARN, provider: ARN) {
        self.role = role
        self.provider = provider
    }

    /// The pair that an attribute's value stands for; identity providers differ on its order.
    ///
    /// Source: IAM user guide, "Configure SAML assertions for the authentication response".
    init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { ARN($0.trimmed) }
        guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
        if first.roleName != nil, second.isSAMLProvider {
            self.init(role: first, provider: second)
        } else if second.roleName != nil, first.isSAMLProvider {
            self.init(role: second, provider: first)
        } else {
            return nil
        }
    }
}

/// What a SAML response says. Nothing of it is proven until AWS has checked the signature.
public struct SAMLClaims: Equatable, Sendable {
    /// The roles, in their order, each once.
    public var roles: [SAMLRole] = []
    /// How the sessions are called; AWS wants it.
    public var sessionName: String?
    /// How long a session may last at most, as the identity provider wants it.
    public var sessionDuration: Duration?
    /// Whom the response is meant for; empty for anybody.
    public var audiences: [String] = []
    /// Where the response was to be delivered.
    public var recipient: String?
    /// From when on it counts.
    public var notBefore: Timestamp?
    /// When it counts no more.
    public var notOnOrAfter: Timestamp?
    /// When the person's sign-in at the identity provider ends, and every session with it.
    public var sessionEnd: Timestamp?

    /// Claims of nothing.
    public init() {}
}

/// Why a text is no SAML response that can be used.
public enum SAMLResponseError: Error, Equatable {
    /// There is nothing.
    case empty
    /// Not base64.
    case notBase64
    /// Base64 of something that is not XML; why.
    case notXML(String)
    /// XML of another kind; the name of its outermost element.
    case otherDocument(String)
    /// More than one response, or more than one assertion in it.
    case several
    /// The assertion is encrypted.
    case encrypted
    /// The identity provider refused: the last words of its status code, and its message.
    case refused(status: String, message: String)
    /// A response without an assertion.
    case noAssertion
    /// Longer than AWS takes, in characters.
    case tooLong(Int)
    /// expat is missing.
    case library(LibraryUnavailable)
}

/// A SAML response as it was posted, and what it says.
public struct SAMLResponse: ~Copyable, Sendable {
    /// The response in base64, in one line, as AWS takes it. Who has it is the person, for minutes.
    public let text: Secret
    /// What it says.
    public let claims: SAMLClaims

    /// The longest that AWS takes. Source: STS API reference, AssumeRoleWithSAML.
    static let limit = 100_000

    /// Reads what a browser posted, a program printed, or a file holds.
    ///
    /// Blanks are taken for the plus signs that the decoding of a form made them of; line ends
    /// do not count.
    /// - Throws: `SAMLResponseError`.
    public init(_ posted: borrowing Secret) throws(SAMLResponseError) {
        let text = posted.trimmed().base64Line()
        guard text.count > 0 else { throw .empty }
        guard text.count <= Self.limit else { throw .tooLong(text.count) }
        guard let xml = text.withBytes({ Base64.decodeSecret($0) }) else {
            throw text.isSeveralOfBase64 ? .several : .notBase64
        }
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument(xml, withAttributes: true)
        } catch {
            switch error {
            case .libraryUnavailable(let library): throw .library(library)
            // As expat words it.
            case .malformed("junk after document element"): throw .several
            case .malformed(let reason): throw .notXML(reason)
            }
        }
        claims = try Self.claims(document)
        self.text = text
    }

    private static func claims(
        _ document: borrowing XMLDocument
    ) throws(SAMLResponseError) -> SAMLClaims {
        let root = document.root
        guard document.name(root) == "Response" else {
            throw .otherDocument(document.name(root))
        }
        if let status = document.element(["Status", "StatusCode"], in: root) {
            // A second code inside the first one tells more.
            let inner = document.children("StatusCode", of: status).first ?? status
            let code = document.attribute("Value", of: inner) ?? ""
            let success = "urn:oasis:names:tc:SAML:2.0:status:Success"
            guard document.attribute("Value", of: status) == success else {
                throw .refused(
                    status: String(code.split(separator: ":").last ?? ""),
                    message: document.string(["Status", "StatusMessage"], in: root) ?? "")
            }
        }
        let assertions = document.children("Assertion", of: root)
        let encrypted = document.children("EncryptedAssertion", of: root)
        guard assertions.count + encrypted.count <= 1 else { throw .several }
        guard encrypted.isEmpty else { throw .encrypted }
        guard let assertion = assertions.first else { throw .noAssertion }
        return SAMLClaims(document, assertion)
    }
}

extension SAMLClaims {
    /// Source: IAM user guide, "Configure SAML assertions for the authentication response".
    private static let prefix = "https://aws.amazon.com/SAML/Attributes/"

    fileprivate init(_ document: borrowing XMLDocument, _ assertion: XMLDocument.Element) {
        func time(_ name: String, _ element: XMLDocument.Element?) -> Timestamp? {
            guard let element, let text = document.attribute(name, of: element) else { return nil }
            return Timestamp(rfc3339: text)
        }
        let conditions = document.element(["Conditions"], in: assertion)
        let delivery = document.element(
            ["Subject", "SubjectConfirmation", "SubjectConfirmationData"], in: assertion)
        notBefore = time("NotBefore", conditions)
        let ends = [conditions, delivery].compactMap { time("NotOnOrAfter", $0) }
        notOnOrAfter = ends.min()
        recipient = delivery.flatMap { document.attribute("Recipient", of: $0) }
        if let conditions {
            audiences = document.descendants("Audience", of: conditions)
                .map { document.string($0).trimmed }
        }
        sessionEnd = time(
            "SessionNotOnOrAfter", document.children("AuthnStatement", of: assertion).first)
        for attribute in document.descendants("Attribute", of: assertion) {
            guard let name = document.attribute("Name", of: attribute),
                name.hasPrefix(Self.prefix)
            else { continue }
            let values = document.children("AttributeValue", of: attribute)
                .map { document.string($0).trimmed }
            switch name.dropFirst(Self.prefix.count) {
            case "Role":
                for role in values.compactMap({ SAMLRole($0) }) where !roles.contains(role) {
                    roles.append(role)
                }
            case "RoleSessionName": sessionName = values.first { !$0.isEmpty }
            case "SessionDuration":
                sessionDuration = values.first.flatMap { Int($0) }.map { .seconds($0) }
            default: break
            }
        }
    }
}

extension Secret {
    /// The same with plus signs for blanks, and without line ends.
    fileprivate borrowing func base64Line() -> Secret {
        Secret(capacity: count) { room in
            var writer = SecretWriter(room)
            withBytes { bytes in
                for byte in bytes where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
                    writer.write(byte == UInt8(ascii: " ") ? UInt8(ascii: "+") : byte)
                }
            }
            return writer.count
        }
    }

    /// Whether more base64 follows on the end of the first.
    fileprivate var isSeveralOfBase64: Bool {
        borrowing get {
            withBytes { bytes in
                let padded = bytes.drop { $0 != UInt8(ascii: "=") }
                let rest = padded.drop { $0 == UInt8(ascii: "=") }
                return !rest.isEmpty && rest.startIndex % 4 == 0
            }
        }
    }
}
