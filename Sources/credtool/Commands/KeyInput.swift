// The ways a long-term key gets in: prompts, variables, standard input.
internal import Flags
internal import Glibc
internal import Model
internal import System

/// Reads a key, and refuses what cannot be one.
enum KeyInput {
    /// Reads the key in the way that the flags name.
    static func read(_ invocation: Invocation, profile: String) throws -> AccessKey {
        if invocation.isSet(.env) { return try environment() }
        // On a terminal the line discipline would show the secret as it is typed.
        if invocation.isSet(.stdin), !Terminal.isTerminal(0) {
            do { return try parse(CurrentProcess.readInput(limit: 64 * 1024)) } catch let error
                as SystemError where error.code == EFBIG
            {
                throw Failure.malformedInput
            }
        }
        do {
            let id = try accessKeyID(Secret(Terminal.ask("Access key ID of profile \(profile): ")))
            return AccessKey(
                id: id, secret: try secret(Terminal.askSecret("Secret access key (not shown): ")))
        } catch TerminalError.noTerminal {
            throw Failure.noTerminalForKey(profile: profile)
        }
    }

    private static func environment() throws -> AccessKey {
        func value(_ name: String) throws -> Secret {
            guard let value = Machine.secretVariable(name) else {
                throw Failure.missingVariable(name)
            }
            return value
        }
        let id = try accessKeyID(value("AWS_ACCESS_KEY_ID"))
        return AccessKey(id: id, secret: try secret(value("AWS_SECRET_ACCESS_KEY")))
    }

    /// Two lines, or the JSON of `aws iam create-access-key` or of a credential_process.
    static func parse(_ text: borrowing Secret) throws -> AccessKey {
        let isJSON = text.withBytes { bytes in
            bytes.first { !$0.isWhiteSpace } == UInt8(ascii: "{")
        }
        return isJSON ? try parseJSON(text) : try parseLines(text)
    }

    private static func parseLines(_ text: borrowing Secret) throws -> AccessKey {
        let lines = text.withBytes { linesWithText($0) }
        guard lines.count == 2 else { throw Failure.malformedInput }
        func line(_ index: Int) -> Secret {
            text.withBytes {
                Secret(copying: UnsafeRawBufferPointer(rebasing: $0[lines[index]]))
            }
        }
        return AccessKey(id: try accessKeyID(line(0)), secret: try secret(line(1)))
    }

    /// Where the lines stand that hold more than white space. The bytes stay where they are.
    private static func linesWithText(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for end in 0...bytes.count {
            let isEnd =
                end == bytes.count || bytes[end] == UInt8(ascii: "\n")
                || bytes[end] == UInt8(ascii: "\r")
            guard isEnd else { continue }
            if !bytes[start..<end].allSatisfy(\.isWhiteSpace) { lines.append(start..<end) }
            start = end + 1
        }
        return lines
    }

    private static func parseJSON(_ text: borrowing Secret) throws -> AccessKey {
        guard let document = try? JSONDocument(text) else { throw Failure.malformedInput }
        let key = document.element(["AccessKey"]) ?? document.root
        guard let id = document.secret(["AccessKeyId"], in: key),
            let secret = document.secret(["SecretAccessKey"], in: key)
        else { throw Failure.malformedInput }
        let keyID = try accessKeyID(id)
        let token = document.element(["SessionToken"], in: key)
        if let token, document.kind(token) != .null { throw Failure.temporaryKey(keyID) }
        return AccessKey(id: keyID, secret: try Self.secret(secret))
    }

    // MARK: What a key is

    /// What stands in the place of the ID may be the secret: it is looked at as one, and not
    /// repeated. AWS gives IDs of capital letters and digits alone, so anything else was not copied
    /// right.
    private static func accessKeyID(_ text: borrowing Secret) throws -> AccessKeyID {
        let trimmed = text.trimmed()
        let id = trimmed.withBytes { bytes -> AccessKeyID? in
            let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
            guard (16...128).contains(bytes.count), !bytes.contains(where: lowercase.contains)
            else { return nil }
            return AccessKeyID(String(decoding: bytes, as: UTF8.self))
        }
        guard let id else { throw Failure.malformedKeyID }
        guard !id.isTemporary else { throw Failure.temporaryKey(id) }
        return id
    }

    /// The secret without white space around it, such as the line end of a paste.
    private static func secret(_ text: consuming Secret) throws -> Secret {
        let trimmed = text.trimmed()
        guard trimmed.count >= 16, trimmed.isVisibleASCII else { throw Failure.malformedSecret }
        return trimmed
    }
}
