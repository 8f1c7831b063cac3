// Finding what was meant by a misspelt name.

/// The one of `names` that a slip of the finger turns into `word`; nil where none comes near.
///
/// Counts inserted, left out, wrong and swapped characters, without regard to case, and allows one
/// for every three characters of the name. Of equally near names the first wins.
///
/// - Parameter most: How many of them at most, however long the name is.
public func nearest(
    to word: some StringProtocol, among names: some Sequence<String>, within most: Int = .max
) -> String? {
    // The table of distances grows with the square of the length.
    guard word.utf8.count <= 64 else { return nil }
    let word = Array(word.lowercased())
    var best: (name: String, distance: Int)?
    for name in names where name.utf8.count <= 64 {
        // The lengths alone differ by more than a slip; no character has less than a byte.
        if word.count > name.utf8.count + max(1, name.utf8.count / 3) { continue }
        let distance = editDistance(word, Array(name.lowercased()))
        guard distance <= min(most, max(1, name.count / 3)), distance < name.count else {
            continue
        }
        if distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
}

/// The optimal string alignment distance: Damerau-Levenshtein where no part is edited twice.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var distance = min(
                last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                distance = min(distance, beforeLast[j - 1] + 1)
            }
            row.append(distance)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
