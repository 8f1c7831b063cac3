// Which request is the one that is waited for: the rules, without a socket.
internal import Model

/// The request that a browser is to come back with.
struct Callback {
    enum Kind {
        /// A GET whose query holds this state, and `code` or `error`.
        case redirect(state: String)
        /// A POST of a form that holds `field` and, where that is not nil, this `RelayState`.
        case form(field: String, relayState: String?)
    }

    let kind: Kind
    /// The `Host` that a browser sends for the redirect URI.
    let authority: String
    let path: String

    /// What a request is to it.
    enum Verdict: ~Copyable {
        case accepted(CallbackParameters)
        /// The service's refusal: an OAuth error.
        case failed(code: String, description: String?)
        case refused(Refusal)

        /// Whether nothing more is waited for.
        var isLast: Bool {
            switch self {
            case .accepted: true
            case .failed: true
            case .refused: false
            }
        }
    }

    /// Why a request is none that is waited for.
    enum Refusal: Equatable, CaseIterable {
        /// The name of another host, which leads here (DNS rebinding), or none.
        case foreignHost
        /// A script of another page.
        case foreignOrigin
        case wrongPath
        case wrongMethod
        case wrongForm
        case tooLarge
        /// Without what has to be there, or with another state.
        case wrongParameters
    }

    func verdict(on request: ServerRequest) -> Verdict {
        guard request.host?.lowercased() == authority else { return .refused(.foreignHost) }
        let question = UInt8(ascii: "?")
        let end = request.target.firstIndex(of: question) ?? request.target.endIndex
        guard request.target[..<end].elementsEqual(path.utf8) else { return .refused(.wrongPath) }
        guard request.method == method else { return .refused(.wrongMethod) }
        switch kind {
        case .redirect(let state):
            // No browser sends one when it follows a redirect, scripts of other pages do.
            guard request.origin == nil else { return .refused(.foreignOrigin) }
            let query = UnsafeRawBufferPointer(
                rebasing: request.target[min(end + 1, request.target.endIndex)...])
            guard let parameters = CallbackParameters(form: query),
                parameters.matches("state", state)
            else { return .refused(.wrongParameters) }
            if let code = parameters.shownText("error", limit: 100) {
                let description = parameters.shownText("error_description", limit: 500)
                return .failed(code: code, description: description)
            }
            guard parameters.holds("code") else { return .refused(.wrongParameters) }
            return .accepted(parameters)
        case .form(let field, let relayState):
            let type = request.contentType?.prefix { $0 != ";" } ?? ""
            guard type.trimmed.lowercased() == "application/x-www-form-urlencoded" else {
                return .refused(.wrongForm)
            }
            guard !request.isBodyTooLarge else { return .refused(.tooLarge) }
            guard let parameters = CallbackParameters(form: request.body),
                parameters.holds(field)
            else { return .refused(.wrongParameters) }
            if let relayState, !parameters.matches("RelayState", relayState) {
                return .refused(.wrongParameters)
            }
            return .accepted(parameters)
        }
    }

    /// The one method that it comes with.
    var method: String {
        switch kind {
        case .redirect: "GET"
        case .form: "POST"
        }
    }
}
