// SPDX-License-Identifier: Apache-2.0

/// The name that was probably meant.
enum NearestName {
    /// The one candidate that begins so, else the one that takes the fewest single-letter edits, if they are
    /// few enough to be a slip.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let longer = name.utf8.count >= 3 ? candidates.filter { $0.hasPrefix(name) } : []
        if longer.count == 1 { return longer[0] }
        let limit = max(2, name.utf8.count / 4)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(Array(name.utf8), Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// ` (did you mean NAME?)`, or nothing.
    static func hint(for name: String, among candidates: some Sequence<String>) -> String {
        of(name, among: candidates).map { " (did you mean \($0)?)" } ?? ""
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one name into the other
    /// (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
