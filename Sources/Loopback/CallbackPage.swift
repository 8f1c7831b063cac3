// The pages that a browser is shown: they read nothing from elsewhere and run nothing.
internal import Model

/// A page with a heading and a few sentences.
struct CallbackPage {
    private enum Mark: String {
        case done = #"<circle cx="24" cy="24" r="22"/><path d="m14.5 25 6.5 6.5 13-14"/>"#
        case failed = #"<circle cx="24" cy="24" r="22"/><path d="m17 17 14 14m0-14-14 14"/>"#
    }

    private let status: UInt32
    private let heading: String
    private var mark: Mark?
    private let paragraphs: [String]
    /// The method that would be right, where the status has to name it.
    private var allowed: String?

    /// The sign-in has come back. Whether it leads to credentials, only the terminal can say.
    private static func done(application: String) -> CallbackPage {
        CallbackPage(
            status: 200, heading: "You’re done here", mark: .done,
            paragraphs: [
                "\(application) has your sign-in and goes on in the terminal.",
                "You can close this tab.",
            ])
    }

    /// The service refused. A success to the browser, which made no mistake.
    private static func failed(
        code: String, description: String?, application: String
    ) -> CallbackPage {
        let words = (description ?? "").trimmed
        return CallbackPage(
            status: 200, heading: "The sign-in failed", mark: .failed,
            paragraphs: [
                words.isEmpty ? code : "\(words) (\(code))",
                "\(application) says in the terminal what to do next. You can close this tab.",
            ])
    }

    /// The request is none that is waited for.
    private static func refused(
        _ refusal: Callback.Refusal, method: String, application: String
    ) -> CallbackPage {
        let (status, heading): (UInt32, String) =
            switch refusal {
            case .foreignHost: (421, "Not this host")
            case .foreignOrigin: (403, "Not from another page")
            case .wrongPath: (404, "Nothing here")
            case .wrongMethod: (405, "Not this way")
            case .wrongForm: (415, "Not this kind of form")
            case .tooLarge: (413, "Too much")
            case .wrongParameters: (400, "Not the sign-in under way")
            }
        return CallbackPage(
            status: status, heading: heading,
            paragraphs: ["\(application) waits for another request, and goes on waiting."],
            allowed: refusal == .wrongMethod ? method : nil)
    }

    /// The page as an answer.
    var answer: ServerAnswer {
        var headers: [ServerAnswer.Header] = [
            .init("Content-Type", "text/html; charset=utf-8"),
            .init("Cache-Control", "no-store"),
            .init("Referrer-Policy", "no-referrer"),
            .init("X-Content-Type-Options", "nosniff"),
            .init("Cross-Origin-Opener-Policy", "same-origin"),
            .init("Cross-Origin-Resource-Policy", "same-origin"),
            .init(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'sha256-\(Self.styleHash)'; img-src data:; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ]
        if let allowed { headers.append(.init("Allow", allowed)) }
        return ServerAnswer(status: status, headers: headers, body: html)
    }

    private var html: String {
        let drawing = mark.map {
            #"<svg class="\#($0)" viewBox="0 0 48 48" aria-hidden="true">\#($0.rawValue)</svg>\#n"#
        }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(heading.escapedForHTML)</title>
            <link rel="icon" href="data:,">
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            \(drawing ?? "")<h1>\(heading.escapedForHTML)</h1>
            \(paragraphs.map { "<p>\($0.escapedForHTML)</p>" }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    static let style = """

        :root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --line: #e3e6ea;
          --text: #1c2127; --quiet: #5a636e; --done: #1a7f4b; --failed: #c0362c; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #14171a; --card: #1d2125; --line: #30363c; --text: #eceff2;
            --quiet: #a3adb8; --done: #4cc38a; --failed: #f2766b; } }
        * { box-sizing: border-box; margin: 0; }
        body { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
          background: var(--ground); color: var(--text);
          font: 1.0625rem/1.6 system-ui, sans-serif; }
        main { width: 100%; max-width: 28rem; padding: 3rem 2.5rem; text-align: center;
          background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
          overflow-wrap: anywhere; }
        svg { display: block; width: 3.5rem; height: 3.5rem; margin: 0 auto 1.5rem; fill: none;
          stroke: currentColor; stroke-width: 3; stroke-linecap: round; stroke-linejoin: round; }
        .done { color: var(--done); }
        .failed { color: var(--failed); }
        h1 { font-size: 1.625rem; font-weight: 650; line-height: 1.25; margin-bottom: .75rem; }
        h1, p { text-wrap: balance; }
        p { color: var(--quiet); }
        p + p { margin-top: .5rem; }

        """

    /// The SHA-256 digest of `style` in Base64, by which the policy lets it in and no other.
    static let styleHash = "5aKZcjoJsjwM2NfT3tlc5iVEeOHrAtBP0ASDwvziKbo="
}

extension CallbackPage {
    /// What a browser is shown of `verdict`.
    init(_ verdict: borrowing Callback.Verdict, method: String, application: String) {
        switch verdict {
        case .accepted: self = .done(application: application)
        case .failed(let code, let description):
            self = .failed(code: code, description: description, application: application)
        case .refused(let refusal):
            self = .refused(refusal, method: method, application: application)
        }
    }
}

extension String {
    fileprivate var escapedForHTML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
