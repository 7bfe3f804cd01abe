// SPDX-License-Identifier: Apache-2.0
internal import System

/// Sizes and lengths of time as people write them: a whole number and its unit, always.
enum Units {
    private static let milliseconds: [(unit: String, count: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
    private static let bytes: [(unit: String, count: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// `250ms`, `3s`, `5m`, `12h`, `35d`, or nil. A number without a unit is nil: it could mean anything.
    static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = parts(text), let known = milliseconds.first(where: { $0.unit == unit })
        else {
            return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: known.count)
        return overflow ? nil : .milliseconds(product)
    }

    /// `500B`, `64KiB`, `1MiB`, `2GiB`, or a bare number of bytes; else nil.
    static func byteCount(_ text: String) -> Int? {
        guard let (number, unit) = parts(text) else { return nil }
        guard let known = bytes.first(where: { $0.unit == (unit.isEmpty ? "B" : unit) }) else { return nil }
        let (product, overflow) = Int(number).multipliedReportingOverflow(by: known.count)
        return overflow ? nil : product
    }

    /// In the largest unit that needs no fraction.
    static func spelled(_ duration: Duration) -> String {
        let count = duration.millisecondsRoundedDown
        let unit = milliseconds.first { count % $0.count == 0 && count >= $0.count } ?? ("ms", 1)
        return "\(count / unit.count)\(unit.unit)"
    }

    /// In the largest unit that needs no fraction.
    static func spelled(byteCount: Int) -> String {
        let unit = bytes.first { byteCount % $0.count == 0 && byteCount >= $0.count } ?? ("B", 1)
        return "\(byteCount / unit.count)\(unit.unit)"
    }

    private static func parts(_ text: String) -> (number: Int64, unit: Substring)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        return (number, text[digits.endIndex...])
    }
}

extension Units {
    /// A regular expression for the durations of a range, as `duration` reads them.
    static func pattern(_ range: ClosedRange<Duration>) -> String {
        let (lowest, highest) = (
            Int(range.lowerBound.millisecondsRoundedDown), Int(range.upperBound.millisecondsRoundedDown)
        )
        return milliseconds.compactMap { unit, count in
            pattern(lowest...highest, Int(count)).map { $0 + unit }
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
