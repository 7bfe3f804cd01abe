// SPDX-License-Identifier: Apache-2.0
internal import System

/// Sizes and lengths of time as people write them: a whole number and its unit, always.
enum Units {
    private typealias Table = [(unit: String, count: Int)]

    private static let milliseconds: Table = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
    private static let bytes: Table = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]

    /// `250ms`, `3s`, `5m`, `12h`, `35d`, or nil. A number without a unit is nil: it could mean anything.
    static func duration(_ text: String) -> Duration? {
        count(text, milliseconds).map { .milliseconds($0) }
    }

    /// `500B`, `64KiB`, `1MiB`, `2GiB`, or a bare number of bytes; else nil.
    static func byteCount(_ text: String) -> Int? { count(text, bytes, withoutUnit: "B") }

    /// In the largest unit that needs no fraction.
    static func spelled(_ duration: Duration) -> String {
        spelled(Int(duration.millisecondsRoundedDown), milliseconds)
    }

    /// In the largest unit that needs no fraction.
    static func spelled(byteCount: Int) -> String { spelled(byteCount, bytes) }

    private static func count(_ text: String, _ table: Table, withoutUnit standard: String = "") -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = digits.endIndex == text.endIndex ? standard[...] : text[digits.endIndex...]
        guard let number = Int(digits), let known = table.first(where: { $0.unit == unit }) else {
            return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: known.count)
        return overflow ? nil : product
    }

    private static func spelled(_ count: Int, _ table: Table) -> String {
        let unit = table.first { count % $0.count == 0 && count >= $0.count } ?? table[table.count - 1]
        return "\(count / unit.count)\(unit.unit)"
    }
}

extension Units {
    /// A regular expression for the durations of a range, as `duration` reads them.
    static func pattern(_ range: ClosedRange<Duration>) -> String {
        let (lowest, highest) = (
            Int(range.lowerBound.millisecondsRoundedDown), Int(range.upperBound.millisecondsRoundedDown)
        )
        return milliseconds.compactMap { unit, count in
            pattern(lowest...highest, count).map { $0 + unit }
        }.joined(separator: "|")
    }

    /// A regular expression for the sizes of a range, as `byteCount` reads them.
    static func pattern(byteCount range: ClosedRange<Int>) -> String {
        bytes.compactMap { unit, count in
            pattern(range, count).map { $0 + (unit == "B" ? "B?" : unit) }
        }.joined(separator: "|")
    }

    /// How many of a unit are in the range; nil if none is.
    private static func pattern(_ range: ClosedRange<Int>, _ unit: Int) -> String? {
        let least = (range.lowerBound + unit - 1) / unit
        let most = range.upperBound / unit
        return least <= most ? NumberPattern.of(least...most) : nil
    }
}
