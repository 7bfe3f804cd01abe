// SPDX-License-Identifier: Apache-2.0

/// Takes a number: checks its grammar and keeps its text. Nothing is computed, so `1e999999999` costs eleven
/// bytes.
struct JSONNumber: BitwiseCopyable {
    var text: ByteRange
    /// Whether PHP prints it as it is written: an integer within Int64, and not `-0`.
    var isPlainInteger: Bool

    static func take(
        _ text: borrowing MutableSpan<UInt8>, at position: inout Int, end: Int, limit: Int
    ) throws(JSONError) -> JSONNumber {
        let start = position
        var index = start
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let firstDigit = index
        skipDigits(text, &index)
        let digits = index - firstDigit
        guard digits > 0 else { throw invalid(at: index, end: end) }
        guard digits == 1 || text[firstDigit] != UInt8(ascii: "0") else {
            throw invalid(at: firstDigit, end: end)
        }
        var isInteger = true
        if text[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try takeDigits(text, &index, end: end)
        }
        if text[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            try takeDigits(text, &index, end: end)
        }
        guard index - start <= limit else { throw JSONError(.numberTooLong, at: start) }
        position = index
        let range = ByteRange(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: index))
        // Eighteen digits always fit; longer ones are compared with the bounds.
        let isPlain =
            isInteger
            && (digits <= 18
                ? digits > 1 || !isNegative || text[firstDigit] != UInt8(ascii: "0") : fits(text, range))
        return JSONNumber(text: range, isPlainInteger: isPlain)
    }

    private static func fits(_ text: borrowing MutableSpan<UInt8>, _ range: ByteRange) -> Bool {
        PHPInteger.value(of: text.span.extracting(range.range)) != nil
    }

    @inline(__always)
    private static func skipDigits(_ text: borrowing MutableSpan<UInt8>, _ index: inout Int) {
        while text[index] &- UInt8(ascii: "0") < 10 { index &+= 1 }
    }

    private static func takeDigits(
        _ text: borrowing MutableSpan<UInt8>, _ index: inout Int, end: Int
    ) throws(JSONError) {
        let first = index
        skipDigits(text, &index)
        guard index > first else { throw invalid(at: index, end: end) }
    }

    private static func invalid(at index: Int, end: Int) -> JSONError {
        JSONError(index >= end ? .unexpectedEnd : .invalidNumber, at: index)
    }
}
