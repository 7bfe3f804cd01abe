// SPDX-License-Identifier: Apache-2.0

/// Ids and amounts as the signed text has them: `0`, or digits without a leading zero.
///
/// The text does not report a number from a string of digits, so both read alike; `007`, `+1`, `1.0E+25` and
/// `-5` are not numbers here, since only one spelling of each may be the key of anything.
enum Digits {
    enum Reading: Equatable {
        case number(Int64)
        /// Digits as they should be, but beyond Int64.
        case tooLarge
        case none
    }

    static func read(_ bytes: Span<UInt8>, _ text: ByteRange) -> Reading {
        guard !text.isEmpty else { return .none }
        if bytes[Int(text.start)] == UInt8(ascii: "0") { return text.count == 1 ? .number(0) : .none }
        var number: Int64 = 0
        var isTooLarge = false
        for index in text.range {
            let byte = bytes[index]
            guard byte.isDigit else { return .none }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
            isTooLarge = isTooLarge || overflow || carry
            number = isTooLarge ? 0 : sum
        }
        return isTooLarge ? .tooLarge : .number(number)
    }

    /// The number, where it is one of Int64.
    static func number(_ bytes: Span<UInt8>, _ text: ByteRange) -> Int64? {
        if case .number(let number) = read(bytes, text) { return number }
        return nil
    }
}
