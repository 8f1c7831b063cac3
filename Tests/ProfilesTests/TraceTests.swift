// Secrets of the credentials file leave nothing behind: this process's memory is searched for them.
import Model
import Testing

@testable import Profiles

@Suite(.serialized) struct TraceTests {
    /// A credentials file, made in secret memory, with `secret` as the secret half of a key.
    private func file(_ secret: borrowing Secret) -> Secret {
        let start = Array("[a]\naws_access_key_id = ID\naws_secret_access_key = ".utf8)
        let end = Array(" # c\n[b]\nregion = x\n".utf8)
        return secret.withBytes { secret in
            Secret(capacity: start.count + secret.count + end.count) { room in
                var offset = 0
                for part in [start, Array(repeating: 0x78, count: secret.count), end] {
                    UnsafeMutableRawBufferPointer(rebasing: room[offset...]).copyBytes(from: part)
                    offset += part.count
                }
                UnsafeMutableRawBufferPointer(rebasing: room[start.count...]).copyMemory(
                    from: secret)
                return offset
            }
        }
    }

    private func read(_ text: consuming Secret) throws -> ConfigFiles {
        try ConfigFiles(
            config: nil, credentials: text, paths: ConfigPaths(variable: { _ in "/h" }))
    }

    @Test func theParsedFileHasNoneOfThem() throws {
        // Once before, so that every function is linked: that would leave registers on the stack.
        _ = try read(file(MemoryScan.marker())).profile(named: "a")
        let needle = MemoryScan.marker()
        let text = file(needle)
        let before = MemoryScan.count(of: needle)
        #expect(before == 1)
        let files = try read(text)
        let profile = try #require(try files.profile(named: "a"))
        let after = MemoryScan.count(of: needle)
        #expect(after == 0)
        #expect(profile.plainKeys.first?.isComplete == true)
        _ = needle.count
    }

    @Test func theKeyIsTheOnlyOneThatHasIt() throws {
        _ = try PlainKey(
            ofProfile: "a", in: .credentials, bytes: file(MemoryScan.marker()), path: "c")
        let needle = MemoryScan.marker()
        let key = try PlainKey(
            ofProfile: "a", in: .credentials, bytes: file(needle), path: "c")
        let isSecret = key.secret.equals(needle)
        #expect(isSecret)
        let places = MemoryScan.count(of: needle)
        #expect(places == 1)
        _ = needle.count
    }
}
