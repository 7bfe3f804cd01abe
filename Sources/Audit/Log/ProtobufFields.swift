// SPDX-License-Identifier: Apache-2.0
package import Payments

/// The fields of one message in Protocol Buffers' wire format, in their order. Bytes that are not a
/// message end the sequence early, with `isWhole` false.
package struct ProtobufFields {
    package struct Field {
        package var number: UInt64
        /// The field as written, tag included.
        var whole: Range<Int>
        /// A varint's value; 0 for other fields.
        package var integer: UInt64
        /// The bytes of a length-delimited field; empty for others.
        package var contents: Range<Int>
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int
    /// False once the bytes turned out to be no message.
    package private(set) var isWhole = true

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package mutating func next() -> Field? {
        guard isWhole, position < bytes.endIndex else { return nil }
        let start = position
        guard let tag = varint() else { return fail() }
        var field = Field(number: tag >> 3, whole: start..<start, integer: 0, contents: start..<start)
        switch tag & 7 {
        case 0:
            guard let integer = varint() else { return fail() }
            field.integer = integer
        case 1:
            guard let contents = take(8) else { return fail() }
            field.contents = contents
        case 2:
            guard let length = varint(), length <= UInt64(bytes.count), let contents = take(Int(length))
            else { return fail() }
            field.contents = contents
        case 5:
            guard let contents = take(4) else { return fail() }
            field.contents = contents
        default: return fail()
        }
        field.whole = start..<position
        return field
    }

    private mutating func fail() -> Field? {
        isWhole = false
        return nil
    }

    private mutating func take(_ count: Int) -> Range<Int>? {
        guard count <= bytes.endIndex - position else { return nil }
        defer { position += count }
        return position..<position + count
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < bytes.endIndex else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

extension Timestamp {
    /// Reads a `google.protobuf.Timestamp`: seconds and nanoseconds since 1970. Zero is left out on the wire.
    package init(protobuf message: ArraySlice<UInt8>) {
        var milliseconds: Int64 = 0
        var fields = ProtobufFields(message)
        while let field = fields.next() {
            switch field.number {
            case 1: milliseconds &+= Int64(bitPattern: field.integer) &* 1000
            case 2: milliseconds &+= Int64(bitPattern: field.integer) / 1_000_000
            default: continue
            }
        }
        self.init(milliseconds: milliseconds)
    }
}
