// JSON as it is read, and what is refused.
import Model
import Testing

private func read(_ text: String) throws -> JSONDocument { try JSONDocument(Secret(text)) }

@Test func valuesAreFound() throws {
    let document = try read(
        """
        {"s": "a\\"b\\\\c\\/\\b\\f\\n\\r\\tü\\u00fc\\u20AC\\ud83d\\uDE00", "n": -12, "f": 1.5e3, "z": 0,
         "t": true, "no": false, "nil": null, "o": {"i": {"s": "deep"}}, "a": ["x", 1, ["y"], {}],
         "": "empty name", "twice": "first", "twice": "last", "e": "" }
        """)
    var strings: [String?] = []
    for path in [
        ["s"], ["o", "i", "s"], [""], ["twice"], ["e"], ["n"], ["nil"], ["none"], ["o", "none"],
        ["s", "s"], [],
    ] {
        strings.append(document.string(path))
    }
    #expect(
        strings == [
            "a\"b\\c/\u{8}\u{c}\n\r\tüü€😀", "deep", "empty name", "last", "", nil, nil, nil, nil,
            nil, nil,
        ])
    var numbers: [Int?] = []
    for name in ["n", "f", "z", "s", "none"] { numbers.append(document.integer([name])) }
    #expect(numbers == [-12, nil, 0, nil, nil])

    var kinds: [JSONDocument.Kind?] = []
    for path in [[], ["s"], ["n"], ["t"], ["no"], ["nil"], ["a"], ["none"]] {
        let element = document.element(path)
        if let element { kinds.append(document.kind(element)) } else { kinds.append(nil) }
    }
    #expect(
        kinds == [.object, .string, .number, .boolean(true), .boolean(false), .null, .array, nil])

    let found = document.element(["a"])
    let list = try #require(found)
    let values = document.children(of: list)
    #expect(values.count == 4)
    let first = document.string([], in: values[0])
    #expect(first == "x")
    switch document.secret(["o", "i", "s"]) {
    case .some(let secret):
        #expect(secret.withBytes { String(decoding: $0, as: UTF8.self) } == "deep")
    case .none: Issue.record("no secret")
    }
}

@Test(arguments: ["\"x\"", " 1 ", "[]", "{}", "null", "[ ]", "{ }", "\t[1 ,\r\n2]", "-0", "1E+2"])
func wholeDocuments(_ text: String) throws { _ = try read(text) }

@Test(arguments: [
    ("", 0), (" ", 1), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7),
    ("{\"a\":1,}", 7), ("{a:1}", 1), ("[1,]", 3), ("[1 2]", 3), ("1 1", 2), ("{} x", 3),
    ("\"a", 2), ("\"\\x\"", 2), ("\"\\u12\"", 2), ("\"\\u12g4\"", 2), ("\"a\u{1}\"", 2),
    ("\"a\nb\"", 2), ("\"\\ud800\"", 7), ("\"\\ud800\\u0041\"", 13), ("\"\\udc00\"", 7),
    ("\"\\u0000\"", 7), ("tru", 0), ("True", 0), ("nul", 0), ("01", 2), ("-", 1), ("1.", 2),
    ("1e", 2), (".5", 0), ("+1", 0), ("NaN", 0), ("'a'", 0), ("\u{feff}{}", 0), ("<html>", 0),
    ("{\"a\" 1}", 5), ("// x\n{}", 0), ("\"\\", 2),
])
func malformedJSON(_ text: String, _ offset: Int) {
    #expect(throws: JSONError.malformed(offset: offset)) { _ = try read(text) }
}

@Test func limitsOfJSON() throws {
    func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try read(nested(JSONDocument.maximumDepth))
    #expect(throws: JSONError.tooLarge) { _ = try read(nested(JSONDocument.maximumDepth + 1)) }
    #expect(throws: JSONError.tooLarge) { _ = try read(String(repeating: "[", count: 100_000)) }
    _ = try read("[" + String(repeating: "1,", count: 19_998) + "1]")
    #expect(throws: JSONError.tooLarge) {
        _ = try read("[" + String(repeating: "1,", count: 19_999) + "1]")
    }
}

/// Every document cut short anywhere is refused, and none of them is read beyond its end.
@Test func cutDocumentsAreRefused() throws {
    let text = #"{"a": ["xü\u00fc", -1.5e3, true, null, {"b": "c"}]}"#
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
        let cut = Secret(capacity: count) { room in
            room.copyBytes(from: bytes[..<count])
            return count
        }
        #expect(throws: JSONError.self) { _ = try JSONDocument(cut) }
    }
}

@Test func childrenAndMembersOfWhatLiesDeep() throws {
    let document = try read(#"{"a": {"x": [1, {"x": "in"}], "y": "b"}, "y": [[], "c", {}]}"#)
    let inner = document.string(["a", "y"])
    #expect(inner == "b")
    let list = document.element(["y"])
    let outer = try #require(list)
    let values = document.children(of: outer)
    let kinds = values.map { document.kind($0) }
    #expect(kinds == [.array, .string, .object])
    let counts = [document.root, values[0], values[1]].map { document.children(of: $0).count }
    #expect(counts == [2, 0, 0])
}
