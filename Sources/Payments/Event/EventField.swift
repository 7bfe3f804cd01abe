// SPDX-License-Identifier: Apache-2.0

/// A field of the event: its name in JSON and its number in Protocol Buffers, which never change
/// (`schemas/`).
struct EventField: Sendable {
    /// With the quotation marks and the colon, as JSON has it.
    var name: StaticString
    var number: UInt8

    init(_ name: StaticString, _ number: UInt8) {
        self.name = name
        self.number = number
    }
}

/// What writes an event's fields, one after the other in the order of the contract. The event is walked once
/// for any encoding, so that no two can differ in what they report.
protocol EventEncoder {
    /// The bytes in the buffer, those before the event included.
    var count: Int { get }
    mutating func begin(_ field: EventField)
    mutating func end()
    mutating func write(_ field: EventField, _ text: ByteRange, of bytes: Span<UInt8>)
    mutating func write(_ field: EventField, _ name: StaticString)
    mutating func write(_ field: EventField, _ number: Int64)
    /// A flag that is set; one that is not is absent.
    mutating func writeTrue(_ field: EventField)
    mutating func write(_ field: EventField, _ time: Timestamp, _ precision: Timestamp.Precision)
    /// A text made by `make`, which appends plain ASCII without quotation marks.
    mutating func write(_ field: EventField, making make: (inout ByteBuffer) -> Void)
    /// Lines of a container with free keys: each path once, in their order.
    mutating func beginMap(_ field: EventField)
    mutating func writeEntry(_ field: EventField, path: ByteRange, value: ByteRange, of bytes: Span<UInt8>)
    mutating func writeEntry(_ field: EventField, path: StaticString, value: ByteRange, of bytes: Span<UInt8>)
    mutating func endMap()
}
