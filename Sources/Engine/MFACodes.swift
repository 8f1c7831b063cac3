// The codes of an MFA device: asked for, checked for their form, and asked for again when wrong.
internal import AWS
internal import System

/// The codes for one call.
struct MFACodes {
    private let parts: Engine.Parts
    private let mfaSerial: String?
    private var sent: [String] = []

    /// How many codes are sent before it is given up. AWS locks nobody out, but a person who is
    /// wrong three times holds another device in their hand.
    private static let limit = 3

    /// Codes of the device `mfaSerial`; none are asked for where it is nil.
    init(_ parts: Engine.Parts, mfaSerial: String?) {
        self.parts = parts
        self.mfaSerial = mfaSerial
    }

    /// The next code to send: six digits that were not sent before.
    mutating func next() throws(EngineError) -> MFA? {
        guard let mfaSerial else { return nil }
        var code = parts.givenCode
        while code == nil {
            let answer: String
            do { answer = try parts.askCode(mfaSerial) } catch {
                throw .code(error, mfaSerial: mfaSerial)
            }
            // Some devices show the digits in two groups.
            let digits = answer.filter { $0 != " " }
            if digits.utf8.count != 6 || !digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                parts.report(.malformedCode)
            } else if sent.contains(digits) {
                parts.report(.repeatedCode)
            } else {
                code = digits
            }
        }
        guard let code else { return nil }
        sent.append(code)
        return MFA(serialNumber: mfaSerial, tokenCode: code)
    }

    /// Whether `error` says that the code was wrong, and another may be asked for.
    /// - Throws: `EngineError.wrongCode` where it was wrong and there is no other try.
    func mayTryAgain(after error: AWSError) throws(EngineError) -> Bool {
        guard let mfaSerial, error.saysThatTheCodeIsWrong else { return false }
        guard parts.givenCode == nil, sent.count < Self.limit else {
            throw .wrongCode(mfaSerial: mfaSerial, tries: sent.count)
        }
        parts.report(.wrongCode(triesLeft: Self.limit - sent.count))
        return true
    }
}

extension AWSError {
    /// STS tells a wrong code as AccessDenied; only the text differs from a missing permission.
    fileprivate var saysThatTheCodeIsWrong: Bool {
        guard case .service(let error) = self else { return false }
        return error.code == "AccessDenied"
            && error.message.contains("MultiFactorAuthentication failed with invalid MFA one time")
    }
}
