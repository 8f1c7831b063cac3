// The one error of the modules that load a system library at first use.

/// A system library that is not installed, or is too old.
public struct LibraryUnavailable: Error, Equatable {
    /// The file that was looked for, such as `libcurl.so.4`.
    public let library: String
    /// The Debian package that brings it.
    public let package: String
    /// The dynamic linker's own words.
    public let reason: String

    /// Names the library, its package, and what the dynamic linker said.
    public init(library: String, package: String, reason: String) {
        self.library = library
        self.package = package
        self.reason = reason
    }
}
