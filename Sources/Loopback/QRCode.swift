// A QR code in the letters of a terminal.
public import System

/// QR codes for terminals.
public enum QRCode {
    /// The lines that show `text` as a QR code, quiet zone included.
    /// - Parameters:
    ///   - environment: Tells what the terminal can: TERM, the locale's variables, NO_COLOR.
    ///   - columns: How wide the terminal is.
    /// - Returns: Nil where the code is wider, the terminal shows no such letters, or libqrencode
    ///   is missing.
    public static func lines(
        _ text: String, environment: ProcessEnvironment = ProcessEnvironment(), columns: Int = 80
    ) -> [String]? {
        nil
    }
}
