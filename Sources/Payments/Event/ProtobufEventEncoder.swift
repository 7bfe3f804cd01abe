// SPDX-License-Identifier: Apache-2.0

/// Writes an event in Protocol Buffers' wire format, as `schemas/tidings/v1/payment_status_event.proto` has
/// it: fields in the order of their numbers, lengths and numbers in their shortest form. The same event is
/// always the same bytes.
struct ProtobufEventEncoder: EventEncoder {
    private(set) var bytes: ByteBuffer
    /// Where the messages that are open begin; the event's deepest field is three deep.
    private var starts = InlineArray<4, Int>(repeating: 0)
    private var depth = 0

    private enum WireType {
        static let varint: UInt8 = 0
        static let lengthDelimited: UInt8 = 2
    }

    /// Goes on behind what `bytes` holds.
    init(appendingTo bytes: consuming ByteBuffer) {
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    consuming func finish() -> ByteBuffer {
        precondition(depth == 0, "every message that was begun has ended")
        return bytes
    }

    // A message's length is written before it and known only after it. One byte is kept free, which is enough
    // for most; the few longer ones are moved up.
    mutating func begin(_ field: EventField) {
        writeTag(field, WireType.lengthDelimited)
        precondition(depth < 4, "the event has no deeper message")
        bytes.append(0)
        starts[depth] = bytes.count
        depth += 1
    }

    mutating func end() {
        depth -= 1
        bytes.insertLength(before: starts[depth])
    }

    mutating func write(_ field: EventField, _ text: ByteRange, of source: Span<UInt8>) {
        writeTag(field, WireType.lengthDelimited)
        bytes.appendVarint(UInt64(text.count))
        bytes.append(text, of: source)
    }

    mutating func write(_ field: EventField, _ name: StaticString) {
        writeTag(field, WireType.lengthDelimited)
        bytes.appendVarint(UInt64(name.utf8CodeUnitCount))
        bytes.append(name)
    }

    mutating func write(_ field: EventField, _ number: Int64) {
        writeTag(field, WireType.varint)
        bytes.appendVarint(UInt64(bitPattern: number))
    }

    mutating func writeTrue(_ field: EventField) {
        write(field, 1)
    }

    // google.protobuf.Timestamp: seconds = 1, nanos = 2, zeros left out.
    mutating func write(_ field: EventField, _ time: Timestamp, _ precision: Timestamp.Precision) {
        begin(field)
        let seconds = time.seconds
        let nanoseconds = (time.milliseconds - seconds * 1000) * 1_000_000
        if seconds != 0 { write(EventField("seconds", 1), seconds) }
        if nanoseconds != 0 { write(EventField("nanos", 2), nanoseconds) }
        end()
    }

    mutating func write(_ field: EventField, making make: (inout ByteBuffer) -> Void) {
        begin(field)
        make(&bytes)
        end()
    }

    mutating func beginMap(_ field: EventField) {}

    // A map is a repeated message of key = 1 and value = 2.
    mutating func writeEntry(_ field: EventField, path: ByteRange, value: ByteRange, of source: Span<UInt8>) {
        begin(field)
        write(EventField("key", 1), path, of: source)
        write(EventField("value", 2), value, of: source)
        end()
    }

    mutating func writeEntry(
        _ field: EventField, path: StaticString, value: ByteRange, of source: Span<UInt8>
    ) {
        begin(field)
        write(EventField("key", 1), path)
        write(EventField("value", 2), value, of: source)
        end()
    }

    mutating func endMap() {}

    private mutating func writeTag(_ field: EventField, _ wireType: UInt8) {
        bytes.appendVarint(UInt64(field.number) << 3 | UInt64(wireType))
    }
}
