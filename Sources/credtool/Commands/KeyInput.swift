// The ways a long-term key gets in: prompts, variables, standard input, the AWS files.
internal import Flags
internal import Glibc
internal import Model
internal import Profiles
internal import System

/// Where a key comes from, which decides what becomes of it where AWS says no.
enum KeyOrigin {
    /// Typed: what was mistyped is asked for again.
    case terminal
    /// The variables of the environment.
    case environment
    /// A plain file, which keeps it.
    case file
    /// Standard input: perhaps the only copy there is.
    case pipe

    /// What the flags name. On a terminal, standard input is typed too: the line discipline would
    /// show the secret.
    init(_ invocation: Invocation) {
        self =
            if invocation.isSet(.env) {
                .environment
            } else if invocation.isSet(.fromFile) {
                .file
            } else if invocation.isSet(.stdin), !Terminal.isTerminal(0) {
                .pipe
            } else {
                .terminal
            }
    }
}

/// Reads a key, and refuses what cannot be one.
struct KeyInput {
    let profile: String
    let form: KeyForm
    let machine: Machine

    /// How often a person may mistype a key.
    static let tries = 3
    private static let mistakes: [Failure] = [.malformedKeyID, .secretAsKeyID, .malformedSecret]

    // MARK: The terminal

    /// The ID, asked for again where what was typed cannot be one.
    func askForID(tries: Int = tries) throws -> AccessKeyID {
        let typed = try typed("Access key ID of profile \(profile): ", echo: true)
        do throws(Failure) { return try form.accessKeyID(typed) } catch {
            try report(error, tries: tries)
        }
        return try askForID(tries: tries - 1)
    }

    /// The same of the secret.
    func askForSecret(of id: AccessKeyID, tries: Int = tries) throws -> Secret {
        let typed = try typed("Secret access key (not shown): ", echo: false)
        do throws(Failure) { return try form.secret(typed, of: id) } catch {
            try report(error, tries: tries)
        }
        return try askForSecret(of: id, tries: tries - 1)
    }

    /// A line that is wiped in the end, also where it is shown: people paste the secret in the place
    /// of the ID.
    private func typed(_ prompt: String, echo: Bool) throws -> Secret {
        do throws(TerminalError) { return try Terminal.askSecret(prompt, echo: echo) } catch {
            guard error == .noTerminal else { throw error }
            throw Failure.noTerminalForKey(profile: profile)
        }
    }

    /// Says what was mistyped; the last mistake counts.
    private func report(_ mistake: Failure, tries: Int) throws(Failure) {
        guard tries > 1, Self.mistakes.contains(mistake) else { throw mistake }
        machine.console.report(mistake)
    }

    // MARK: Elsewhere

    /// The key in the environment.
    func environmentKey() throws(Failure) -> AccessKey {
        func value(_ name: String) throws(Failure) -> Secret {
            guard let value = Machine.secretVariable(name) else { throw .missingVariable(name) }
            return value
        }
        let id = try form.accessKeyID(value("AWS_ACCESS_KEY_ID"))
        return AccessKey(id: id, secret: try form.secret(value("AWS_SECRET_ACCESS_KEY"), of: id))
    }

    /// The key on standard input.
    func pipedKey() throws -> KeyText {
        do { return try KeyText(CurrentProcess.readInput(limit: 64 * 1024), form) } catch let error
            as SystemError where error.code == EFBIG
        {
            throw Failure.malformedInput
        }
    }

    /// The key of the profile that stands in one of the AWS files, at a place found before.
    func fileKey(_ place: PlainKeyPlace) throws -> AccessKey {
        let plain = try machine.plainKey(ofProfile: profile, in: place.file)
        let id = try form.accessKeyID(Secret(plain.accessKeyID.value))
        guard plain.token == nil else { throw Failure.temporaryKey(id) }
        return AccessKey(id: id, secret: try form.secret(plain.secret, of: id))
    }
}
