// The tokens that the instance metadata service gives, each for a time.
public import Model
internal import Synchronization

/// Tokens of version 2 of the instance metadata service.
public final class MetadataTokens: Sendable {
    /// More are not kept; the oldest go first. An SDK asks for one in six hours.
    private static let limit = 4096

    private let entries = Mutex<[(token: String, end: MonotonicTime)]>([])

    /// No token yet.
    public init() {}

    /// How long a token is to live, as a request says it: 1 to 21,600 seconds; nil for anything else.
    public static func lifetime(_ text: String?) -> Duration? {
        guard let text, text.utf8.count <= 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int(text), (1...21_600).contains(seconds)
        else { return nil }
        return .seconds(seconds)
    }

    /// Gives a new token.
    public func make(lifetime: Duration, now: MonotonicTime = .now) -> Secret {
        let token = EndpointToken.random().text.copy()
        let text = token.withBytes { String(decoding: $0, as: UTF8.self) }
        entries.withLock { entries in
            entries.removeAll { $0.end <= now }
            if entries.count >= Self.limit { entries.removeFirst() }
            entries.append((text, now + lifetime))
        }
        return token
    }

    /// Whether these are the bytes of a token that lives.
    public func admits(_ shown: UnsafeRawBufferPointer?, now: MonotonicTime = .now) -> Bool {
        guard let shown else { return false }
        return entries.withLock { entries in
            var isFound = false
            for entry in entries where entry.end > now {
                var difference: UInt8 = entry.token.utf8.count == shown.count ? 0 : 1
                for (own, other) in zip(entry.token.utf8, shown) { difference |= own ^ other }
                if difference == 0 { isFound = true }
            }
            return isFound
        }
    }
}
