// The providers of what the machine itself has: instance metadata, and the container's endpoint.
internal import AWS
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System

extension PlanRunner {
    /// The role of the EC2 instance.
    func instanceMetadata(
        _ source: InstanceMetadataSource
    ) throws(EngineError) -> Credentials {
        func number(_ name: String) -> Int? { effects.variable(name).flatMap { Int($0.trimmed) } }
        let options = InstanceMetadata.Options(
            endpoint: source.endpoint.value,
            allowsVersion1: source.v1IsDisabled?.value != true,
            timeout: .seconds(number("AWS_METADATA_SERVICE_TIMEOUT") ?? 1),
            tries: number("AWS_METADATA_SERVICE_NUM_ATTEMPTS"))
        let credentials: Credentials
        do {
            credentials = try InstanceMetadata(options, transport: effects.local).credentials()
        } catch { throw .instanceMetadata(error) }
        guard let end = credentials.expiration, end <= effects.now() else { return credentials }
        effects.report(.endedInstanceCredentials(end))
        // Who is told the end that has passed refuses them, and another one would be made up. What
        // has no end is not kept, so that the next command asks again.
        return Credentials(
            accessKeyID: credentials.accessKeyID,
            secretAccessKey: credentials.secretAccessKey.copy(),
            sessionToken: credentials.sessionToken?.copy(), accountID: credentials.accountID)
    }

    /// What the container's endpoint gives.
    func container() throws(EngineError) -> Credentials {
        let source = try containerSource()
        let token = try authorization(source)
        do {
            return try ContainerCredentials(source, transport: effects.local)
                .credentials(authorization: token)
        } catch .invalidToken {
            throw .malformedContainerToken(source.authorization.place)
        } catch { throw .container(error) }
    }

    /// Where the container's credentials are, and what says who asks.
    func containerSource() throws(EngineError) -> AWS.ContainerSource {
        let names = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ]
        var environment: [String: String] = [:]
        // The token itself is not looked at here, only whether there is one.
        for name in names { environment[name] = effects.variable(name) }
        do {
            guard let source = try AWS.ContainerSource(environment: environment) else {
                throw EngineError.environment
            }
            return source
        } catch let error as ContainerCredentialsError {
            throw .container(error)
        } catch {
            throw .environment
        }
    }

    func authorization(_ source: AWS.ContainerSource) throws(EngineError) -> Secret? {
        switch source.authorization {
        case .none: return nil
        case .variable: return effects.secretVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        case .file(let path):
            let token: Secret?
            do throws(SystemError) {
                token = try AtomicFile.readSecret(path, limit: 64 << 10)
            } catch { throw .containerToken(error) }
            guard let token else {
                throw .containerToken(SystemError("open", path, code: ENOENT))
            }
            return token
        }
    }
}

extension AWS.ContainerSource.Authorization {
    /// The variable or file that holds the token.
    fileprivate var place: String {
        switch self {
        case .none, .variable: "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        case .file(let path): path
        }
    }
}
