// A signed request as a command for curl, to be pasted or piped into a shell.
public import Model

/// A signed request, as curl makes it.
///
/// The signature and the session token reach curl through a pipe from `printf`, which every shell has
/// built in: in curl's own arguments each user of the machine could read them. POSIX shells and fish
/// understand the command alike.
public struct CurlCommand: Sendable {
    /// Where the body comes from.
    public enum Body: Equatable, Sendable {
        /// There is none.
        case none
        /// This text.
        case text(String)
        /// The file of this name.
        case file(String)
    }

    /// The method in capital letters.
    public let method: String
    /// The URL as it has to be sent.
    public let url: String
    /// The header fields, but for the session token's.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: Body

    /// Joins the parts.
    public init(
        method: String, url: String, headers: [(name: String, value: String)], body: Body
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// The command, with a line end at its end.
    ///
    /// Source: curl(1), `--header @file`; `--path-as-is` and `--globoff` have it send the URL as it
    /// was signed.
    public func text(sessionToken: borrowing Secret?) -> Secret {
        let start =
            "printf '%s\\n' \\\n"
            + headers.map { "  \(Self.quoted("\($0.name): \($0.value)")) \\\n" }.joined()
        var words = ["curl", "--globoff", "--path-as-is"]
        words += method == "HEAD" ? ["--head"] : ["--request", method]
        words += ["--header", "@-"]
        switch body {
        case .none: break
        case .text(let text): words += bodyWords + ["--data-raw", Self.quoted(text)]
        case .file(let name): words += bodyWords + ["--data-binary", Self.quoted("@\(name)")]
        }
        words += ["--url", Self.quoted(url)]
        let end = "  | \(words.joined(separator: " "))\n"
        let tokenSize =
            switch sessionToken {
            case .some(let token): 4 * token.count
            case .none: 0
            }
        return Secret(capacity: start.utf8.count + end.utf8.count + tokenSize + 64) { room in
            var writer = SecretWriter(room)
            writer.write(start)
            switch sessionToken {
            case .some(let token):
                writer.write("  'X-Amz-Security-Token: '")
                token.withBytes { Quoting.posix($0, &writer) }
                writer.write(" \\\n")
            case .none: break
            }
            writer.write(end)
            return writer.count
        }
    }

    /// Keeps curl from adding the Content-Type of forms to a body without one.
    private var bodyWords: [String] {
        headers.contains { $0.name.lowercased() == "content-type" }
            ? [] : ["--header", "'Content-Type:'"]
    }

    /// `text` in single quotes.
    private static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
