// SPDX-License-Identifier: Apache-2.0
public import Payments

/// Where a range begins or ends: at an offset, the same in every partition, or at a time.
public enum TopicBound: Sendable, Equatable {
    case offset(Int64)
    /// The first record that is not older.
    case time(Timestamp)

    /// Reads an offset (`1000`), a time (`2026-03-01T00:00:00Z`) or how long ago (`-90m`, `-2h`, `-7d`).
    ///
    /// - Parameter now: what "ago" counts from.
    public init?(_ text: String, now: Timestamp) {
        if let offset = Int64(text), offset >= 0, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
            self = .offset(offset)
        } else if let ago = Self.ago(text) {
            self = .time(Timestamp(milliseconds: now.milliseconds - ago))
        } else if let time = Timestamp(Array(text.utf8).span.bytes) {
            self = .time(time)
        } else {
            return nil
        }
    }

    /// Milliseconds; no further back than a thousand years, so that nothing overflows.
    private static func ago(_ text: String) -> Int64? {
        guard text.hasPrefix("-"), let unit = text.last,
            let milliseconds = [
                "s": Int64(1000), "m": 60_000, "h": 3_600_000, "d": 86_400_000,
            ][unit]
        else { return nil }
        let digits = text.dropFirst().dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let count = Int64(digits),
            count <= 365_250 * 86_400_000 / milliseconds
        else { return nil }
        return count * milliseconds
    }
}
