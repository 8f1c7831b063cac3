// What AWS's answers mean for a key, by where it came from.
import AWS
import HTTP
import Model
import Testing

@testable import credtool

private func service(_ code: String, status: Int = 403, clockSkew: Duration? = nil) -> AWSError {
    .service(
        AWSServiceError(
            operation: "GetCallerIdentity", code: code, message: "No.", status: status,
            clockSkew: clockSkew))
}

@Test(
    arguments: [
        (service("InvalidClientTokenId"), .unknownID), (service("InvalidAccessKeyId"), .unknownID),
        (service("SignatureDoesNotMatch"), .wrongSecret),
        (service("SignatureDoesNotMatch", clockSkew: .seconds(-900)), nil),
        (service("AccessDenied"), nil), (.transport(.resolve(host: "x", reason: "x")), nil),
    ] as [(AWSError, KeyFault?)])
func faultsOfKeys(error: AWSError, fault: KeyFault?) { #expect(error.keyFault == fault) }

/// Refused as a typed key, as a piped one, as a typed one of another maker.
@Test(
    arguments: [
        (service("SignatureDoesNotMatch"), true, true, true),
        (service("SignatureDoesNotMatch", clockSkew: .seconds(-900)), true, false, false),
        (service("InvalidClientTokenId"), true, false, true),
        (service("AccessDenied"), true, false, false),
        (service("InvalidAction", status: 400), true, false, false),
        (service("Throttling", status: 400), false, false, false),
        (service("InternalFailure", status: 500), false, false, false),
        (.transport(.resolve(host: "x", reason: "x")), false, false, false),
        (
            .unreadable(operation: "GetCallerIdentity", status: 403, reason: "x"), false, false,
            false
        ),
    ] as [(AWSError, Bool, Bool, Bool)])
func answersThatRefuseAKey(error: AWSError, typed: Bool, piped: Bool, ofOtherMaker: Bool) {
    for origin in [KeyOrigin.terminal, .environment, .file] {
        #expect(KeyCheck.refuses(error, origin, isOfOtherMaker: false) == typed)
        #expect(KeyCheck.refuses(error, origin, isOfOtherMaker: true) == ofOtherMaker)
    }
    #expect(KeyCheck.refuses(error, .pipe, isOfOtherMaker: false) == piped)
    #expect(KeyCheck.refuses(error, .pipe, isOfOtherMaker: true) == piped)
}
