// Which method is taken, as a table.
import Prompts
import System
import Testing

private enum Place: CaseIterable {
    case terminal, desktop, terminalOnDesktop, nowhere

    func facts(_ dialogs: Set<PromptMethod>) -> PromptFacts {
        PromptFacts(
            hasTerminal: self == .terminal || self == .terminalOnDesktop,
            hasDisplay: self == .desktop || self == .terminalOnDesktop, dialogs: dialogs)
    }
}

private func choose(
    _ set: PromptMethod?, _ process: String?, _ facts: PromptFacts
) -> Result<PromptMethod, PromptError> {
    do { return .success(try PromptMethod.choose(set: set, process: process, facts)) } catch {
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
    ] as [(Place, Set<PromptMethod>, Result<PromptMethod, PromptError>)])
private func withoutASettingThePlaceDecides(
    _ place: Place, _ dialogs: Set<PromptMethod>, _ expected: Result<PromptMethod, PromptError>
) {
    #expect(choose(nil, nil, place.facts(dialogs)) == expected)
    // A command needs neither a terminal nor a display.
    #expect(choose(nil, "pass otp aws", place.facts(dialogs)) == .success(.process))
}

@Test(arguments: PromptMethod.allCases, Place.allCases)
private func theSettingWins(_ method: PromptMethod, _ place: Place) {
    for dialogs in [[], Set(PromptMethod.allCases)] {
        #expect(choose(method, "pass otp aws", place.facts(dialogs)) == .success(method))
        #expect(
            choose(method, nil, place.facts(dialogs))
                == (method == .process ? .failure(.processUnset) : .success(method)))
    }
}

@Test func methodsHaveTheirNames() {
    #expect(
        PromptMethod.allCases.map(\.rawValue)
            == ["tty", "pinentry", "zenity", "kdialog", "ykman", "process"])
    #expect(PromptMethod.allCases.filter(\.isAutomatic) == [.ykman, .process])
}
