// SPDX-License-Identifier: Apache-2.0
internal import Audit
public import Payments

/// Which callbacks a replay looks at, in the words of Kafka's tools. All of them are decided again, because a
/// decision follows from those before it; what is reported or published is of the range alone.
public struct ReplayRange: Sendable, Equatable {
    /// Where a range begins or ends.
    public enum Bound: Sendable, Equatable {
        /// In each partition that is named; the others are not looked at.
        case offsets([Int32: Int64])
        /// The first record that is not older.
        case time(Timestamp)
    }

    /// Nil is the beginning of the log.
    public var from: Bound?
    /// Nil is all that the workers have decided.
    public var to: Bound?
    /// The key of one payment; nil is all.
    public var key: [UInt8]?

    public init(from: Bound? = nil, to: Bound? = nil, key: [UInt8]? = nil) {
        self.from = from
        self.to = to
        self.key = key
    }

    /// The partitions that are looked at; nil is all.
    ///
    /// - Parameter count: with how many partitions the workers process.
    func partitions(of count: Int32) -> [Int32]? {
        var named: Set<Int32>?
        for bound in [from, to] {
            guard case .offsets(let offsets)? = bound else { continue }
            named = named?.intersection(offsets.keys) ?? Set(offsets.keys)
        }
        if let key {
            let own = Int32(Murmur2.partition(of: key.span.bytes, count: Int(count)))
            named = named.map { $0.intersection([own]) } ?? [own]
        }
        return named?.sorted()
    }

    /// The offsets of a partition; `to` is not part of them.
    func offsets(
        of partition: Int32, in reader: TopicReader
    ) throws(TopicReadError) -> Range<Int64> {
        let start = try offset(of: from, partition, reader) ?? 0
        let end = try offset(of: to, partition, reader) ?? .max
        return start..<max(start, end)
    }

    private func offset(
        of bound: Bound?, _ partition: Int32, _ reader: TopicReader
    ) throws(TopicReadError) -> Int64? {
        switch bound {
        case nil: nil
        case .offsets(let offsets): offsets[partition]
        case .time(let time): try reader.offset(.callbacks, partition, at: time) ?? .max
        }
    }
}

extension ReplayRange {
    /// Reads a time as Kafka's tools write it, `2026-11-01T00:00:00.000`, in UTC where it names no zone.
    public static func time(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        if let time = Timestamp(bytes.span.bytes) { return time }
        // The platform's dates are UTC, so a Timestamp is read from nothing else. An operator's zone is
        // converted here: +02:00.
        let zone = bytes.suffix(6)
        let sign = zone.first.map { Character(Unicode.Scalar($0)) }
        let offset =
            zone.count == 6 && (sign == "+" || sign == "-") ? Self.minutes(Array(zone.dropFirst())) : nil
        let local = offset == nil ? bytes : Array(bytes.dropLast(6))
        guard let time = Timestamp((local + [UInt8(ascii: "Z")]).span.bytes) else { return nil }
        let shift = Int64(offset ?? 0) * 60_000
        return Timestamp(milliseconds: sign == "-" ? time.milliseconds + shift : time.milliseconds - shift)
    }

    /// Minutes of `hh:mm`.
    private static func minutes(_ text: [UInt8]) -> Int? {
        guard text[2] == UInt8(ascii: ":"), let hours = Int(String(decoding: text[..<2], as: UTF8.self)),
            let minutes = Int(String(decoding: text[3...], as: UTF8.self)), (0...14).contains(hours),
            (0...59).contains(minutes)
        else { return nil }
        return hours * 60 + minutes
    }

    /// Reads an ISO 8601 duration, `P1DT2H30M`, as milliseconds.
    public static func duration(_ text: String) -> Int64? {
        guard text.first == "P", text.count > 1 else { return nil }
        var milliseconds: Int64 = 0
        var digits = ""
        var isTime = false
        for character in text.dropFirst() {
            switch (character, isTime) {
            case ("T", false) where digits.isEmpty: isTime = true
            case ("0"..."9", _): digits.append(character)
            default:
                let units: [Character: Int64] =
                    isTime ? ["H": 3_600_000, "M": 60_000, "S": 1000] : ["D": 86_400_000, "W": 604_800_000]
                guard let unit = units[character], let count = Int64(digits), count < 1_000_000 else {
                    return nil
                }
                milliseconds += count * unit
                digits = ""
            }
        }
        return digits.isEmpty && text.last != "T" ? milliseconds : nil
    }
}
