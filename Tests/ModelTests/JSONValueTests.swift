// JSON as it is written: the layout, the escapes, and secrets in it.
import Model
import Testing

private let document = JSONValue.object([
    .init("z", .string("a/b\"\\")), .init("a", .array([.integer(-1), .boolean(true), .null])),
    .init("none", .object([])), .init("empty", .array([])),
    .init("o", .object([.init("i", .array([.array([.boolean(false)])]))])),
])

@Test func indentedText() {
    #expect(
        document.text == #"""
            {
              "z": "a/b\"\\",
              "a": [
                -1,
                true,
                null
              ],
              "none": {},
              "empty": [],
              "o": {
                "i": [
                  [
                    false
                  ]
                ]
              }
            }

            """#)
    #expect(JSONValue.null.text == "null\n")
}

@Test func compactText() {
    #expect(
        document.text(.compact)
            == #"{"z":"a/b\"\\","a":[-1,true,null],"none":{},"empty":[],"o":{"i":[[false]]}}"#)
}

@Test func sortedMembersLeaveOutNil() {
    let value = JSONValue.sorted(["b": .integer(1), "A": .null, "a": nil, "c": .string("")])
    #expect(value.text(.compact) == #"{"A":null,"b":1,"c":""}"#)
}

@Test(arguments: [
    ("\u{0}\u{8}\t\n\r\u{1f}", #""\u0000\u0008\u0009\u000a\u000d\u001f""#),
    ("\u{7f}\u{80}\u{9b}\u{9f}", #""\u007f\u0080\u009b\u009f""#),
    ("\u{61c}\u{200e}\u{200f}", #""\u061c\u200e\u200f""#),
    ("\u{2028}\u{2029}\u{202a}\u{202e}", #""\u2028\u2029\u202a\u202e""#),
    ("\u{2066}\u{2069}", #""\u2066\u2069""#),
    ("ü\u{a0}€\u{200d}\u{2065}\u{206a}😀/", "\"ü\u{a0}€\u{200d}\u{2065}\u{206a}😀/\""),
])
func whatSteersTheDisplayIsEscaped(_ text: String, _ json: String) throws {
    #expect(JSONValue.string(text).text(.compact) == json)
    #expect(JSONValue.object([.init(text, .null)]).text(.compact) == "{\(json):null}")
    guard !text.contains("\0") else { return }
    let back = try JSONDocument(Secret(json)).string([])
    #expect(back == text)
}

@Test func secretsAreWrittenInPlace() throws {
    let document = Secret { json in
        json.member("Version", .integer(1))
        json.member("left out", nil)
        json.member("secret", secret: Secret("a\"\n€"))
        json.member("key") { json in
            json.member("inner", secret: Secret(""))
            json.member("list", .array([.string("x")]))
        }
        json.member("last", .null)
    }
    #expect(
        document.withBytes { String(decoding: $0, as: UTF8.self) } == #"""
            {
              "Version": 1,
              "secret": "a\"\u000a€",
              "key": {
                "inner": "",
                "list": [
                  "x"
                ]
              },
              "last": null
            }

            """#)
    let compact = Secret(json: .compact) { $0.member("s", secret: Secret("x")) }
    #expect(compact.withBytes { String(decoding: $0, as: UTF8.self) } == #"{"s":"x"}"#)
    let empty = Secret(json: .compact) { _ in }
    #expect(empty.withBytes { String(decoding: $0, as: UTF8.self) } == "{}")
}

@Test func bytesThatAreNotUTF8AreReplaced() {
    let document = Secret(json: .compact) { json in
        let bytes: [UInt8] = [0x61, 0xff, 0xe2, 0x80, 0x62]
        bytes.withUnsafeBytes { json.member("s", secret: $0) }
    }
    #expect(
        document.withBytes { String(decoding: $0, as: UTF8.self) }
            == "{\"s\":\"a\u{fffd}\u{fffd}b\"}")
}
