// SPDX-License-Identifier: Apache-2.0
internal import Audit
package import Payments

/// What a reconciliation reads of an event on the status topic.
package struct StatusEvent: Equatable {
    package var projectID: Int64
    /// As the platform sent it.
    package var paymentID: String
    package var status = ""
    package var statusClass = StatusClass.unknown
    /// Nil where no operation has reported the payment's status.
    package var asOf: Timestamp?
    package var revision: Int64
    package var receivedAt: Timestamp
    /// Nil for an event without an operation.
    package var operation: PublishedOperation?
}

/// An operation's status as an event reports it.
package struct PublishedOperation: Equatable {
    package var id: Int64
    package var status: String
    package var updatedAt: Timestamp
}

/// Reads events in either encoding. Confined to one thread: its tree is reused.
package struct StatusEventReader {
    private var tree = JSONTree(limits: JSONLimits(depth: 64, members: 100_000))

    package init() {}

    /// - Returns: nil for a value that is not the event of a payment, such as one of a token.
    package mutating func read(_ value: ArraySlice<UInt8>) -> StatusEvent? {
        // In the binary encoding the first byte is the tag of the first field, the id: 0x0A.
        value.first == UInt8(ascii: "{") ? readJSON(value) : Self.readProtobuf(value)
    }

    // MARK: JSON

    private mutating func readJSON(_ value: ArraySlice<UInt8>) -> StatusEvent? {
        do { try tree.parse(value.span.bytes) } catch { return nil }
        guard let payment = tree.member("payment", of: 0), let id = text("id", of: payment), !id.isEmpty,
            let project = integer("project_id", of: 0), let revision = integer("revision", of: 0),
            let receivedAt = time("received_at", of: 0)
        else { return nil }
        var event = StatusEvent(
            projectID: project, paymentID: id, revision: revision, receivedAt: receivedAt)
        event.status = text("status", of: payment) ?? ""
        event.statusClass = text("status_class", of: payment).flatMap { StatusClass($0) } ?? .unknown
        event.asOf = time("as_of", of: payment)
        if let node = tree.member("operation", of: 0), let id = integer("id", of: node),
            let date = time("updated_at", of: node)
        {
            event.operation = PublishedOperation(
                id: id, status: text("status", of: node) ?? "", updatedAt: date)
        }
        return event
    }

    private func text(_ name: StaticString, of node: Int) -> String? {
        tree.member(name, of: node).map { tree.string(tree.nodes[$0].value) }
    }

    private func integer(_ name: StaticString, of node: Int) -> Int64? {
        text(name, of: node).flatMap { Int64($0) }
    }

    private func time(_ name: StaticString, of node: Int) -> Timestamp? {
        text(name, of: node).flatMap { Timestamp(Array($0.utf8).span.bytes) }
    }

    // MARK: Protocol Buffers

    /// The numbers of `schemas/tidings/v1/payment_status_event.proto`, which never change.
    private enum Number {
        static let projectID: UInt64 = 3
        static let payment: UInt64 = 4
        static let operation: UInt64 = 5
        static let revision: UInt64 = 13
        static let receivedAt: UInt64 = 15
    }

    private static func readProtobuf(_ value: ArraySlice<UInt8>) -> StatusEvent? {
        var event = StatusEvent(
            projectID: 0, paymentID: "", revision: 0, receivedAt: Timestamp(milliseconds: 0))
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            switch field.number {
            case Number.projectID: event.projectID = Int64(bitPattern: field.integer)
            case Number.payment: readPayment(value[field.contents], into: &event)
            case Number.operation: event.operation = operation(value[field.contents])
            case Number.revision: event.revision = Int64(bitPattern: field.integer)
            case Number.receivedAt: event.receivedAt = Timestamp(protobuf: value[field.contents])
            default: continue
            }
        }
        return fields.isWhole && !event.paymentID.isEmpty ? event : nil
    }

    private static func readPayment(_ value: ArraySlice<UInt8>, into event: inout StatusEvent) {
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            let contents = value[field.contents]
            switch field.number {
            case 1: event.paymentID = String(decoding: contents, as: UTF8.self)
            case 4: event.status = String(decoding: contents, as: UTF8.self)
            case 5: event.statusClass = StatusClass(String(decoding: contents, as: UTF8.self)) ?? .unknown
            case 10: event.asOf = Timestamp(protobuf: contents)
            default: continue
            }
        }
    }

    private static func operation(_ value: ArraySlice<UInt8>) -> PublishedOperation {
        var operation = PublishedOperation(id: 0, status: "", updatedAt: Timestamp(milliseconds: 0))
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            switch field.number {
            case 1: operation.id = Int64(bitPattern: field.integer)
            case 3: operation.status = String(decoding: value[field.contents], as: UTF8.self)
            case 10: operation.updatedAt = Timestamp(protobuf: value[field.contents])
            default: continue
            }
        }
        return operation
    }
}
