// A person's no, for the processes that wait for the same person.
internal import Model
internal import System

/// What became of the last time that a person was asked, in a file beside the lock of a sign-in.
///
/// Whoever asked for a sign-in before the person said no, or let the time pass, does not ask once
/// more: of thirty programs that begin together, one asks.
struct SignInRefusals {
    private let path: String?

    /// - Parameters:
    ///   - name: The record that the sign-in is kept under.
    ///   - directory: Where locks stand; nil where there is no such place.
    init(_ name: String, in directory: String?) {
        path = directory.map { "\(SignInLock.path(name, in: $0)).refused" }
    }

    /// What a person said after `start`; nil where nobody was asked since.
    func since(_ start: MonotonicTime, now: MonotonicTime) -> SignInRefusal? {
        guard let path, let bytes = try? AtomicFile.read(path) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count == 2, let time = Int(words[0]).map(MonotonicTime.init(sinceBoot:)),
            let refusal = SignInRefusal(rawValue: String(words[1]))
        else { return nil }
        // One that is yet to come is of the time before the machine started.
        return start < time && !(now < time) ? refusal : nil
    }

    /// Notes what a person said. Where that cannot be kept, the others ask for themselves.
    func note(_ refusal: SignInRefusal, now: MonotonicTime) {
        guard let path else { return }
        try? AtomicFile.replace(path, with: Array("\(now.sinceBoot) \(refusal.rawValue)".utf8))
    }
}

/// Why a sign-in did not come about.
protocol SignInFailure: Error {
    /// What a person said by it; nil where it is about something else.
    var refusal: SignInRefusal? { get }
}

extension SignInEffects {
    /// What `ask` gets from a person, unless the person has just said no to another process.
    /// - Parameters:
    ///   - name: The record that the sign-in is kept under.
    ///   - failure: The error of a no.
    func asked<Token: ~Copyable, Failure: SignInFailure>(
        _ name: String, failure: (SignInRefusal) -> Failure,
        _ ask: () throws(Failure) -> Token
    ) throws(Failure) -> Token {
        let refusals = SignInRefusals(name, in: lockDirectory())
        if let refusal = refusals.since(began, now: uptime()) { throw failure(refusal) }
        do throws(Failure) { return try ask() } catch {
            if let refusal = error.refusal { refusals.note(refusal, now: uptime()) }
            throw error
        }
    }
}

/// How a person says no.
enum SignInRefusal: String {
    /// In the browser.
    case denied
    /// By letting the time pass.
    case timedOut
}
