// The provider of roles for the bearers of a web identity's token.
internal import AWS
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System

extension Engine {
    /// Trades the token, which is read anew each time since it is renewed by others.
    func webIdentity(_ step: WebIdentityStep) throws(EngineError) -> Credentials {
        let token = try token(step)
        let request = AssumeRoleWithWebIdentityRequest(
            roleARN: step.role.role.value, sessionName: step.role.sessionName.value,
            duration: step.role.duration.value, policy: step.role.policy?.value,
            policyARNs: step.role.policyARNs?.value ?? [])
        do { return try effects.sts.assumeRoleWithWebIdentity(request, token: token) } catch {
            throw .call(error, step: .webIdentity(step))
        }
    }

    private func token(_ step: WebIdentityStep) throws(EngineError) -> Secret {
        let text: Secret
        switch step.token {
        case .file(let path):
            let file: Secret?
            do { file = try AtomicFile.readSecret(path.value, limit: 64 << 10) } catch {
                throw .tokenFile(error, path)
            }
            guard let file else {
                throw .tokenFile(SystemError("open", path.value, code: ENOENT), path)
            }
            text = file
        case .process(let command): text = try run(ProcessUse(command, of: step))
        }
        // Files and programs end their last line.
        let trimmed = text.trimmed()
        guard trimmed.count > 0 else {
            switch step.token {
            case .file(let path):
                throw .tokenFile(SystemError("read", path.value, code: ENODATA), path)
            case .process(let command):
                throw .process(.noToken, ProcessUse(command, of: step))
            }
        }
        return trimmed
    }
}
