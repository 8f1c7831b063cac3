// The provider of the AWS variables.
internal import AWS
internal import Model
internal import Planning

extension PlanRunner {
    /// The credentials in AWS_ACCESS_KEY_ID and its like.
    func environment(_ key: EnvironmentKey) throws(EngineError) -> Credentials {
        guard let id = effects.variable("AWS_ACCESS_KEY_ID").flatMap({ AccessKeyID($0) }),
            let secret = effects.secretVariable("AWS_SECRET_ACCESS_KEY")
        else { throw .environment }
        var expiration: Timestamp?
        if let text = key.expiration {
            guard let end = Timestamp(iso8601: text) else { throw .malformedExpiration(text) }
            guard end > effects.now() else { throw .endedEnvironment(end) }
            expiration = end
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: key.tokenVariable.flatMap { effects.secretVariable($0) },
            expiration: expiration, accountID: key.accountID)
    }
}
