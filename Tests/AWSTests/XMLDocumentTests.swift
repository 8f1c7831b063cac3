// What is read from XML, and what is refused.
import Model
import Testing

@testable import AWS

private func read(_ text: String) throws(XMLError) -> XMLDocument {
    try XMLDocument(Secret(text))
}

@Test func textNamesAndLists() throws {
    // Macros cannot borrow, so what they look at is taken out first.
    let document = try read(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <a:Root xmlns:a="https://example.com/" x="y">
          <!-- a comment --><One>1 &amp; <![CDATA[<2>]]> &#x41;</One>
          <List> <member>x</member> between <member>y</member> </List>
          <Empty/><Ünï>ü</Ünï>
        </a:Root>
        """)
    let root = document.root
    let rootName = document.name(root)
    #expect(rootName == "Root")

    let paths = [["One"], ["List"], ["Empty"], ["Ünï"], ["None"], ["List", "none"]]
    var texts: [String?] = []
    for path in paths { texts.append(document.string(path, in: root)) }
    #expect(texts == ["1 & <2> A", "", "", "ü", nil, nil])

    var members: [String?] = []
    if let list = document.element(["List"], in: root) {
        for member in document.children("member", of: list) {
            members.append(document.string([], in: member))
        }
    }
    #expect(members == ["x", "y"])

    switch document.secret(["One"], in: root) {
    case .some(let secret):
        #expect(secret.withBytes { String(decoding: $0, as: UTF8.self) } == "1 & <2> A")
    case .none: Issue.record("no secret")
    }
}

@Test func childrenAreThoseRightInside() throws {
    let document = try read("<a><b>1<b>2</b></b><c><b>3</b><d/></c><b>4</b></a>")
    let root = document.root
    var texts: [String?] = []
    for child in document.children("b", of: root) { texts.append(document.string([], in: child)) }
    #expect(texts == ["", "4"])
    let inner = [["b", "b"], ["c", "b"], ["d"], ["c", "d", "b"]].map {
        document.element($0, in: root).map { document.string([], in: $0) }
    }
    #expect(inner == ["2", "3", nil, nil])
}

/// An encoding declared in the document is not believed: AWS writes UTF-8.
@Test func encodingIsUTF8WhateverIsDeclared() throws {
    let document = try read("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>ü</b></a>")
    let text = document.string(["b"], in: document.root)
    #expect(text == "ü")
}

@Test(arguments: [
    "", " ", "garbage", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "<a",
    "{\"json\": true}", "<html><body><p>Proxy<br>error</body></html>", "<a>\u{0}</a>",
    "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
    "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
    "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><l>&b;</l>",
    String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17),
    "<a>" + String(repeating: "<b/>", count: 20_001) + "</a>",
])
func refusedXML(_ text: String) {
    #expect(throws: XMLError.self) { _ = try read(text) }
}

@Test func limitsAreTheLargestThatPass() throws {
    _ = try read(String(repeating: "<a>", count: 16) + String(repeating: "</a>", count: 16))
    _ = try read("<a>" + String(repeating: "<b/>", count: 19_999) + "</a>")
}
