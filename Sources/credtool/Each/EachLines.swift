// What a run writes, as it is shown: whole lines, each with the name of the run before it. No effects.
internal import Model

/// Makes lines out of what comes in parts.
struct EachLines {
    private let prefix: [UInt8]
    private var rest: [UInt8] = []

    /// A longer line is shown in parts.
    private static let limit = 1 << 16

    init(name: String) { prefix = Array("\(name.visible) | ".utf8) }

    /// Takes what was written, and gives the lines that are whole by now.
    mutating func add(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            text.append(contentsOf: prefix)
            text.append(contentsOf: rest)
            text.append(contentsOf: bytes[start...end])
            rest.removeAll(keepingCapacity: true)
            start = end + 1
        }
        rest += bytes[start...]
        if rest.count > Self.limit { text += takeRest() }
        return text
    }

    /// The last line, where its end is missing.
    mutating func takeRest() -> [UInt8] {
        guard !rest.isEmpty else { return [] }
        defer { rest = [] }
        return prefix + rest + [UInt8(ascii: "\n")]
    }
}

/// The beginning of an output, as much as JSON is to tell of it.
struct EachText {
    private(set) var bytes: [UInt8] = []
    private(set) var isTruncated = false

    static let limit = 16 << 20

    mutating func add(_ more: UnsafeRawBufferPointer) {
        let kept = more.prefix(Self.limit - bytes.count)
        bytes += kept
        if kept.count < more.count { isTruncated = true }
    }
}

/// What became of a run.
enum EachOutcome: Equatable {
    /// COMMAND ended by itself.
    case ended(Int32)
    case signalled(Int32)
    /// It did not end when it was told to.
    case killed
    /// It was not run; why, and what to type next.
    case notRun(Wording)

    var isSuccess: Bool { self == .ended(0) }

    /// As a shell tells it.
    var code: Int32 {
        switch self {
        case .ended(let code): code
        case .signalled(let signal): 128 + signal
        case .killed: 137
        case .notRun: 125
        }
    }

    /// A line of `--json`.
    func json(profile: String, region: String?, output: EachText) -> String {
        var members: [String: JSONValue?] = [
            "profile": .string(profile), "region": region.map { .string($0) } ?? .null,
            "code": .integer(Int(code)),
            "output": .string(String(decoding: output.bytes, as: UTF8.self)),
        ]
        if output.isTruncated { members["truncated"] = .boolean(true) }
        if case .notRun(let wording) = self { members["error"] = .string(wording.message) }
        return JSONValue.sorted(members).text(.compact) + "\n"
    }
}
