// A real browser, without a window, that comes back to the listener; what it shows is kept.
import Foundation
import Model
import Synchronization
import System
import Testing

@testable import Loopback

/// A run of Chromium on a thread of its own.
private final class Visit: Sendable {
    /// Where the pictures stay for a person to look at.
    private static let pictures =
        #filePath.split(separator: "/").dropLast(3)
        .reduce("") { "\($0)/\($1)" } + "/.build"

    let picture: String
    private let said = Mutex<String?>(nil)

    /// Starts to open `url`, and to write what it shows to a file of this name.
    init(_ url: String, picture name: String, isDark: Bool) {
        picture = "\(Self.pictures)/\(name).png"
        try? FileManager.default.removeItem(atPath: picture)
        let home = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID())"
        let command = Subprocess(
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--user-data-dir=\(home)", "--window-size=900,640",
                "--enable-logging=stderr", "--virtual-time-budget=10000",
                "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
                "--screenshot=\(picture)", url,
            ],
            environment: ProcessEnvironment(changing: ["HOME": home]), errorOutput: .collected,
            deadline: .seconds(120))
        let thread = Thread {
            let text: String
            do {
                let result = try command.run()
                text = "\(result.status)\n\(result.errorOutput)"
            } catch { text = "\(error)" }
            try? FileManager.default.removeItem(atPath: home)
            self.said.withLock { $0 = text }
        }
        thread.start()
    }

    /// Waits for its end.
    /// - Returns: The picture, as a file.
    func shown() throws -> Data {
        while said.withLock({ $0 }) == nil { usleep(20_000) }
        let said = said.withLock { $0 ?? "" }
        // The style and nothing else is let in; what was kept out would be told of.
        #expect(!said.contains("Content Security Policy"), "\(said)")
        return try #require(FileManager.default.contents(atPath: picture), "\(said)")
    }
}

/// One browser at a time: it takes all that a small machine has.
@Suite(.serialized) struct ChromiumTests {
    @Test func aSignInIsDone() throws {
        let pictures = try [true, false].map { isDark in
            let listener = try LoopbackListener(path: "/oauth/callback", application: "credtool")
            let visit = Visit(
                "\(listener.redirectURI)?state=a%2Bb&code=abc",
                picture: "sign-in-done-\(isDark ? "dark" : "light")", isDark: isDark)
            let parameters = try listener.redirect(
                state: "a+b", deadline: .now + .seconds(120)
            ) { _ in }
            let hasCode = parameters.holds("code")
            #expect(hasCode)
            return try visit.shown()
        }
        #expect(pictures[0] != pictures[1])
    }

    @Test func aSignInFails() throws {
        let listener = try LoopbackListener(path: "/oauth/callback", application: "credtool")
        let words = "User+is+not+assigned+to+this+application"
        let visit = Visit(
            "\(listener.redirectURI)?state=a&error=access_denied&error_description=\(words)",
            picture: "sign-in-failed", isDark: false)
        #expect(
            throws: ListenerError.refused(
                code: "access_denied", description: words.replacing("+", with: " "))
        ) {
            _ = try listener.redirect(state: "a", deadline: .now + .seconds(120)) { _ in }
        }
        _ = try visit.shown()
    }

    /// The page of an identity provider posts by a script, from another site.
    @Test func aFormIsPosted() throws {
        let listener = try LoopbackListener(
            host: "localhost", path: "/saml/acs", application: "credtool")
        let page = FileManager.default.temporaryDirectory.path + "/credtool-\(UUID()).html"
        defer { try? FileManager.default.removeItem(atPath: page) }
        let html = """
            <form method="post" action="\(listener.redirectURI)">
            <input name="SAMLResponse" value="PHNhbWw+"><input name="RelayState" value="relay">
            </form><script>document.forms[0].submit()</script>
            """
        try Data(html.utf8).write(to: URL(fileURLWithPath: page))
        let visit = Visit("file://\(page)", picture: "form-posted", isDark: false)
        let parameters = try listener.form(
            field: "SAMLResponse", relayState: "relay", deadline: .now + .seconds(120)
        ) { _ in }
        let isSame = parameters.matches("SAMLResponse", "PHNhbWw+")
        #expect(isSame)
        _ = try visit.shown()
    }
}
