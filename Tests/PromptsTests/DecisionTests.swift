// Which method is taken, as a table.
import Model
import Prompts
import System
import Testing

private enum Place: CaseIterable {
    case terminal, desktop, terminalOnDesktop, nowhere

    func facts(_ dialogs: Set<MFAPromptMethod>) -> PromptFacts {
        PromptFacts(
            hasTerminal: self == .terminal || self == .terminalOnDesktop,
            hasDisplay: self == .desktop || self == .terminalOnDesktop, dialogs: dialogs)
    }
}

private func choose(
    _ set: MFAPromptMethod?, _ process: String?, _ facts: PromptFacts
) -> Result<MFAPromptMethod, PromptError> {
    do { return .success(try MFAPromptMethod.choose(set: set, process: process, facts)) } catch {
        return .failure(error)
    }
}

@Test(
    arguments: [
        (.terminal, [], .success(.tty)),
        (.terminalOnDesktop, [.pinentry, .zenity, .kdialog], .success(.tty)),
        (.desktop, [.pinentry, .zenity, .kdialog], .success(.pinentry)),
        (.desktop, [.kdialog, .zenity], .success(.zenity)),
        (.desktop, [.kdialog], .success(.kdialog)),
        (.desktop, [], .failure(.nowhereToAsk(hasDisplay: true))),
        (.nowhere, [.pinentry, .zenity, .kdialog], .failure(.nowhereToAsk(hasDisplay: false))),
    ] as [(Place, Set<MFAPromptMethod>, Result<MFAPromptMethod, PromptError>)])
private func withoutASettingThePlaceDecides(
    _ place: Place, _ dialogs: Set<MFAPromptMethod>,
    _ expected: Result<MFAPromptMethod, PromptError>
) {
    #expect(choose(nil, nil, place.facts(dialogs)) == expected)
    // A command needs neither a terminal nor a display.
    #expect(choose(nil, "pass otp aws", place.facts(dialogs)) == .success(.process))
}

@Test(arguments: MFAPromptMethod.allCases, Place.allCases)
private func theSettingWins(_ method: MFAPromptMethod, _ place: Place) {
    for dialogs in [[], Set(MFAPromptMethod.allCases)] {
        #expect(choose(method, "pass otp aws", place.facts(dialogs)) == .success(method))
        #expect(
            choose(method, nil, place.facts(dialogs))
                == (method == .process ? .failure(.processUnset) : .success(method)))
    }
}

@Test func methodsHaveTheirNames() {
    #expect(
        MFAPromptMethod.allCases.map(\.rawValue)
            == ["tty", "pinentry", "zenity", "kdialog", "ykman", "process"])
    #expect(MFAPromptMethod.allCases.filter(\.isAutomatic) == [.ykman, .process])
}
