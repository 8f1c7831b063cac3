// How a person is asked to sign in, decided from what was asked and what is there.

/// A way to ask a person.
public enum SignInMethod: Equatable, Sendable {
    /// A browser on this machine; whether it is opened, or the address only shown.
    case browser(opens: Bool)
    /// A browser anywhere: an address and a code.
    case device

    /// What the decision depends on.
    public struct Facts: Equatable, Sendable {
        /// Whether `--device` asks for an address and a code.
        public var wantsDevice = false
        /// Whether `--no-browser` wants the address shown only.
        public var wantsNoBrowser = false
        /// Whether a browser that is started here would be seen by the person.
        public var hasBrowser = false
        /// Whether there is a terminal to show an address and a code on.
        public var hasTerminal = false

        /// Nothing asked, nothing there.
        public init() {}
    }

    /// The way that `facts` leave; nil where nobody is there to be asked.
    public static func choose(_ facts: Facts) -> SignInMethod? {
        if facts.wantsDevice { return .device }
        if facts.wantsNoBrowser { return .browser(opens: false) }
        if facts.hasBrowser { return .browser(opens: true) }
        return facts.hasTerminal ? .device : nil
    }
}
