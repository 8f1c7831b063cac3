// A person signs in at an OpenID provider: by a browser here, or by a code that is typed anywhere.
internal import AWS
internal import Loopback
internal import Model

extension OpenIDSignIn {
    /// Lets a person sign in, whoever is signed in.
    func signIn(_ clientSecret: ClientSecret) throws(OpenIDError) -> OpenIDRecord {
        guard let method = effects.method else { throw .needed(place, .absent) }
        let configuration = try asking { () throws(OpenIDProviderError) in
            try provider.configuration()
        }
        let client = try client(clientSecret, configuration)
        let record =
            switch method {
            case .device: try deviceFlow(configuration, client)
            case .browser(let opens): try codeFlow(configuration, client, opens: opens)
            }
        keep(record)
        report(
            .signedIn(
                place, until: record.idToken.expiration, isRenewable: record.isRefreshable))
        return record
    }

    private func record(
        _ tokens: borrowing OpenIDTokens, _ configuration: OpenIDConfiguration, nonce: String?
    ) throws(OpenIDError) -> OpenIDRecord {
        guard case .some(let text) = tokens.idToken.copied() else { throw .noIDToken(place) }
        return OpenIDRecord(
            idToken: try checked(text, configuration, nonce: nonce, subject: nil),
            refreshToken: tokens.refreshToken.copied(), isDurable: true)
    }

    /// What is asked for. Many providers refuse a scope that they do not know, and go on without a
    /// person all the same; others want this one for that.
    private func scopes(_ configuration: OpenIDConfiguration) -> [String] {
        guard !place.namesScopes, let known = configuration.scopes else { return place.scopes }
        return place.scopes.filter { $0 != "offline_access" || known.contains($0) }
    }

    // MARK: Device code

    private func deviceFlow(
        _ configuration: OpenIDConfiguration, _ client: borrowing OpenIDClient
    ) throws(OpenIDError) -> OpenIDRecord {
        guard let endpoint = configuration.deviceEndpoint else {
            throw .unsupported(place, .device)
        }
        let device = try asking { () throws(OpenIDProviderError) in
            try provider.deviceAuthorization(
                endpoint, client: client, scopes: scopes(configuration))
        }
        let limit = min(device.lifetime, effects.timeout)
        effects.report(
            .device(
                userCode: device.userCode, page: device.verificationURI,
                completePage: device.verificationURIComplete, limit))
        defer { effects.report(.waited) }
        return try poll(device, configuration, client, limit)
    }

    private func poll(
        _ device: borrowing DeviceAuthorization, _ configuration: OpenIDConfiguration,
        _ client: borrowing OpenIDClient, _ limit: Duration
    ) throws(OpenIDError) -> OpenIDRecord {
        let end = effects.uptime() + limit
        var interval = device.interval
        while true {
            guard effects.pause(interval, until: end) else { throw .timedOut(place, after: limit) }
            let tokens: OpenIDTokens
            do throws(OpenIDProviderError) {
                tokens = try provider.tokens(
                    configuration, deviceCode: device.deviceCode, client: client)
            } catch {
                switch error {
                case .refused("authorization_pending", _): continue
                // Source: RFC 8628, section 3.5.
                case .refused("slow_down", _):
                    interval += .seconds(5)
                    continue
                case .refused("expired_token", _): throw .timedOut(place, after: limit)
                case .refused("access_denied", _): throw .denied(place)
                // A network that is away for a moment is no reason to lose the code.
                case .transport: continue
                case .refused, .insecure, .otherIssuer, .noConfiguration, .unreadable:
                    throw .provider(error, place)
                }
            }
            // No nonce goes with a device's request.
            return try record(tokens, configuration, nonce: nil)
        }
    }

    // MARK: Browser

    private func codeFlow(
        _ configuration: OpenIDConfiguration, _ client: borrowing OpenIDClient, opens: Bool
    ) throws(OpenIDError) -> OpenIDRecord {
        guard let endpoint = configuration.authorizationEndpoint else {
            throw .unsupported(place, .browser(opens: opens))
        }
        let listener: LoopbackListener
        do throws(ListenerError) {
            listener = try LoopbackListener(
                host: place.redirectHost, port: place.redirectPort, path: place.redirectPath,
                application: IdentityCenter.clientName)
        } catch {
            // Without a port, or the library for it, a code that is typed does as well.
            guard configuration.deviceEndpoint != nil else { throw .listener(error) }
            effects.report(.noListener(error))
            return try deviceFlow(configuration, client)
        }
        let code = AuthorizationCode()
        let nonce = randomWord(16)
        let challenge: String
        do throws(LibraryUnavailable) { challenge = try code.challenge } catch {
            throw .library(error)
        }
        let page = provider.authorizationURL(
            endpoint, clientID: place.clientID, redirectURI: listener.redirectURI,
            state: code.state, nonce: nonce, codeChallenge: challenge,
            scopes: scopes(configuration))
        let answer: CallbackParameters
        do throws(ListenerError) {
            answer = try effects.answer(to: page, opens: opens, state: code.state, listener)
        } catch { throw outcome(error) }
        let tokens: OpenIDTokens
        do throws(OpenIDProviderError) {
            tokens = try provider.tokens(
                configuration, code: answer.value("code") ?? Secret(""),
                redirectURI: listener.redirectURI, codeVerifier: code.verifier, client: client)
        } catch { throw .provider(error, place) }
        return try record(tokens, configuration, nonce: nonce)
    }

    /// What it means that the browser brought no code.
    private func outcome(_ error: ListenerError) -> OpenIDError {
        switch error {
        case .timedOut: .timedOut(place, after: effects.timeout)
        case .refused("access_denied", _): .denied(place)
        case .refused(let code, let description):
            .refused(place, code: code, description: description ?? "")
        case .library, .invalidAddress, .portInUse, .system: .listener(error)
        }
    }
}
