// The codes of an MFA device: asked for, checked for their form, sent once, asked for again.
internal import AWS
internal import Model
internal import Prompts

/// The codes for one call.
struct MFACodes {
    private let effects: Engine.Effects
    private let mfaSerial: String?
    private let givenCode: String?
    private let prompt: CodePrompt?
    private let sentCodes: SentCodes?
    private var sent = 0
    private var last: String?

    /// How many codes are sent before it is given up. AWS locks nobody out, but a person who is
    /// wrong three times holds another device in their hand, and a program does not mistype.
    private var limit: Int { prompt?.isAutomatic == true ? 1 : 3 }

    /// Codes of the device `mfaSerial`; none are asked for where it is nil.
    init(_ runner: PlanRunner, mfaSerial: String?) {
        effects = runner.effects
        self.mfaSerial = mfaSerial
        givenCode = runner.givenCode
        let isNeeded = mfaSerial != nil
        prompt = isNeeded && givenCode == nil ? effects.codePrompt(runner.plan) : nil
        sentCodes = isNeeded ? effects.sentCodes : nil
    }

    /// The next code to send: six digits that nobody sent before.
    mutating func next() throws(EngineError) -> MFA? {
        guard let mfaSerial, let sentCodes else { return nil }
        var waits = 0
        while true {
            let code = try code(mfaSerial)
            let wait = SentCodes.untilNextCode(effects.now())
            if sentCodes.remember(mfaSerial: mfaSerial, code: code, now: effects.now()) {
                sent += 1
                last = code
                return MFA(serialNumber: mfaSerial, tokenCode: code)
            }
            // A program that gives the same again after that is no device.
            guard givenCode == nil, waits < 2 else {
                throw .usedCode(mfaSerial: mfaSerial, untilNext: wait)
            }
            remark(.repeated(untilNext: wait))
            // A device that a program reads shows the same until then; a person sees it change.
            if prompt?.isAutomatic == true {
                waits += 1
                effects.sleep(wait)
            }
        }
    }

    private func code(_ mfaSerial: String) throws(EngineError) -> String {
        guard let prompt else { return givenCode ?? "" }
        while true {
            let answer: String
            do { answer = try prompt.ask(mfaSerial) } catch {
                throw .code(error, mfaSerial: mfaSerial)
            }
            // Some devices show the digits in two groups.
            let digits = answer.filter { $0 != " " }
            if digits.utf8.count == 6, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                return digits
            }
            remark(.malformed)
        }
    }

    /// Whether `error` says that the code was wrong, and another may be asked for.
    /// - Throws: `EngineError.wrongCode` where it was wrong and there is no other try.
    func mayTryAgain(after error: AWSError) throws(EngineError) -> Bool {
        guard let mfaSerial else { return false }
        if let last, case .transport(let error) = error, error.isBeforeSending {
            // AWS never saw it, so it is as good as new.
            sentCodes?.forget(mfaSerial: mfaSerial, code: last, now: effects.now())
        }
        guard error.saysThatTheCodeIsWrong else { return false }
        guard givenCode == nil, sent < limit else {
            if prompt?.isOnTerminal == true { remark(.wrong(triesLeft: 0)) }
            throw .wrongCode(mfaSerial: mfaSerial, tries: sent)
        }
        remark(.wrong(triesLeft: limit - sent))
        return true
    }

    private func remark(_ remark: CodeRemark) {
        effects.report(.code(remark, onTerminal: prompt?.isOnTerminal == true))
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
