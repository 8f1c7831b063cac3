// The Python server of Tests/Support, started once for all tests of this process.
import Glibc
import Testing

struct LocalServer {
    let http: Int
    let tls: Int
    let proxy: Int
    let silent: Int
    let certificate: String

    /// nil where python3 or openssl is missing; the tests then fail and say so.
    static let shared: LocalServer? = start()

    private static func start() -> LocalServer? {
        let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let script = "/\(here)/Support/http_server.py"
        // Left open on purpose: the server ends with this process.
        guard let output = popen("exec python3 '\(script)'", "r") else { return nil }
        var line = [CChar](repeating: 0, count: 4096)
        guard fgets(&line, Int32(line.count), output) != nil else { return nil }
        let bytes = line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:))
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
        let ports = words.prefix(4).compactMap { Int($0) }
        guard words.count == 5, ports.count == 4 else { return nil }
        return LocalServer(
            http: ports[0], tls: ports[1], proxy: ports[2], silent: ports[3],
            certificate: words[4])
    }

    static func required() throws -> LocalServer {
        try #require(shared, "python3 and openssl are needed to run the local server")
    }
}
