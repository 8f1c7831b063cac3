// The table of parsers that are fuzzed, and what all of them are given.
import Model

/// A parser that reads what others wrote: it must come to an end on any bytes, and what it takes
/// must be the same when it is written and read again.
struct FuzzedParser: Sendable {
    /// Its name, which is that of its folder in `corpus`, too.
    let name: String
    /// Reads the bytes. It traps where a promise is broken.
    let run: @Sendable ([UInt8]) -> Void

    /// A parser of bytes.
    static func bytes(_ name: String, _ run: @escaping @Sendable ([UInt8]) -> Void) -> Self {
        FuzzedParser(name: name, run: run)
    }

    /// A parser of texts.
    static func text(_ name: String, _ run: @escaping @Sendable (String) -> Void) -> Self {
        FuzzedParser(name: name) { run(String(decoding: $0, as: UTF8.self)) }
    }

    /// A parser of what lies in locked memory.
    static func secret(
        _ name: String, _ run: @escaping @Sendable (borrowing Secret) -> Void
    ) -> Self {
        FuzzedParser(name: name) { run(Secret(bytes: $0)) }
    }

    /// All of them.
    static let all = config + texts + documents + answers + records + keys + foreign + wire

    static func named(_ name: String) -> FuzzedParser? { all.first { $0.name == name } }
}

extension Secret {
    init(bytes: [UInt8]) {
        self.init(capacity: bytes.count) { room in
            room.copyBytes(from: bytes)
            return bytes.count
        }
    }
}

/// The time at which everything is read.
let fuzzedNow = Timestamp(secondsSinceEpoch: 1_784_000_000)
