// Taking a key in plain out of a file, which keeps every other byte.
public import Model

extension ConfigEdit {
    /// The file without the lines of a profile's key.
    ///
    /// Only lines whose value is that of the key go, so that no other key is lost with it: neither one
    /// that was written meanwhile, nor one in a line above that does not count. The section's title
    /// and its other settings stay, and comments too.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - name: The profile.
    ///   - role: Which file it is.
    ///   - bytes: The file.
    ///   - path: Its path in the form for display, for errors.
    /// - Returns: The new file; nil where not both halves of the key stand there.
    /// - Throws: `ConfigError.grammar` where the file is not in the grammar, so that an edit could do
    ///   harm.
    public static func removing(
        _ key: borrowing AccessKey, ofProfile name: String, in role: ConfigFile.Role,
        from bytes: borrowing Secret, path: String
    ) throws(ConfigError) -> Secret? {
        let lines = try bytes.withSpan { (span) throws(ConfigError) -> [Range<Int>]? in
            try removals(of: key, profile: name, in: role, span, path: path)
        }
        guard let lines else { return nil }
        return bytes.withBytes { bytes -> Secret in
            Secret(capacity: bytes.count) { room in
                var writer = SecretWriter(room)
                var start = 0
                for line in lines {
                    writer.write(UnsafeRawBufferPointer(rebasing: bytes[start..<line.lowerBound]))
                    start = line.upperBound
                }
                writer.write(UnsafeRawBufferPointer(rebasing: bytes[start...]))
                return writer.count
            }
        }
    }

    /// The lines to remove, from the first to the last; nil where a half of the key is missing.
    private static func removals(
        of key: borrowing AccessKey, profile: String, in role: ConfigFile.Role,
        _ bytes: Span<UInt8>, path: String
    ) throws(ConfigError) -> [Range<Int>]? {
        var secrets: [Range<Int>] = []
        let index = try SectionIndex(bytes, of: role, path: path, secrets: &secrets)
        var ids: [Range<Int>] = []
        var secretLines: [Range<Int>] = []
        var position = index.next(.profile, named: profile, in: bytes)
        while let found = position {
            index.section(at: found, in: bytes).forEachProperty(in: bytes) { property in
                guard property.continuations.isEmpty else { return }
                let value = property.rest.value(in: bytes)
                let line = property.indent.lowerBound..<property.end
                switch PlainKeyPart(bytes, property.key) {
                case .id where bytes.equals(key.id.description, in: value): ids.append(line)
                case .secret where key.secret.equals(bytes, in: value): secretLines.append(line)
                case .id, .secret, .sessionToken, .securityToken, nil: break
                }
            }
            position = index.next(behind: found, .profile, named: profile, in: bytes)
        }
        guard !ids.isEmpty, !secretLines.isEmpty else { return nil }
        return (ids + secretLines).sorted { $0.lowerBound < $1.lowerBound }
    }
}

extension Secret {
    /// Whether it is what stands in `range`.
    fileprivate borrowing func equals(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        bytes.withUnsafeBytes { equals(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
