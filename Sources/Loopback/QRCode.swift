// A QR code in the letters of a terminal: two modules above each other are one letter.
internal import CQRencode
public import System

/// QR codes for terminals.
public enum QRCode {
    /// The light border that readers look for, in modules.
    ///
    /// Source: ISO/IEC 18004, section 9.1.
    private static let quietZone = 4
    /// The modules of a side of the largest symbol, version 40.
    private static let largest = 177

    /// The lines that show `text` as a QR code, quiet zone included, without line ends.
    /// - Parameters:
    ///   - environment: Tells what the terminal can: TERM, the locale's variables, NO_COLOR.
    ///   - columns: How wide the terminal is.
    /// - Returns: Nil where the code is wider, the terminal shows no such letters, or libqrencode
    ///   is missing.
    public static func lines(
        _ text: String, environment: ProcessEnvironment = ProcessEnvironment(), columns: Int = 80
    ) -> [String]? {
        guard canShow(environment), let modules = modules(text) else { return nil }
        guard modules.count + 2 * quietZone <= columns else { return nil }
        return lines(modules, isColoured: environment["NO_COLOR"] == nil)
    }

    /// Whether the terminal shows block letters.
    static func canShow(_ environment: ProcessEnvironment) -> Bool {
        guard let terminal = environment["TERM"], terminal != "dumb" else { return false }
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        let name = locale.uppercased()
        return name.contains("UTF-8") || name.contains("UTF8")
    }

    /// The rows of the symbol, true for dark; nil where there is no libqrencode, or none so large.
    private static func modules(_ text: String) -> [[Bool]]? {
        guard cqrencode_load() == nil else { return nil }
        var modules = [UInt8](repeating: 0, count: largest * largest)
        let width = cqrencode_encode(text, &modules, modules.count)
        guard width > 0 else { return nil }
        return (0..<width).map { row in modules[row * width..<(row + 1) * width].map { $0 == 1 } }
    }

    /// - Parameter isColoured: Whether it is black on white whatever the terminal's colours are;
    ///   else the letters are the light part, as most terminals have a dark ground.
    static func lines(_ modules: [[Bool]], isColoured: Bool) -> [String] {
        func isDark(_ row: Int, _ column: Int) -> Bool {
            modules.indices.contains(row) && modules.indices.contains(column)
                && modules[row][column]
        }
        let columns = -quietZone..<modules.count + quietZone
        return stride(from: -quietZone, to: modules.count + quietZone, by: 2).map { row in
            let letters = columns.map { column -> Character in
                // What is drawn: the dark ones on white, else the light ones.
                switch (
                    isDark(row, column) == isColoured, isDark(row + 1, column) == isColoured
                ) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }
            return isColoured ? "\u{1b}[0;30;47m\(String(letters))\u{1b}[0m" : String(letters)
        }
    }
}
