// Why nobody is signed in at an OpenID provider, and what happens on the way. The wording is the command line's.
public import AWS
public import Loopback
public import Model
public import System
public import Vault

/// A sign-in at an OpenID provider, as the config names it.
public struct OpenIDPlace: Hashable, Sendable {
    /// `oidc_issuer`.
    public let issuer: String
    /// `oidc_client_id`.
    public let clientID: String
    /// What is asked for.
    public let scopes: [String]
    /// Whether `oidc_scopes` says so, and not what is usual.
    public let namesScopes: Bool
    /// What the redirect URI calls this machine.
    public var redirectHost = "127.0.0.1"
    /// The port that a browser comes back to; nil for any.
    public var redirectPort: UInt16?
    /// The path that it comes back to.
    public var redirectPath = "/oauth/callback"

    /// Joins what has no default.
    public init(issuer: String, clientID: String, scopes: [String], namesScopes: Bool) {
        self.issuer = issuer
        self.clientID = clientID
        self.scopes = scopes
        self.namesScopes = namesScopes
    }

    /// How it is called in messages.
    public var displayName: String { WebAddress.host(issuer) ?? issuer }

    /// What its tokens are found by.
    public var recordName: String {
        let fields = [issuer, clientID] + scopes
        return "openid:\(FNV1a.hexadecimal(fields.joined(separator: "\n").utf8))"
    }
}

/// A sign-in that did not come about.
public enum OpenIDError: Error, Equatable {
    /// A person has to sign in, and none can be asked here.
    case needed(OpenIDPlace, SignInReason)
    /// The person said no.
    case denied(OpenIDPlace)
    /// The person did not say yes in time.
    case timedOut(OpenIDPlace, after: Duration)
    /// The provider has no way for a person that can be gone here: no page, or no device codes.
    case unsupported(OpenIDPlace, SignInMethod)
    /// The browser was sent back with an error: its code and its words.
    case refused(OpenIDPlace, code: String, description: String)
    /// Nothing could listen for the browser.
    case listener(ListenerError)
    /// The provider did not give what it was asked for.
    case provider(OpenIDProviderError, OpenIDPlace)
    /// The provider gave no ID token.
    case noIDToken(OpenIDPlace)
    /// The ID token is none to be trusted.
    case token(IDTokenFault, OpenIDPlace)
    /// The vault that may have the sign-in could not be asked, and nothing else has it.
    case vault(VaultError, OpenIDPlace)
    /// The command that prints the client's secret failed; who runs it knows why.
    case clientSecret
    /// libcrypto is missing.
    case library(LibraryUnavailable)
}

extension OpenIDError: SignInFailure {
    var refusal: SignInRefusal? {
        switch self {
        case .denied: .denied
        case .timedOut: .timedOut
        case .needed, .unsupported, .refused, .listener, .provider, .noIDToken, .token, .vault,
            .clientSecret, .library:
            nil
        }
    }
}

/// What happens on the way at an OpenID provider, for those who have to know.
public enum OpenIDEvent: Equatable, Sendable {
    /// The person is signed in; whether that goes on without asking when the token is over.
    case signedIn(OpenIDPlace, until: Timestamp, isRenewable: Bool)
    /// A new token was had without a person.
    case refreshed(OpenIDPlace, until: Timestamp)
    /// The provider gave no new token without a person, so that one is asked.
    case notRefreshed(OpenIDPlace, String)
    /// Another process is at it; the time it is waited for.
    case waitingForOther(OpenIDPlace, LockHolder?, Duration)
    /// The tokens are used, but could not be kept.
    case notKept(OpenIDPlace, VaultError)
}
