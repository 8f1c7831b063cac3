// The provider of roles of a SAML response: the response from where it comes, and STS for the role.
internal import AWS
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import System

extension PlanRunner {
    /// How long a program may take that signs a person in.
    static let samlDeadline: Duration = .seconds(600)

    /// Trades the response, which serves for some minutes and is not kept.
    func saml(_ source: SAMLSource) throws(EngineError) -> Credentials {
        let signIn = effects.samlSignIn(plan)
        let response = try samlResponse(source, signIn)
        let role: SAMLRole
        do throws(SAMLError) {
            try response.claims.check(now: effects.now())
            role = try signIn.role(
                of: response.claims, role: source.role?.value, provider: source.provider?.value)
        } catch { throw .saml(error, source) }
        return try session(role, response, source)
    }

    private func samlResponse(
        _ source: SAMLSource, _ signIn: SAMLSignIn
    ) throws(EngineError) -> SAMLResponse {
        let posted: Secret
        switch source.way {
        case .process(let command):
            posted = try output(
                of: ProcessUse(command, of: source), deadline: Self.samlDeadline)
        case .file(let path): posted = try samlFile(path)
        case .standardInput(let origin): posted = try samlInput(origin, source)
        case .browser(let url, let port):
            do throws(SAMLError) {
                posted = try signIn.response(idpURL: url.value, port: port.value)
            } catch { throw .saml(error, source) }
        }
        do throws(SAMLResponseError) { return try SAMLResponse(posted) } catch {
            throw .saml(.response(error), source)
        }
    }

    private func session(
        _ role: SAMLRole, _ response: borrowing SAMLResponse, _ source: SAMLSource
    ) throws(EngineError) -> Credentials {
        let claims = response.claims
        let asked = source.settings.duration
        let duration = claims.duration(asked: asked?.value, now: effects.now())
        if let asked, duration < asked.value {
            effects.report(.cutByIdentityProvider(subject: role.role.description, asked, duration))
        }
        func assume(_ duration: Duration) throws(AWSError) -> Credentials {
            var settings = source.settings
            settings.duration = Setting(duration, from: asked?.origin ?? .standard)
            let request = AssumeRoleWithSAMLRequest(
                roleARN: role.role, principalARN: role.provider,
                parameters: settings.parameters(of: .saml))
            return try sts.assumeRoleWithSAML(request, assertion: response.text)
        }
        func failure(_ error: AWSError) -> EngineError {
            guard case .service = error else {
                return self.failure(error, of: plan.credentials.upTo(stage: 0))
            }
            return .samlRefused(error, role, recipient: claims.recipient, source)
        }
        do throws(AWSError) { return try assume(duration) } catch {
            // The identity provider may want more than the role allows; nobody asked for it.
            guard asked == nil, duration > .seconds(3600), case .service(let refusal) = error,
                refusal.isAboutDuration
            else { throw failure(error) }
        }
        do throws(AWSError) { return try assume(.seconds(3600)) } catch { throw failure(error) }
    }

    private func samlFile(_ path: Setting<String>) throws(EngineError) -> Secret {
        let file: Secret?
        do throws(SystemError) { file = try effects.readSecretFile(path.value) } catch {
            throw .samlFile(error, path)
        }
        guard let file else {
            throw .samlFile(SystemError("open", path.value, code: ENOENT), path)
        }
        return file
    }

    private func samlInput(
        _ origin: Origin, _ source: SAMLSource
    ) throws(EngineError) -> Secret {
        let text: Secret?
        do throws(SystemError) { text = try effects.standardInput() } catch {
            throw .samlFile(error, Setting("-", from: origin))
        }
        guard let text else { throw .saml(.inputIsTerminal, source) }
        return text
    }
}
