// SPDX-License-Identifier: Apache-2.0

/// A schema registry's id of the events' schema: the GUID of the schema, which is the same in every registry.
///
/// It is published in the header `__value_schema_id`, so that no byte of the value changes. Confluent's
/// deserializers look for that header first, and for an id before the value only if there is none.
public struct SchemaID: Sendable, Equatable, CustomStringConvertible {
    /// 16 bytes, the most significant first.
    private let bytes: [UInt8]

    /// Reads a GUID such as `89791762-2336-4186-9674-299b90a802e2`; nil if the text is not a GUID.
    public init?(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            var digits = group[...]
            while !digits.isEmpty {
                // `UInt8(_:radix:)` also reads a sign.
                let pair = digits.prefix(2)
                guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else { return nil }
                bytes.append(byte)
                digits = digits.dropFirst(2)
            }
        }
        self.bytes = bytes
    }

    /// The GUID in lower case.
    public var description: String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// The header's value: the byte 1, which announces a GUID, and its bytes. A Protocol Buffers schema may
    /// have many messages, so the message's indexes follow; those of the first message are one byte 0.
    func headerValue(_ encoding: EventEncoding) -> [UInt8] {
        switch encoding {
        case .json: [1] + bytes
        case .protobuf: [1] + bytes + [0]
        }
    }
}
