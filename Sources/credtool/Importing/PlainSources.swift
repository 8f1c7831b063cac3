// Keys that stand in plain: in the AWS files, and in the file that the console hands out.
internal import Model
internal import Profiles
internal import System

extension Machine {
    /// The keys in plain in the AWS files, by their profiles: of one that has a key in both files
    /// the one that counts for the SDKs comes first.
    func keysInAWSFiles() throws -> [FoundKey] {
        let files = try configFiles()
        return files.profileNames.flatMap { name in
            files.plainKeyPlaces(ofProfile: name).map { place in
                FoundKey(
                    profile: name, place: place.description,
                    key: { form in
                        try KeyInput(profile: name, form: form, machine: self).fileKey(place)
                    },
                    remove: { key in try removePlain(key, ofProfile: name, from: place.file) })
            }
        }
    }

    /// Takes a key out of a file, wherever it stands there, and leaves every other byte. Returns
    /// whether it stood there.
    private func removePlain(
        _ key: borrowing AccessKey, ofProfile name: String, from role: ConfigFile.Role
    ) throws -> Bool {
        // Others may edit the files at the same time, this program included.
        try AtomicFile.makeDirectories(dataDirectory)
        let lock = try FileLock(path: "\(dataDirectory)/config.lock", within: .seconds(10))
        defer { withExtendedLifetime(lock) {} }
        let paths = try configPaths()
        let path = role == .config ? paths.config : paths.credentials
        guard let old = try AtomicFile.readSecret(path.path, limit: Machine.configLimit),
            let new = try ConfigEdit.removing(
                key, ofProfile: name, in: role, from: old, path: path.display)
        else { return false }
        try AtomicFile.replace(path.path, with: new)
        return true
    }

    /// The key in a file of the console.
    func key(inCSV path: String, profile: String) throws -> FoundKey {
        guard try AtomicFile.readSecret(path, limit: Self.csvLimit) != nil else {
            throw ImportFailure.noFile(path)
        }
        return FoundKey(
            profile: profile, place: path,
            key: { form in
                do { return try Self.csvKey(path, form) } catch Failure.malformedInput {
                    throw ImportFailure.noKeyInFile(path)
                }
            },
            remove: { key in
                let found = try Self.csvKey(path, .ofAnyMaker)
                guard found.id == key.id, found.secret.equals(key.secret) else { return false }
                return AtomicFile.remove(path)
            })
    }

    private static let csvLimit = 64 * 1024

    private static func csvKey(_ path: String, _ form: KeyForm) throws -> AccessKey {
        guard let text = try AtomicFile.readSecret(path, limit: csvLimit) else {
            throw ImportFailure.noFile(path)
        }
        return try KeyText(text, form).takeKey()
    }
}

extension PlainKeyPlace {
    /// The file and the line of its first half.
    fileprivate var description: String {
        let origin = accessKeyID?.origin ?? secret ?? token
        return origin.map { "\($0)" } ?? "the AWS config files"
    }
}
