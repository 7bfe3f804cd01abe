// SPDX-License-Identifier: Apache-2.0

/// Reads the numbers that are wanted out of librdkafka's statistics (STATISTICS.md): a JSON object that
/// librdkafka made, so it is well-formed and this reader only has to find its way through it.
struct StatisticsReader {
    private let text: UnsafeRawBufferPointer
    private var index = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// Visits the members of the object that begins here. `visit` must read or skip the value of each.
    mutating func members(_ visit: (inout StatisticsReader, _ name: String) -> Void) {
        guard take("{") else { return skip() }
        while let name = string() {
            guard take(":") else { return }
            visit(&self, name)
            guard take(",") else { break }
        }
        _ = take("}")
    }

    /// The integer that begins here, without its fraction; 0 for a value of another kind.
    mutating func integer() -> Int {
        skipSpace()
        let isNegative = take("-")
        guard let first = byte, Self.digits.contains(first) else {
            skip()
            return 0
        }
        var value = 0
        while let digit = byte, Self.digits.contains(digit) {
            value = value &* 10 &+ Int(digit - UInt8(ascii: "0"))
            index += 1
        }
        skip()
        return isNegative ? -value : value
    }

    /// Passes over what is left of a value.
    mutating func skip() {
        var depth = 0
        while let next = byte {
            switch next {
            case UInt8(ascii: "\""): _ = string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                index += 1
            case UInt8(ascii: ","):
                if depth == 0 { return }
                index += 1
            default: index += 1
            }
        }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private var byte: UInt8? { index < text.count ? text[index] : nil }

    private mutating func skipSpace() {
        while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard byte == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = index
        while let next = byte, next != UInt8(ascii: "\"") {
            index += next == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, text.count)
        index += 1
        return String(decoding: text[start..<end], as: UTF8.self)
    }
}
