// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// Rows of text in columns, for a terminal. Every text is escaped, anyone who it comes from.
package enum ReportTable {
    /// - Parameter rightAligned: the columns of numbers.
    package static func lines(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
        let rows = rows.map { $0.map(escape) }
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var text = ""
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }

    /// Text of any origin, safe on a terminal.
    package static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        LineEscaping.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
