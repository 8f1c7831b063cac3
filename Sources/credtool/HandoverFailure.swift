// Why a session was not handed over to a shell or to programs.
internal import Handover
internal import Model

/// What stands in the way of `export`, `use` and `setup-process`.
enum HandoverFailure: Error, Equatable {
    /// The session's secrets would be read by whoever sees the terminal.
    case secretsOnTerminal(ExportFormat, profile: String?)
    /// The format sets no variables.
    case nothingToUnset(ExportFormat)
    /// No job of GitHub Actions reads what would be written.
    case noJobFile
    /// The shell has not the functions that can change it.
    case noShellFunctions(command: String, shell: Shell?)
    /// In the config file, the end of the part that `setup-process` writes.
    case processPartWithoutEnd(path: String)
    /// A profile that credtool would call itself for.
    case drawsFromCredtool(String)
    /// A profile of somebody else has the name of the one to be written.
    case nameForProcessTaken(String)
    /// No way of quoting the profile's name is read alike by every program.
    case unwritableProcess(String)
    /// Nothing of `setup-process` is there for the profile.
    case notSetUp(String)
}
