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
        let request = AssumeRoleWithWebIdentityRequest(
            roleARN: source.role.role.value,
            parameters: source.role.settings.parameters(of: .webIdentity))
        do { return try sts.assumeRoleWithWebIdentity(request, token: token) } catch {
            throw failure(error, of: plan.credentials.upTo(stage: 0))
        }
    }

    private func token(_ source: WebIdentitySource) throws(EngineError) -> Secret {
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
        case .process(let command): text = try tokenProcess(command, of: source)
        }
        // Files and programs end their last line.
        let trimmed = text.trimmed()
        guard trimmed.count > 0 else {
            switch source.token {
            case .file(let path):
                throw .tokenFile(SystemError("read", path.value, code: ENODATA), path)
            case .process(let command):
                throw .process(.noToken, ProcessUse(command, of: source))
            }
        }
        return trimmed
    }
}
