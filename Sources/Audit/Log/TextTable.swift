// SPDX-License-Identifier: Apache-2.0

/// Columns of text, the first one left-aligned and the others right-aligned.
package enum TextTable {
    package static func lines(_ rows: [[String]], leftAligned: Set<Int> = [0]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var text = ""
        for row in rows {
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line +=
                    (column == 0 ? "" : "  ")
                    + (leftAligned.contains(column) ? cell + padding : padding + cell)
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }

    /// A line for each count that is not zero.
    package static func counts(_ counts: [(count: Int, what: String)]) -> String {
        counts.filter { $0.count > 0 }.map { "\($0.count) \($0.what)\n" }.joined()
    }
}
