// SPDX-License-Identifier: Apache-2.0

/// Dates as the platform writes them (`2024-12-07T19:08:45+0000`) and as we write them (RFC 3339, `Z`).
extension Timestamp {
    /// Reads `YYYY-MM-DDThh:mm:ss`, an optional `.mmm`, and a zone that says UTC: `+0000` (the platform's
    /// spelling, which strict RFC 3339 refuses), `+00:00` or `Z`.
    ///
    /// Any other offset is refused rather than converted: the platform documents UTC, and a date that decides
    /// which status is newer is not a place to be generous. Years before 1970 and leap seconds are refused
    /// too.
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= 20, bytes.byteCount <= 29 else { return nil }
        guard
            bytes.is("-", at: 4), bytes.is("-", at: 7), bytes.is("T", at: 10), bytes.is(":", at: 13),
            bytes.is(":", at: 16)
        else { return nil }
        guard
            let year = bytes.number(at: 0, digits: 4), let month = bytes.number(at: 5, digits: 2),
            let day = bytes.number(at: 8, digits: 2), let hour = bytes.number(at: 11, digits: 2),
            let minute = bytes.number(at: 14, digits: 2), let second = bytes.number(at: 17, digits: 2)
        else { return nil }
        guard
            year >= 1970, (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, of: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var offset = 19
        var fraction: Int64 = 0
        if bytes.is(".", at: offset) {
            guard let read = bytes.number(at: offset + 1, digits: 3) else { return nil }
            fraction = read
            offset += 4
        }
        guard bytes.isUTC(at: offset) else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        self.init(milliseconds: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction)
    }

    /// How much of a second is written.
    public enum Precision: Sendable {
        /// `2024-12-07T19:08:45Z`
        case seconds
        /// `2024-12-07T19:08:45.000Z`
        case milliseconds
    }

    /// Appends the moment as RFC 3339 in UTC. Times outside the years 0000 to 9999 are written at the nearest
    /// moment inside: no date that was read here is outside, and a fixed width keeps records comparable.
    public func append(to bytes: inout [UInt8], _ precision: Precision) {
        let (text, length) = text(precision)
        text.span.extracting(0..<length).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// The moment as RFC 3339, and how many of the bytes are it.
    func text(_ precision: Precision) -> (bytes: InlineArray<24, UInt8>, length: Int) {
        let inside = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let whole = Timestamp(milliseconds: inside).seconds
        let days = whole >= 0 ? whole / 86_400 : -((86_399 - whole) / 86_400)
        let date = CivilDate(daysSince1970: days)
        let ofDay = whole - days * 86_400
        var text = InlineArray<24, UInt8>(repeating: UInt8(ascii: "Z"))
        text.put(date.year / 100, at: 0)
        text.put(date.year % 100, at: 2)
        text[4] = UInt8(ascii: "-")
        text.put(date.month, at: 5)
        text[7] = UInt8(ascii: "-")
        text.put(date.day, at: 8)
        text[10] = UInt8(ascii: "T")
        text.put(ofDay / 3600, at: 11)
        text[13] = UInt8(ascii: ":")
        text.put(ofDay / 60 % 60, at: 14)
        text[16] = UInt8(ascii: ":")
        text.put(ofDay % 60, at: 17)
        guard precision == .milliseconds else { return (text, 20) }
        let fraction = inside - whole * 1000
        text[19] = UInt8(ascii: ".")
        text[20] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / 100)
        text.put(fraction % 100, at: 21)
        return (text, 24)
    }
}

extension RawSpan {
    fileprivate func `is`(_ character: Unicode.Scalar, at offset: Int) -> Bool {
        offset < byteCount
            && unsafeLoad(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: character)
    }

    // Inlined, so that the loop over two or four digits is unrolled: four dates a callback cost 1,030
    // instructions more without.
    @inline(__always)
    fileprivate func number(at offset: Int, digits: Int) -> Int64? {
        guard offset + digits <= byteCount else { return nil }
        var number: Int64 = 0
        for index in offset..<offset + digits {
            let digit = unsafeLoad(fromByteOffset: index, as: UInt8.self) &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int64(digit)
        }
        return number
    }

    /// Whether the rest from here on is one of the three spellings of UTC, and nothing behind it.
    fileprivate func isUTC(at offset: Int) -> Bool {
        switch byteCount - offset {
        case 1: self.is("Z", at: offset)
        case 5: self.is("+", at: offset) && number(at: offset + 1, digits: 4) == 0
        case 6:
            self.is("+", at: offset) && number(at: offset + 1, digits: 2) == 0
                && self.is(":", at: offset + 3) && number(at: offset + 4, digits: 2) == 0
        default: false
        }
    }
}

extension InlineArray<24, UInt8> {
    /// Puts a number below 100 in two digits.
    fileprivate mutating func put(_ number: Int64, at index: Int) {
        self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10)
        self[index + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
    }
}

/// A day of the proleptic Gregorian calendar. Counting starts in March, so that the leap day is a year's last
/// and months need no table ("chrono-Compatible Low-Level Date Algorithms", H. Hinnant).
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    var daysSince1970: Int64 {
        let fromMarch = month <= 2 ? year - 1 : year
        let era = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400
        let yearOfEra = fromMarch - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension CivilDate {
    init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
