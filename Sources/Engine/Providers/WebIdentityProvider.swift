// The provider of roles for the bearers of a web identity's token.
internal import AWS
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System

extension PlanRunner {
    /// Trades the token, which is read anew each time since it is renewed by others.
    func webIdentity(_ source: WebIdentitySource) throws(EngineError) -> Credentials {
        let token = try token(source)
        do throws(EngineError) { return try webIdentity(source, token) } catch {
            // A kept token may be over by AWS's clock alone; a new one is tried once.
            guard case .openID(let client) = source.token,
                case .call(.service(let refusal), _) = error,
                refusal.code == "ExpiredTokenException"
            else { throw error }
            return try webIdentity(
                source, openID(client, source, not: token.copy()).takeText())
        }
    }

    private func webIdentity(
        _ source: WebIdentitySource, _ token: borrowing Secret
    ) throws(EngineError) -> Credentials {
        let request = AssumeRoleWithWebIdentityRequest(
            roleARN: source.role.role.value,
            parameters: source.role.settings.parameters(of: .webIdentity))
        do { return try sts.assumeRoleWithWebIdentity(request, token: token) } catch {
            throw failure(error, of: plan.credentials.upTo(stage: 0))
        }
    }

    func token(_ source: WebIdentitySource) throws(EngineError) -> Secret {
        let text: Secret
        switch source.token {
        case .file(let path):
            let file: Secret?
            do { file = try AtomicFile.readSecret(path.value, limit: 64 << 10) } catch {
                throw .tokenFile(error, path)
            }
            guard let file else {
                throw .tokenFile(SystemError("open", path.value, code: ENOENT), path)
            }
            text = file
        case .process(let command): text = try output(of: ProcessUse(command, of: source))
        case .job(let token): text = try jobToken(token, source)
        case .openID(let client): return try openID(client, source).takeText()
        }
        // Files and programs end their last line.
        let trimmed = text.trimmed()
        guard trimmed.count > 0 else {
            switch source.token {
            case .file(let path):
                throw .tokenFile(SystemError("read", path.value, code: ENODATA), path)
            case .process(let command):
                throw .process(.noToken, ProcessUse(command, of: source))
            case .job(let token): throw .process(.noToken, ProcessUse(token, of: source))
            case .openID: preconditionFailure("an ID token that was checked is not empty")
            }
        }
        return trimmed
    }
}
