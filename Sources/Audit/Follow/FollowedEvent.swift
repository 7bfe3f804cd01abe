// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What a person who follows a payment sees of an event.
public struct FollowedEvent: Sendable, Equatable {
    /// Such as `payment.action.required`.
    public var type: String
    public var revision: Int64
    /// The payment's latest status.
    public var status: String
    public var statusClass: StatusClass
    /// What the customer must be shown: each member's path and text, such as `url`.
    public var action: [Member]
    /// The event as it was published.
    public var json: String?

    public struct Member: Sendable, Equatable {
        public var path: String
        public var text: String
    }

    /// The event for a person: its status, and what the customer must be shown.
    public var text: String {
        var rows = [
            ["event", type], ["status", "\(status) (\(statusClass.name))"], ["revision", "\(revision)"],
        ]
        for member in action { rows.append(["action \(member.path)", member.text]) }
        return "\n"
            + TextTable.lines(rows.map { $0.map { String(escaping: Array($0.utf8)) } }, leftAligned: [0, 1])
    }

    /// Whether the payment succeeded.
    public var isSuccess: Bool { status == "success" && statusClass == .final }

    /// - Returns: nil where the value is not an event in either encoding.
    public init?(_ value: some Collection<UInt8>) {
        let bytes = Array(value)
        guard let event = bytes.first == UInt8(ascii: "{") ? Self(json: bytes) : Self(protobuf: bytes[...])
        else {
            return nil
        }
        self = event
    }

    private init?(json bytes: [UInt8]) {
        var tree = JSONTree(limits: JSONLimits(depth: 64, members: 100_000))
        do { try tree.parse(bytes.span.bytes) } catch { return nil }
        func text(_ name: StaticString, of node: Int?) -> String? {
            node.flatMap { tree.member(name, of: $0) }.map { tree.string(tree.nodes[$0].value) }
        }
        let payment = tree.member("payment", of: 0)
        guard let type = text("type", of: 0) else { return nil }
        self.type = type
        revision = text("revision", of: 0).flatMap { Int64($0) } ?? 0
        status = text("status", of: payment) ?? ""
        statusClass = text("status_class", of: payment).flatMap { StatusClass($0) } ?? .unknown
        action = []
        if let node = tree.member("action", of: 0) {
            Self.append(node, of: tree, path: "", to: &action)
        }
        self.json = String(decoding: bytes, as: UTF8.self)
    }

    /// The depth is bounded by the scanner's limit.
    private static func append(
        _ node: Int, of tree: borrowing JSONTree, path: String, to members: inout [Member]
    ) {
        for child in tree.children(of: node) {
            let key = tree.string(tree.nodes[child].key)
            let name = path.isEmpty ? key : "\(path).\(key)"
            if tree.nodes[child].isContainer {
                append(child, of: tree, path: name, to: &members)
            } else {
                members.append(Member(path: name, text: tree.string(tree.nodes[child].value)))
            }
        }
    }

    /// The numbers of `schemas/tidings/v1/payment_status_event.proto`, which never change.
    private init?(protobuf value: ArraySlice<UInt8>) {
        type = ""
        revision = 0
        status = ""
        statusClass = .unknown
        action = []
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            switch field.number {
            case 2: type = String(decoding: value[field.contents], as: UTF8.self)
            case 4: readPayment(value[field.contents])
            case 7: Self.readAction(value[field.contents], into: &action)
            case 13: revision = Int64(bitPattern: field.integer)
            default: continue
            }
        }
        guard fields.isWhole, !type.isEmpty else { return nil }
    }

    private mutating func readPayment(_ value: ArraySlice<UInt8>) {
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            let text = String(decoding: value[field.contents], as: UTF8.self)
            if field.number == 4 { status = text }
            if field.number == 5 { statusClass = StatusClass(text) ?? .unknown }
        }
    }

    private static func readAction(_ value: ArraySlice<UInt8>, into members: inout [Member]) {
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            let contents = value[field.contents]
            switch field.number {
            case 1: members.append(.init(path: "kind", text: String(decoding: contents, as: UTF8.self)))
            case 2: members.append(.init(path: "method", text: String(decoding: contents, as: UTF8.self)))
            case 3: members.append(.init(path: "url", text: String(decoding: contents, as: UTF8.self)))
            case 4, 5: members.append(entry(contents, under: field.number == 4 ? "body" : "fields"))
            default: continue
            }
        }
    }

    private static func entry(_ value: ArraySlice<UInt8>, under name: String) -> Member {
        var (key, text) = ("", "")
        var fields = ProtobufFields(value)
        while let field = fields.next() {
            let contents = String(decoding: value[field.contents], as: UTF8.self)
            if field.number == 1 { key = contents }
            if field.number == 2 { text = contents }
        }
        return Member(path: "\(name).\(key)", text: text)
    }
}
