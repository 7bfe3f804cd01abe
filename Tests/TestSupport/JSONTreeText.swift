// SPDX-License-Identifier: Apache-2.0

// The fuzzer compiles this file into one module with `Payments`.
#if canImport(Payments)
    public import Payments
#endif

extension JSONTree {
    /// Writes the tree as JSON without white space: keys and strings with the escapes that JSON demands and
    /// no others, numbers as they were written. Parsing it gives an equal tree.
    public func serialise(into output: inout [UInt8]) {
        // The containers that are open: where they end among the nodes, and their closing bracket.
        var open: [(end: Int, closer: UInt8)] = []
        for (index, node) in nodes.enumerated() {
            while let last = open.last, last.end == index {
                output.append(last.closer)
                open.removeLast()
            }
            if let last = output.last, !open.isEmpty, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
                output.append(UInt8(ascii: ","))
            }
            if open.last?.closer == UInt8(ascii: "}") {
                serialise(node.key, into: &output)
                output.append(UInt8(ascii: ":"))
            }
            switch node.kind {
            case .object:
                output.append(UInt8(ascii: "{"))
                open.append((Int(node.next), UInt8(ascii: "}")))
            case .array:
                output.append(UInt8(ascii: "["))
                open.append((Int(node.next), UInt8(ascii: "]")))
            case .string:
                serialise(node.value, into: &output)
            case .number, .true, .false, .null:
                output.append(contentsOf: bytes[node.value.range])
            }
        }
        for container in open.reversed() { output.append(container.closer) }
    }

    private func serialise(_ text: ByteRange, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in bytes[text.range] {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case ..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(UInt8(ascii: "0") + byte >> 4)
                output.append((byte & 0xF) + ((byte & 0xF) < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
            default:
                output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

/// Equal if kinds, keys, values and order are equal, at whatever offsets of their bodies.
extension JSONTree: Equatable {
    public static func == (left: JSONTree, right: JSONTree) -> Bool {
        left.nodes.count == right.nodes.count
            && zip(left.nodes, right.nodes).allSatisfy { one, other in
                one.kind == other.kind && one.next == other.next
                    && left.bytes[one.key.range] == right.bytes[other.key.range]
                    && (one.isContainer || left.bytes[one.value.range] == right.bytes[other.value.range])
            }
    }
}
