// How a plan's MFA codes are asked for on this machine.
internal import Model
internal import Planning
internal import Prompts
internal import System

/// The way to ask, found out when the first code is needed.
struct MFAPrompting {
    private let plan: MFAPromptPlan
    private let profile: String

    init(_ plan: SessionPlan, _ machine: Machine) {
        self.plan = plan.mfaPrompt
        profile = plan.credentials.profile
    }

    /// The method that is set, else the one that can be shown.
    private func method() throws(PromptError) -> MFAPromptMethod {
        try MFAPromptMethod.choose(
            set: plan.method?.value,
            process: plan.process?.value, PromptFacts())
    }

    /// Whether a program makes the codes.
    var isAutomatic: Bool {
        do { return try method().isAutomatic } catch { return false }
    }

    /// Asks for a code.
    func ask(_ mfaSerial: String) throws(PromptError) -> String {
        try Prompt(method(), process: plan.process?.value)
            .code(mfaSerial: mfaSerial, profile: profile)
    }
}
