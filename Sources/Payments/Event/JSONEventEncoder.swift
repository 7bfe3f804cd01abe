/// Writes an event as one JSON object without white space: fields in the order of the contract, absent ones left
/// out, text escaped only where RFC 8259 demands it. The same event is always the same bytes.
struct JSONEventEncoder: EventEncoder {
    private(set) var bytes: [UInt8]

    /// Goes on behind what `bytes` holds.
    init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
        self.bytes.append(UInt8(ascii: "{"))
    }

    consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    mutating func begin(_ field: EventField) {
        writeName(field)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func write(_ field: EventField, _ text: Text, of source: Span<UInt8>) {
        writeName(field)
        writeText(source.extracting(text.range))
    }

    mutating func write(_ field: EventField, _ name: StaticString) {
        write(field) { $0.append(name) }
    }

    mutating func write(_ field: EventField, _ number: Int64) {
        writeName(field)
        bytes.appendDecimal(number)
    }

    mutating func write(_ field: EventField, _ time: Timestamp, _ precision: Timestamp.Precision) {
        write(field) { time.append(to: &$0, precision) }
    }

    mutating func write(_ field: EventField, making make: (inout [UInt8]) -> Void) {
        writeName(field)
        bytes.append(UInt8(ascii: "\""))
        make(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func beginMap(_ field: EventField) {
        begin(field)
    }

    mutating func writeEntry(_ field: EventField, path: Text, value: Text, of source: Span<UInt8>) {
        writeComma()
        writeText(source.extracting(path.range))
        bytes.append(UInt8(ascii: ":"))
        writeText(source.extracting(value.range))
    }

    mutating func writeEntry(_ field: EventField, path: StaticString, value: Text, of source: Span<UInt8>) {
        writeComma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(path)
        bytes.append("\":")
        writeText(source.extracting(value.range))
    }

    mutating func endMap() {
        end()
    }

    // MARK: the parts

    private mutating func writeName(_ field: EventField) {
        writeComma()
        bytes.append(field.name)
    }

    // The first member stands behind the brace that opens its object: every other one needs a comma.
    private mutating func writeComma() {
        if bytes[bytes.count - 1] != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func writeText(_ text: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { text in
            var plainStart = 0
            for index in text.indices {
                let byte = text[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                    continue
                }
                bytes.append(contentsOf: text[plainStart..<index])
                writeEscaped(byte)
                plainStart = index + 1
            }
            bytes.append(contentsOf: text[plainStart...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append("u00")
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            let digit = byte & 15
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func appendDecimal(_ number: Int64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var rest = number.magnitude
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 { append(UInt8(ascii: "-")) }
        for index in start..<20 { append(digits[index]) }
    }
}
