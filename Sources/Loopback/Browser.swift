// Opening a page in the person's browser.
internal import Model
public import System

/// Why no browser was started.
public enum BrowserError: Error, Equatable {
    /// The URL is none of http or https, or has characters that a program could take for more than
    /// a part of it.
    case invalidURL
    /// None of these programs is installed.
    case noProgram([String])
    /// The program was started and failed within a second.
    case failed(program: String, Subprocess.Status)
    /// The program could not be started.
    case cannotStart(SubprocessError)
    /// These programs are not known to keep accounts apart.
    case noContainers([String])
}

/// The person's browser.
public enum Browser {
    /// How long a program may take to fail.
    private static let watch: Duration = .seconds(1)

    /// Opens `url` with what BROWSER names, else with `wslview` (under WSL) or `xdg-open`.
    ///
    /// The program runs on by itself, without the variables `AWS_*` and `CREDTOOL_*`, and nothing
    /// that it writes is seen. Its arguments can be read by other users: a URL with a secret in it
    /// is none for it (see `BrowserHandOff`).
    /// - Parameters:
    ///   - chosen: What to open it with, in the place of BROWSER and in its form.
    ///   - container: Where in the browser it is to be opened.
    /// - Throws: `BrowserError`, that of the last program that was tried.
    public static func open(
        _ url: String, with chosen: String? = nil, in container: BrowserContainer? = nil,
        environment: ProcessEnvironment = ProcessEnvironment()
    ) throws(BrowserError) {
        guard isSafe(url) else { throw .invalidURL }
        var environment = environment
        for prefix in ["AWS_", "CREDTOOL_"] { environment.remove(prefix: prefix) }
        var chosen = chosen ?? environment["BROWSER"]
        if container != nil, chosen == nil { chosen = standardBrowser(environment) }
        var commands = commands(
            for: url, chosen: chosen, isWSL: BrowserFacts(environment).isWSL)
        if let container {
            let programs = commands.map { $0[0] }
            commands = commands.compactMap { container.command($0, opening: url) }
            guard !commands.isEmpty else { throw .noContainers(programs) }
        }
        var failure = BrowserError.noProgram(commands.map { $0[0] })
        for command in commands {
            do {
                let status = try DetachedProgram.start(
                    command, environment: environment, watch: watch)
                guard let status else { return }
                failure = .failed(program: command[0], status)
            } catch .cannotStart(let error) where error.cause == .notFound {
                continue
            } catch {
                failure = .cannotStart(error)
            }
        }
        throw failure
    }

    /// The program of the desktop's own browser; nil where that is not known. xdg-open hides which one
    /// it starts, and takes no addresses of a browser's extensions.
    ///
    /// Source: xdg-settings(1).
    private static func standardBrowser(_ environment: ProcessEnvironment) -> String? {
        let query = Subprocess(
            ["xdg-settings", "get", "default-web-browser"], environment: environment,
            errorOutput: .collected, deadline: .seconds(5))
        guard let result = try? query.run(), result.status == .exited(0) else { return nil }
        let entry = result.output.withBytes { String(decoding: $0, as: UTF8.self) }.trimmed
        let end = ".desktop"
        guard entry.hasSuffix(end), entry.utf8.count > end.utf8.count else { return nil }
        return ShellWords.quoted(String(entry.dropLast(end.count)))
    }

    /// Whether a browser that is started here would be seen by the person.
    public static func isLikely(_ facts: BrowserFacts = BrowserFacts()) -> Bool {
        !facts.isRemote && !facts.isContainer && (facts.hasDisplay || facts.isWSL)
    }

    /// The programs to try in turn, with their arguments; `chosen` is the variable BROWSER: commands
    /// with a colon between them, in which `%s` stands for the URL, else it comes last.
    ///
    /// Source: xdg-open(1) and Python's `webbrowser`, which read the variable so.
    static func commands(for url: String, chosen: String?, isWSL: Bool) -> [[String]] {
        guard let chosen else {
            return (isWSL ? [["wslview", url]] : []) + [["xdg-open", url]]
        }
        return chosen.split(separator: ":").compactMap { command in
            // Quotes that do not close: a path with an apostrophe, most likely.
            let words = (try? ShellWords.split(String(command))) ?? [String(command)]
            guard let program = words.first else { return nil }
            let arguments = words.dropFirst()
            guard arguments.contains(where: { $0.contains("%s") }) else { return words + [url] }
            return [program] + arguments.map { $0.replacing("%s", with: url) }
        }
    }

    /// Whether `url` holds only what programs along the way, Windows' shell among them, take as it is.
    ///
    /// Source: RFC 3986, section 2, less what a shell expands or takes for a quotation mark.
    static func isSafe(_ url: String) -> Bool {
        let allowed = Set("-._~:/?#[]@!&*+,;=%0123456789".utf8)
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        guard let scheme = ["https://", "http://"].first(where: url.hasPrefix) else { return false }
        return url.utf8.count > scheme.utf8.count
            && url.utf8.allSatisfy { allowed.contains($0) || letters.contains($0 | 0x20) }
    }
}
