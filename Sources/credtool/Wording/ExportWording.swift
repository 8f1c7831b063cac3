// The words for what an export format cannot hold, and for other ways to hand a session over.
internal import Handover
internal import Model
internal import Profiles

extension UnwritableValue {
    /// The words.
    var wording: Wording {
        Wording(
            "--format \(format.rawValue) cannot hold this \(name): it has a character that would"
                + " begin another line or section",
            hint: "take a format that can: credtool export --format json")
    }
}

extension HandoverFailure {
    /// The words.
    var wording: Wording {
        switch self {
        case .secretsOnTerminal(let format, let profile):
            Wording(
                "the session's secrets would stand on the terminal",
                hint: format.useLine(profile), "--show-secrets shows them all the same")
        case .nothingToUnset(let format):
            Wording(
                "--format \(format.rawValue) sets no variables, so there is none to unset",
                hint: #"eval "$(credtool export --unset)""#)
        case .noJobFile:
            Wording(
                "this is no job of GitHub Actions: GITHUB_ENV is not set",
                hint: "credtool export --format dotenv prints the variables anywhere")
        case .noShellFunctions(let command, let shell):
            Wording(
                "credtool \(command) cannot change the shell that it runs in; a function of the"
                    + " shell can",
                hint: (shell ?? .bash).initLine)
        case .processPartWithoutEnd(let path):
            Wording(
                "in \(path) the profiles of setup-process begin, and no line says where they end",
                hint: "add the line: \(ProcessProfiles.end)")
        case .drawsFromCredtool(let profile):
            Wording(
                "profile \(quoted(profile)) draws from credtool already, and credtool would call"
                    + " itself",
                hint: "credtool plan \(typed(profile)) shows where it gets its credentials")
        case .nameForProcessTaken(let name):
            Wording(
                "there is a profile \(quoted(name)) already, which credtool did not write",
                hint: "give that one another name; credtool plan \(typed(name)) shows what it is")
        case .unwritableProcess(let profile):
            Wording(
                "the name of profile \(quoted(profile)) cannot stand in a credential_process for"
                    + " every program to read",
                hint: "give it another name, such as work")
        case .notSetUp(let profile):
            Wording(
                "credtool setup-process has written nothing for profile \(quoted(profile))",
                hint: "credtool setup-process \(typed(profile))")
        }
    }
}

extension ExportFormat {
    /// What is typed to use a session without seeing it.
    fileprivate func useLine(_ profile: String?) -> String {
        let name = profile.map { " " + typed($0) } ?? ""
        return switch self {
        case .shell: #"eval "$(credtool export\#(name))""#
        case .fish: "credtool export\(name) --format fish | source"
        case .powershell:
            "credtool export\(name) --format powershell | Out-String | Invoke-Expression"
        case .docker: "docker run --env-file <(credtool export\(name) --format docker) IMAGE"
        case .github: "this format is for the jobs of GitHub Actions"
        case .dotenv, .systemd, .json, .process, .ini:
            "credtool exec\(name) -- COMMAND gives them to one command only"
        }
    }
}

extension Shell {
    /// What is typed to have the functions of the shell.
    fileprivate var initLine: String {
        switch self {
        case .bash, .zsh: #"eval "$(credtool shell-init \#(rawValue))""#
        case .fish: "credtool shell-init fish | source"
        }
    }
}
