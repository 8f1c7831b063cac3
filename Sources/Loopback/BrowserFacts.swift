// What it depends on whether a browser can be used: display, SSH, container, WSL.
internal import Glibc
public import System

/// Where this process runs, as far as a browser is concerned.
public struct BrowserFacts: Equatable, Sendable {
    /// Whether this is a session over SSH.
    public var isRemote: Bool
    /// Whether this is a container.
    public var isContainer: Bool
    /// Whether there is an X or Wayland display.
    public var hasDisplay: Bool
    /// Whether this is the Windows Subsystem for Linux, where Windows has the browser.
    public var isWSL: Bool

    /// States the facts.
    public init(isRemote: Bool, isContainer: Bool, hasDisplay: Bool, isWSL: Bool) {
        self.isRemote = isRemote
        self.isContainer = isContainer
        self.hasDisplay = hasDisplay
        self.isWSL = isWSL
    }

    /// Finds the facts out.
    ///
    /// Source: ssh(1), "ENVIRONMENT"; systemd's Container Interface, whose variable `container`
    /// podman sets as well, and the files that podman and Docker leave.
    public init(_ environment: ProcessEnvironment = ProcessEnvironment()) {
        func isSet(_ names: String...) -> Bool { names.contains { environment[$0] != nil } }
        let marks = ["/run/.containerenv", "/.dockerenv"]
        self.init(
            isRemote: isSet("SSH_CONNECTION", "SSH_TTY"),
            isContainer: isSet("container") || marks.contains { access($0, F_OK) == 0 },
            hasDisplay: isSet("DISPLAY", "WAYLAND_DISPLAY"),
            isWSL: isSet("WSL_DISTRO_NAME", "WSL_INTEROP"))
    }
}
