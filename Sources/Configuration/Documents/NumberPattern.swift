// SPDX-License-Identifier: Apache-2.0

/// A regular expression for the whole numbers of a range, so that a schema refuses what the settings refuse.
/// Leading zeros are allowed, as the settings allow them.
enum NumberPattern {
    /// - Parameter range: from 0 on, and far below Int's end.
    static func of(_ range: ClosedRange<Int>) -> String {
        precondition(range.lowerBound >= 0, "a pattern was asked for negative numbers")
        var start = range.lowerBound
        var parts: [String] = []
        for end in ends(range) {
            parts.append(digits(from: start, to: end))
            start = end + 1
        }
        return "0*(?:\(parts.joined(separator: "|")))"
    }

    /// Where the range is cut, so that in each part the digits vary independently: 7...123 is 7...9, 10...99,
    /// 100...119 and 120...123.
    private static func ends(_ range: ClosedRange<Int>) -> [Int] {
        var ends: Set = [range.upperBound]
        var unit = 10
        while unit <= range.upperBound {
            let firstEnd = range.lowerBound / unit * unit + unit - 1
            let lastEnd = (range.upperBound + 1) / unit * unit - 1
            ends.formUnion([firstEnd, lastEnd].filter(range.contains))
            unit *= 10
        }
        return ends.sorted()
    }

    private static func digits(from start: Int, to end: Int) -> String {
        zip(String(start), String(end)).map { low, high in
            low == high ? "\(low)" : "[\(low)-\(high)]"
        }.joined()
    }
}
