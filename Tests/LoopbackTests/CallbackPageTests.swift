// The pages: what they say, and that they neither fetch nor run anything.
import Crypto
import Foundation
import Model
import Testing

@testable import Loopback

private func answer(_ verdict: consuming Callback.Verdict) -> ServerAnswer {
    CallbackPage(verdict, method: "GET", application: "a<b>").answer
}

/// The done page, two failures, then all refusals.
private func answers() -> [ServerAnswer] {
    var answers: [ServerAnswer] = []
    if let parameters = CallbackParameters(form: .init(start: nil, count: 0)) {
        answers.append(answer(.accepted(parameters)))
    }
    let description = "\"It\" broke & <script>alert('1')</script>"
    answers.append(answer(.failed(code: "<i>", description: description)))
    answers.append(answer(.failed(code: "<i>", description: nil)))
    return answers + Callback.Refusal.allCases.map { answer(.refused($0)) }
}

@Suite struct CallbackPageTests {
    @Test func statuses() {
        #expect(
            answers().map(\.status) == [200, 200, 200, 421, 403, 404, 405, 415, 413, 400])
        let allowed = answers().map { answer in
            answer.headers.filter { $0.name == "Allow" }.map(\.value)
        }
        #expect(allowed == [[], [], [], [], [], [], ["GET"], [], [], []])
    }

    @Test func textOfOthersIsNoMarkup() throws {
        let page = answers()[1].body
        #expect(
            page.contains(
                "<p>&quot;It&quot; broke &amp; &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; "
                    + "(&lt;i&gt;)</p>"))
        for page in answers() {
            #expect(page.body.contains("a&lt;b&gt;"))
            #expect(!page.body.contains("<script") && !page.body.contains("<i>"))
            #expect(!page.body.contains("\\"))
        }
    }

    @Test func nothingIsFetched() throws {
        for page in answers() {
            let text = page.body
            #expect(!text.contains("://") && !text.contains("url(") && !text.contains("src="))
            let links = text.components(separatedBy: "href=").dropFirst()
            #expect(links.allSatisfy { $0.hasPrefix(#""data:,""#) })
            let policy = page.headers.first { $0.name == "Content-Security-Policy" }?.value ?? ""
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
            #expect(page.headers.contains(.init("Cache-Control", "no-store")))
            #expect(page.headers.contains(.init("Referrer-Policy", "no-referrer")))
            #expect(page.headers.contains(.init("X-Content-Type-Options", "nosniff")))
        }
    }

    @Test func thePolicyLetsTheStyleIn() throws {
        let digest = try SHA256.digest(CallbackPage.style.utf8)
        #expect(Data(digest).base64EncodedString() == CallbackPage.styleHash)
        for page in answers() {
            #expect(page.body.contains("<style>\(CallbackPage.style)</style>"))
        }
    }
}
