// The command for curl, as text; the end-to-end tests run it in shells.
import Handover
import Model
import Testing

private func text(_ command: CurlCommand, token: String? = nil) -> String {
    command.text(sessionToken: token.map { Secret($0) }).withBytes {
        String(decoding: $0, as: UTF8.self)
    }
}

@Test func headerFieldsReachCurlThroughAPipe() {
    let command = CurlCommand(
        method: "POST", url: "https://x/?a=%27", headers: [("A", "it's"), ("content-type", "b")],
        body: .file("a file"))
    #expect(
        text(command, token: "tok'en") == #"""
            printf '%s\n' \
              'A: it'\''s' \
              'content-type: b' \
              'X-Amz-Security-Token: ''tok'\''en' \
              | curl --globoff --path-as-is --request POST --header @- \#
            --data-binary '@a file' --url 'https://x/?a=%27'

            """#)
}

@Test(arguments: [
    ("GET", CurlCommand.Body.none, "--request GET --header @- --url"),
    ("HEAD", .none, "--head --header @- --url"),
    ("PUT", .text("@x"), "--header 'Content-Type:' --data-raw '@x' --url"),
])
func methodsAndBodies(method: String, body: CurlCommand.Body, words: String) {
    let command = CurlCommand(method: method, url: "u", headers: [], body: body)
    #expect(text(command).contains(words))
    #expect(!text(command).contains("Security-Token"))
}
