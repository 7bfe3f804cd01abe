// SPDX-License-Identifier: Apache-2.0
import Payments

/// Reads events back. Ours are read whole; of anybody's else as much as makes sense.
///
/// Belongs to one thread: its tree is used again.
struct EventReader {
    private var tree = JSONTree(limits: JSONLimits(depth: 64, members: 100_000, numberBytes: 64))

    /// - Returns: nil where the value is not an event in either encoding.
    mutating func read(_ value: ArraySlice<UInt8>) -> PublishedEvent? {
        // In the binary encoding the first byte is the tag of the first field, the id: 0x0A.
        value.first == UInt8(ascii: "{") ? readJSON(value) : Self.readProtobuf(value)
    }

    // MARK: JSON

    private mutating func readJSON(_ value: ArraySlice<UInt8>) -> PublishedEvent? {
        do { try tree.parse(value.span.bytes) } catch { return nil }
        var event = PublishedEvent()
        for member in tree.children(of: 0) {
            let name = tree.string(tree.nodes[member].key)
            switch name {
            case "type", "previous": continue
            case "revision": event.revision = integer(member) ?? 0
            case "payment":
                event.payment = payment(member)
                append(member, to: &event.paymentMember)
            case "operation":
                event.hasOperation = true
                append(
                    member, skipping: tree.member("superseded", of: member), to: &event.callbackMembers)
            case "source":
                event.origin = origin(member)
                fallthrough
            default:
                append(member, to: &event.callbackMembers)
            }
        }
        return event
    }

    private func origin(_ node: Int) -> Origin? {
        guard let topic = tree.member("topic", of: node), let partition = tree.member("partition", of: node),
            let offset = tree.member("offset", of: node), let partition = integer(partition),
            let offset = integer(offset)
        else { return nil }
        return Origin(topic: text(topic), partition: partition, offset: offset)
    }

    private func payment(_ node: Int) -> PublishedEvent.Payment {
        var payment = PublishedEvent.Payment()
        func text(_ name: StaticString) -> [UInt8] { tree.member(name, of: node).map { self.text($0) } ?? [] }
        payment.type = text("type")
        payment.method = text("method")
        payment.status = text("status")
        payment.currency = text("currency")
        payment.amount = tree.member("amount", of: node).flatMap { integer($0) }
        payment.asOf = Timestamp(text("as_of").span.bytes)
        return payment
    }

    private func text(_ node: Int) -> [UInt8] { Array(tree.bytes[tree.nodes[node].value.range]) }

    private func integer(_ node: Int) -> Int64? {
        tree.nodes[node].kind == .number ? Int64(tree.string(tree.nodes[node].value)) : nil
    }

    /// Appends a member so that two are equal only if they have the same content: kind, key and text of each
    /// node, with lengths.
    ///
    /// - Parameter skipped: a scalar node that is left out.
    private func append(_ member: Int, skipping skipped: Int? = nil, to bytes: inout [UInt8]) {
        for index in member..<Int(tree.nodes[member].next) where index != skipped {
            let node = tree.nodes[index]
            bytes.append(node.kind.rawValue)
            append(node.key, to: &bytes)
            if node.isContainer {
                // Its end is known by how many nodes are below it.
                let isSkippedInside = skipped.map { $0 > index && $0 < Int(node.next) } ?? false
                Self.append(Int(node.next) - member - (isSkippedInside ? 1 : 0), to: &bytes)
            } else {
                append(node.value, to: &bytes)
            }
        }
    }

    private func append(_ text: ByteRange, to bytes: inout [UInt8]) {
        Self.append(text.count, to: &bytes)
        bytes.append(contentsOf: tree.bytes[text.range])
    }

    private static func append(_ count: Int, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: count)) { bytes.append(contentsOf: $0) }
    }

    // MARK: Protocol Buffers

    /// The numbers of `schemas/tidings/v1/payment_status_event.proto`, which never change.
    private enum Number {
        static let type: UInt64 = 2
        static let payment: UInt64 = 4
        static let operation: UInt64 = 5
        /// Of the operation.
        static let superseded: UInt64 = 14
        static let previous: UInt64 = 12
        static let revision: UInt64 = 13
        static let source: UInt64 = 16
    }

    private static func readProtobuf(_ value: ArraySlice<UInt8>) -> PublishedEvent? {
        var event = PublishedEvent()
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            switch field.number {
            case Number.type, Number.previous: continue
            case Number.revision: event.revision = Int64(bitPattern: field.integer)
            case Number.payment:
                event.payment = payment(value[field.contents])
                event.paymentMember = Array(value[field.whole])
            case Number.operation:
                event.hasOperation = true
                var members = ProtobufFields(value[field.contents])
                while let member = members.next() {
                    if member.number == Number.superseded { continue }
                    event.callbackMembers.append(contentsOf: value[member.whole])
                }
            case Number.source:
                event.origin = origin(value[field.contents])
                fallthrough
            default:
                event.callbackMembers.append(contentsOf: value[field.whole])
            }
        }
        return fields.isWhole && !value.isEmpty ? event : nil
    }

    // Zero is left out on the wire, so what is not there is zero.
    private static func origin(_ value: ArraySlice<UInt8>) -> Origin? {
        var origin = Origin(topic: [], partition: 0, offset: 0)
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            switch field.number {
            case 1: origin.topic = Array(value[field.contents])
            case 2: origin.partition = Int64(bitPattern: field.integer)
            case 3: origin.offset = Int64(bitPattern: field.integer)
            default: continue
            }
        }
        return fields.isWhole ? origin : nil
    }

    private static func payment(_ value: ArraySlice<UInt8>) -> PublishedEvent.Payment {
        var payment = PublishedEvent.Payment()
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            let text = Array(value[field.contents])
            switch field.number {
            case 2: payment.type = text
            case 3: payment.method = text
            case 4: payment.status = text
            case 6: payment.amount = Int64(bitPattern: field.integer)
            case 7: payment.currency = text
            case 10: payment.asOf = Timestamp(protobuf: value[field.contents])
            default: continue
            }
        }
        return payment
    }
}
