// Why nobody is signed in. The wording is the command line's.
public import AWS
public import Loopback
public import Model
public import System
public import Vault

/// A sign-in that did not come about.
public enum SignInError: Error, Equatable {
    /// A person has to sign in, and none can be asked here.
    case needed(AccessPortal, SignInReason)
    /// The person said no, or may not use the portal.
    case denied(AccessPortal)
    /// The person did not say yes in time.
    case timedOut(AccessPortal, after: Duration)
    /// The sign-in service does not know the portal: it is in another region, or misspelt.
    case unknownPortal(AccessPortal)
    /// The sign-in service sent the browser back with an error: its code and its words.
    case refused(AccessPortal, code: String, description: String)
    /// Nothing could listen for the browser.
    case listener(ListenerError)
    /// The portal does not take the token that the person just got.
    case rejected(AccessPortal)
    /// AWS refused otherwise, or was not reached.
    case service(AWSError, AccessPortal)
    /// The vault that may have the sign-in could not be asked, and nothing else has it.
    case vault(VaultError, AccessPortal)
    /// The profile names no account and role.
    case noRole
    /// The person does not have the role in that account, or there is none; what is near to it.
    case noAccess(role: String, account: String, AccessPortal, nearest: NearestRole)
    /// The person cannot enter that account; the one that may have been meant.
    case noAccount(String, AccessPortal, nearest: String?)
    /// libcrypto is missing.
    case library(LibraryUnavailable)
}

extension SignInError: SignInFailure {
    var refusal: SignInRefusal? {
        switch self {
        case .denied: .denied
        case .timedOut: .timedOut
        case .needed, .unknownPortal, .refused, .listener, .rejected, .service, .vault, .noRole,
            .noAccess, .noAccount, .library:
            nil
        }
    }
}

/// Why a person has to sign in.
public enum SignInReason: Equatable, Sendable {
    /// Nobody is signed in.
    case absent
    /// The sign-in is over.
    case expired
    /// The sign-in was ended at AWS.
    case revoked
}

/// What may have been meant in the place of a role that is not there.
public enum NearestRole: Equatable, Sendable {
    /// The portal did not tell.
    case unknown
    /// The person cannot enter the account; the one that may have been meant.
    case account(String?)
    /// The person has these roles there.
    case roles([String], nearest: String?)
}

/// What happens on the way, for those who have to know. A sign-in goes by the name that it is shown
/// under: an access portal's, or the console's.
public enum SignInEvent: Equatable, Sendable {
    /// The person is to open this page and compare the code, or type it at the shorter address.
    case device(userCode: String, page: String, completePage: String, Duration)
    /// The browser is to show this page; whether it was opened.
    case browser(page: String, isOpened: Bool, Duration)
    /// The person is to open this page anywhere, and to paste here what it shows in the end.
    case paste(page: String)
    /// What was pasted is none of that, so that it is asked for again.
    case malformedPaste
    /// No browser could be started; its page is told all the same.
    case noBrowser(BrowserError)
    /// Nothing can listen for a browser here, so that a code is the way.
    case noListener(ListenerError)
    /// Nothing has come yet; the time that is left.
    case waiting(left: Duration)
    /// The waiting is over, whatever came of it.
    case waited
    /// The person is signed in.
    case signedIn(String, until: Timestamp)
    /// A new token was had without a person.
    case refreshed(String, until: Timestamp)
    /// The sign-in was found in the AWS CLI's cache.
    case foundInCLI(String)
    /// Another process is at it; the time it is waited for.
    case waitingForOther(String, LockHolder?, Duration)
    /// Something at an OpenID provider.
    case openID(OpenIDEvent)
    /// The token is used, but could not be kept where it should rest.
    case notKept(String, SignInKeepingError)
}

/// Why a token could not be kept.
public enum SignInKeepingError: Error, Equatable, Sendable {
    /// The vault did not take it.
    case vault(VaultError)
    /// The AWS CLI's cache did not.
    case cli(SystemError)
}
