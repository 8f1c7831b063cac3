// Documents: JSON, XML, what a credential process prints, SAML responses, ID tokens.
import Model

@testable import AWS
@testable import SignIn

extension FuzzedParser {
    static let documents: [FuzzedParser] = [
        .secret("json") { bytes in
            guard let document = try? JSONDocument(bytes) else { return }
            walk(document, document.root)
        },
        .secret("xml") { bytes in
            guard let document = try? XMLDocument(bytes, withAttributes: true) else { return }
            let root = document.root
            _ = (document.name(root), document.string(root), document.attribute("Value", of: root))
            for element in document.descendants("a", of: root) { _ = document.string(element) }
            _ = document.secret(["a", "b"], in: root)
        },
        .secret("process") { bytes in
            guard
                let credentials = try? CredentialProcessDocument.credentials(
                    bytes, now: fuzzedNow)
            else { return }
            check(credentials)
        },
        .secret("metadata") { bytes in
            let required = ["AccessKeyId", "SecretAccessKey", "Token"]
            guard
                let credentials = try? MetadataDocument.credentials(
                    bytes, required: required, now: fuzzedNow)
            else { return }
            check(credentials)
        },
        // As it is posted, and the XML alone, since nothing that changes base64 gets far.
        .bytes("saml") { bytes in
            _ = try? SAMLResponse(Secret(bytes: bytes))
            let posted = Secret(Base64.encode(bytes))
            guard let response = try? SAMLResponse(posted) else { return }
            precondition(response.text.count > 0)
            for role in response.claims.roles {
                precondition(role.role.roleName != nil && role.provider.isSAMLProvider)
            }
        },
        // Header and payload as JSON, with a zero between, and the token as it comes.
        .bytes("id-token") { bytes in
            let check = IDTokenCheck(issuer: "https://i.example", clientID: "c", keys: [])
            _ = try? check.verified(Secret(bytes: bytes), now: fuzzedNow)
            let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
            let token = Secret(
                Base64.encode(parts[0]) + "." + Base64.encode(parts.count == 2 ? parts[1] : [])
                    + ".AAAA")
            _ = try? check.checkSignature(token)
            guard let taken = try? check.checkClaims(token, fuzzedNow) else { return }
            precondition(!taken.subject.isEmpty && taken.expiration > fuzzedNow + .seconds(-120))
        },
    ]

    private static func walk(_ document: borrowing JSONDocument, _ element: JSONDocument.Element) {
        _ = (document.name(element), document.string([], in: element))
        _ = document.integer([], in: element)
        for child in document.children(of: element) { walk(document, child) }
    }

    /// Nothing goes into an environment that could end a line or a word there.
    private static func check(_ credentials: borrowing Credentials) {
        let isVisible = credentials.secretAccessKey.withBytes { bytes in
            !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7e).contains($0) }
        }
        precondition(isVisible, "a secret key with other bytes than letters is taken")
        if let end = credentials.expiration {
            precondition(end > fuzzedNow, "credentials that have ended are taken")
        }
    }
}
