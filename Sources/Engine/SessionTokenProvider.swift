// The provider of GetSessionToken sessions.
internal import AWS
internal import Model
internal import Planning

extension Engine {
    /// Asks STS for the session of a key, with a code where the step names a device.
    func sessionToken(
        _ step: SessionTokenStep, key: StoredKey, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        var codes = MFACodes(parts, mfaSerial: step.mfaSerial?.value)
        while true {
            let code = try codes.next()
            do {
                return try parts.sts.getSessionToken(
                    duration: step.duration.value, mfa: code, credentials: credentials)
            } catch {
                guard try codes.mayTryAgain(after: error) else {
                    throw .sessionToken(error, key: key)
                }
            }
        }
    }
}
