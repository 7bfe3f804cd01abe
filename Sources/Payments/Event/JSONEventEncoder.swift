// SPDX-License-Identifier: Apache-2.0

/// Writes an event as one JSON object without white space: fields in the order of the contract, absent ones
/// left out, text escaped only where RFC 8259 demands it. The same event is always the same bytes.
struct JSONEventEncoder: EventEncoder {
    private var bytes: ByteBuffer
    /// Whether the object has a member before the next one.
    private var needsComma = false
    /// The moment written last and its place: most of an event's dates are one.
    private var lastTime: (time: Timestamp, precision: Timestamp.Precision, text: ByteRange)?

    /// Goes on behind what `bytes` holds.
    init(appendingTo bytes: consuming ByteBuffer) {
        // Before it is stored: appended to afterwards, the parameter's own reference makes it a copy.
        bytes.append(UInt8(ascii: "{"))
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    consuming func finish() -> ByteBuffer {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    mutating func begin(_ field: EventField) {
        begin(field, with: "{")
        needsComma = false
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    mutating func write(_ field: EventField, _ text: ByteRange, of source: Span<UInt8>) {
        let text = source.extracting(text.range)
        write(field, upTo: Self.room(for: text)) { $0.appendQuoted(text) }
    }

    mutating func write(_ field: EventField, _ name: StaticString) {
        write(field, upTo: name.utf8CodeUnitCount + 2) { place in
            place[0] = UInt8(ascii: "\"")
            let count = (place + 1).append(name)
            place[count + 1] = UInt8(ascii: "\"")
            return count + 2
        }
    }

    mutating func write(_ field: EventField, _ number: Int64) {
        write(field, upTo: 20) { $0.appendDecimal(number) }
    }

    mutating func writeTrue(_ field: EventField) {
        write(field, upTo: 4) { $0.append("true") }
    }

    mutating func write(_ field: EventField, _ time: Timestamp, _ precision: Timestamp.Precision) {
        begin(field, with: "\"")
        if let last = lastTime, last.time == time, last.precision == precision {
            bytes.appendAgain(last.text)
        } else {
            let start = Int32(bytes.count)
            bytes.append(time, precision)
            lastTime = (time, precision, ByteRange(start: start, end: Int32(bytes.count)))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func write(_ field: EventField, making make: (inout ByteBuffer) -> Void) {
        begin(field, with: "\"")
        make(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func beginMap(_ field: EventField) {
        begin(field)
    }

    mutating func writeEntry(_ field: EventField, path: ByteRange, value: ByteRange, of source: Span<UInt8>) {
        writeEntry(source.extracting(path.range), source.extracting(value.range))
    }

    mutating func writeEntry(
        _ field: EventField, path: StaticString, value: ByteRange, of source: Span<UInt8>
    ) {
        let name = UnsafeBufferPointer(start: path.utf8Start, count: path.utf8CodeUnitCount)
        writeEntry(name.span, source.extracting(value.range))
    }

    mutating func endMap() {
        end()
    }

    // MARK: the parts

    private mutating func writeEntry(_ path: Span<UInt8>, _ value: Span<UInt8>) {
        let needsComma = needsComma
        bytes.append(upTo: Self.room(for: path) + Self.room(for: value) + 2) { place in
            var end = 0
            if needsComma {
                place[0] = UInt8(ascii: ",")
                end = 1
            }
            end += (place + end).appendQuoted(path)
            place[end] = UInt8(ascii: ":")
            end += 1
            return end + (place + end).appendQuoted(value)
        }
        self.needsComma = true
    }

    @inline(__always)
    private mutating func begin(_ field: EventField, with opening: Unicode.Scalar) {
        write(field, upTo: 1) { place in
            place.pointee = UInt8(ascii: opening)
            return 1
        }
    }

    /// A comma where there must be one, the name, and what `write` puts behind them.
    @inline(__always)
    private mutating func write(
        _ field: EventField, upTo most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int
    ) {
        let needsComma = needsComma
        bytes.append(upTo: 1 + field.name.utf8CodeUnitCount + most) { place in
            var end = 0
            if needsComma {
                place[0] = UInt8(ascii: ",")
                end = 1
            }
            end += (place + end).append(field.name)
            return end + write(place + end)
        }
        self.needsComma = true
    }

    /// Each byte takes six at most: `\u001f`.
    private static func room(for text: Span<UInt8>) -> Int { 6 * text.count + 2 }
}

extension UnsafeMutablePointer<UInt8> {
    /// Writes a text between quotation marks, escaped; how many bytes it took.
    fileprivate func appendQuoted(_ text: Span<UInt8>) -> Int {
        self[0] = UInt8(ascii: "\"")
        var end = 1
        var start = 0
        // Eight bytes at a time while none of them is escaped. The room for escapes takes what is written
        // beyond the text.
        while start &+ 8 <= text.count {
            let word = JSONString.load(text, at: start)
            UnsafeMutableRawPointer(self + end).storeBytes(of: word.littleEndian, as: UInt64.self)
            let plain = JSONString.firstEscaped(of: word)
            start &+= plain
            end &+= plain
            if plain == 8 { continue }
            end &+= (self + end).appendEscaped(text[start])
            start &+= 1
        }
        for index in start..<text.count {
            let byte = text[index]
            self[end] = byte
            end += 1
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                end += (self + (end - 1)).appendEscaped(byte) - 1
            }
        }
        self[end] = UInt8(ascii: "\"")
        return end + 1
    }

    private func appendEscaped(_ byte: UInt8) -> Int {
        self[0] = UInt8(ascii: "\\")
        switch byte {
        case UInt8(ascii: "\n"): self[1] = UInt8(ascii: "n")
        case UInt8(ascii: "\r"): self[1] = UInt8(ascii: "r")
        case UInt8(ascii: "\t"): self[1] = UInt8(ascii: "t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): self[1] = byte
        default:
            let low = byte & 15
            _ = (self + 1).append("u00")
            self[4] = UInt8(ascii: "0") + byte >> 4
            self[5] = low + (low < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            return 6
        }
        return 2
    }
}
