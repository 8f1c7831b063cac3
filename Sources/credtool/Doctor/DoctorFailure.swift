// How `doctor` ends where something is wrong.

/// Something is wrong; the findings have said what.
enum DoctorFailure: Error, Equatable {
    /// So many problems are left, of which `--fix` would mend so many.
    case problems(Int, fixable: Int)

    /// The words.
    var wording: Wording {
        switch self {
        case .problems(let count, let fixable):
            Wording(
                count == 1 ? "1 thing is wrong" : "\(count) things are wrong",
                hint: fixable > 0
                    ? "credtool doctor --fix mends "
                        + (fixable == count ? (count == 1 ? "it" : "all of them") : "\(fixable)")
                    : "each of the lines above says what to type")
        }
    }
}
