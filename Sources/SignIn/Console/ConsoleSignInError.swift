// Why nobody is signed in at the console. The wording is the command line's.
public import AWS
public import Loopback
public import Model
public import System
public import Vault

/// A console sign-in that did not come about.
public enum ConsoleSignInError: Error, Equatable {
    /// A person has to sign in, and none can be asked here; nil for whoever it is.
    case needed(ConsoleSession?, ConsoleSignInReason)
    /// The person said no.
    case denied
    /// The person did not come back in time.
    case timedOut(after: Duration)
    /// The sign-in service sent the browser back with an error: its code and its words.
    case refused(code: String, description: String)
    /// Nothing could listen for the browser.
    case listener(ListenerError)
    /// What the page shows could not be asked for.
    case paste(TerminalError)
    /// What was pasted is not what the page showed.
    case malformedPaste
    /// The identity may not use the console's sign-in for programs; nil where it is not known.
    case notPermitted(ConsoleSession?)
    /// The code was redeemed too late.
    case codeExpired
    /// The proof counts as too old, or as of the future, right after it was made.
    case clock
    /// Somebody else signed in than was to.
    case otherIdentity(ConsoleSession, asked: ConsoleSession)
    /// AWS did not say who signed in.
    case noIdentity
    /// There is no sign-in service in that region.
    case endpoint(EndpointError)
    /// AWS refused otherwise, or was not reached.
    case service(AWSError, ConsoleSession?)
    /// The vault that may have the sign-in could not be asked, and nothing else has it.
    case vault(VaultError, ConsoleSession)
    /// libcrypto is missing.
    case library(LibraryUnavailable)
}

extension ConsoleSignInError: SignInFailure {
    var refusal: SignInRefusal? {
        switch self {
        case .denied: .denied
        case .timedOut: .timedOut
        case .needed, .refused, .listener, .paste, .malformedPaste, .notPermitted, .codeExpired,
            .clock, .otherIdentity, .noIdentity, .endpoint, .service, .vault, .library:
            nil
        }
    }
}

/// Why a person has to sign in at the console.
public enum ConsoleSignInReason: Equatable, Sendable {
    /// Nobody is signed in.
    case absent
    /// The sign-in is over.
    case expired
    /// The password, or what else the person signs in with, was changed since.
    case credentialsChanged
    /// AWS does not renew the sign-in: it was renewed by another program, or is of another region,
    /// or what is kept of it is damaged.
    case refused
}
