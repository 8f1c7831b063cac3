// The part of the config file that `sso sync` writes, between two lines that mark it.
internal import Model

/// A profile for a role in an account, as it stands in the block.
public struct SyncedProfile: Equatable, Sendable {
    /// The profile's name.
    public var name: String
    /// Twelve digits.
    public let accountID: String
    /// The role.
    public let roleName: String
    /// Lines that a person has added, such as a region; they stay.
    public var ownLines: [String] = []

    /// Joins what makes it up.
    public init(name: String, accountID: String, roleName: String, ownLines: [String] = []) {
        self.name = name
        self.accountID = accountID
        self.roleName = roleName
        self.ownLines = ownLines
    }

    /// Its lines in a block of this session.
    func lines(_ session: String) -> [String] {
        [
            "[profile \(name)]", "sso_session = \(session)", "sso_account_id = \(accountID)",
            "sso_role_name = \(roleName)",
        ] + ownLines
    }

    fileprivate static let ownKeys = ["sso_session", "sso_account_id", "sso_role_name"]
}

/// The block of one session. Every byte of the file that is not in it stays as it is.
public struct ManagedBlock: Sendable {
    /// The session that its profiles sign in with.
    public let session: String
    /// What stands in the block.
    public let profiles: [SyncedProfile]
    private let part: MarkedPart

    /// Finds the block of a session.
    ///
    /// - Parameter bytes: The config file, empty where there is none.
    /// - Returns: Nil where a block begins and does not end: who knows what is a person's own.
    public init?(session: String, of bytes: [UInt8]) {
        guard let part = MarkedPart("sso sync \(session)", of: bytes) else { return nil }
        self.session = session
        self.part = part
        profiles = Self.profiles(part.lines)
    }

    private static func profiles(_ lines: [String]) -> [SyncedProfile] {
        var profiles: [SyncedProfile] = []
        var name: String?
        var values: [String: String] = [:]
        var own: [String] = []
        func end() {
            while own.last?.isEmpty == true { own.removeLast() }
            if let name, let account = values["sso_account_id"], let role = values["sso_role_name"]
            {
                profiles.append(
                    SyncedProfile(name: name, accountID: account, roleName: role, ownLines: own))
            }
        }
        for line in lines {
            if line.hasPrefix("[profile "), let close = line.firstIndex(of: "]") {
                end()
                name = line[..<close].dropFirst("[profile ".count).trimmed
                values = [:]
                own = []
                continue
            }
            let key = line.prefix { $0 != "=" }.trimmed
            if SyncedProfile.ownKeys.contains(key) {
                values[key] = line.dropFirst(line.prefix { $0 != "=" }.count + 1).trimmed
            } else {
                own.append(line)
            }
        }
        end()
        return profiles
    }

    /// The file with these profiles in the block; without a block where there are none.
    public func file(with profiles: [SyncedProfile]) -> [UInt8] {
        part.file(with: Array(profiles.map { $0.lines(session) + [""] }.joined()))
    }

    /// The lines that go and come, those that go first for each profile.
    public func difference(to new: [SyncedProfile]) -> [String] {
        func key(_ profile: SyncedProfile) -> String { "\(profile.accountID) \(profile.roleName)" }
        let before = Dictionary(profiles.map { (key($0), $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { (key($0), $0) }, uniquingKeysWith: { $1 })
        var lines: [String] = []
        for profile in profiles where after[key(profile)] == nil {
            lines += profile.lines(session).map { "- \($0)" }
        }
        for profile in new {
            guard let old = before[key(profile)] else {
                lines += profile.lines(session).map { "+ \($0)" }
                continue
            }
            if old.name != profile.name {
                lines += ["- [profile \(old.name)]", "+ [profile \(profile.name)]"]
            }
        }
        return lines
    }
}

/// How profiles are called, and which there are to be.
public enum ProfileSync {
    /// A role that a person has.
    public struct Role: Hashable, Sendable {
        /// The account's twelve digits.
        public let accountID: String
        /// What the organization calls the account.
        public let accountName: String
        /// The role.
        public let roleName: String

        /// Whether number and name are such as AWS gives: whatever else, a line end above all, would
        /// be settings of its own in the config file.
        ///
        /// Source: IAM API reference, CreateRole, RoleName.
        public var fitsFile: Bool {
            accountID.utf8.count == 12 && accountID.utf8.allSatisfy(\.isASCIIDigit)
                && !roleName.isEmpty
                && roleName.utf8.allSatisfy {
                    $0.isASCIILetter || $0.isASCIIDigit || "_+=,.@-".utf8.contains($0)
                }
        }

        /// Joins the parts.
        public init(accountID: String, accountName: String, roleName: String) {
            self.accountID = accountID
            self.accountName = accountName
            self.roleName = roleName
        }
    }

    /// The name where nothing else is asked for.
    public static let standardTemplate = "{account_name}-{role_name}"

    /// The profiles of a block.
    /// - Parameters:
    ///   - old: What stands in it.
    ///   - taken: The names of profiles outside of it.
    ///   - prunes: Whether those go whose role is there no more.
    /// - Returns: The profiles by name, and those that are kept though their role is gone.
    public static func profiles(
        for roles: [Role], template: String, prefix: String, old: [SyncedProfile],
        taken: Set<String>, prunes: Bool
    ) -> (profiles: [SyncedProfile], vanished: [SyncedProfile]) {
        let vanished = old.filter { profile in
            !roles.contains {
                $0.accountID == profile.accountID && $0.roleName == profile.roleName
            }
        }
        let kept = prunes ? [] : vanished
        var taken = taken.union(kept.map(\.name))
        let plain = roles.map { name($0, template, prefix) }
        var counts: [String: Int] = [:]
        for name in plain { counts[name, default: 0] += 1 }
        var profiles = kept
        for (role, name) in zip(roles, plain) {
            var name = name
            // Every one of several gets its account's number, so that none changes its name with
            // the order in which AWS lists them.
            if counts[name] != 1 || taken.contains(name) { name += "-\(role.accountID)" }
            let base = name
            var number = 2
            while taken.contains(name) {
                name = "\(base)-\(number)"
                number += 1
            }
            taken.insert(name)
            let before = old.first {
                $0.accountID == role.accountID && $0.roleName == role.roleName
            }
            profiles.append(
                SyncedProfile(
                    name: name, accountID: role.accountID, roleName: role.roleName,
                    ownLines: before?.ownLines ?? []))
        }
        return (profiles.sorted { $0.name < $1.name }, vanished)
    }

    /// The template with its words filled in, and a dash for what would need quotes.
    private static func name(_ role: Role, _ template: String, _ prefix: String) -> String {
        let name =
            prefix
            + template.replacing("{account_name}", with: role.accountName)
            .replacing("{account_id}", with: role.accountID)
            .replacing("{role_name}", with: role.roleName)
        guard !name.isEmpty else { return role.accountID }
        let text = String(name.map { isIdentifier(String($0)) ? $0 : "-" })
        // A dash in front is a flag's.
        return text.hasPrefix("-") ? "\(role.accountID)\(text)" : text
    }
}
