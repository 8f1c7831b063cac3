// The provider of the AWS variables.
internal import Model

extension PlanRunner {
    /// The credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
    func environment() throws(EngineError) -> Credentials {
        guard let id = effects.variable("AWS_ACCESS_KEY_ID").flatMap({ AccessKeyID($0) }),
            let secret = effects.secretVariable("AWS_SECRET_ACCESS_KEY")
        else { throw .environment }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: effects.secretVariable("AWS_SESSION_TOKEN"))
    }
}
