// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// Items as a table for a person, or one JSON object a line.
public enum ItemReport {
    public static func table(of items: [Item]) -> String {
        guard !items.isEmpty else { return "no item\n" }
        let heading = ["callback", "received", "key", "reason", "state"]
        let rows = items.map { item in
            [item.name, item.receivedAt.text, String(escaping: item.key), reasons(of: item), state(of: item)]
                .map { String(escaping: $0.utf8) }
        }
        return TextTable.lines([heading] + rows, leftAligned: Set(heading.indices))
    }

    public static func lines(of items: [Item]) -> [UInt8] {
        items.flatMap { item in JSONWriter.line { writer in write(item, to: &writer) } }
    }

    /// Everything that held it back.
    static func reasons(of item: Item) -> String {
        switch item.kind {
        case .review(let findings): findings.map(\.text).joined(separator: ", ")
        case .deadLetter(let stage, let errorClass, let offset):
            "\(errorClass) (\(stage)" + (offset.map { ", byte \($0)" } ?? "") + ")"
        }
    }

    static func state(of item: Item) -> String {
        guard let resolution = item.resolution else { return "open" }
        return "\(resolution.kind.rawValue) by \(resolution.by) at \(resolution.at.text)"
    }

    /// The same, and why.
    static func stateAndReason(of item: Item) -> String {
        state(of: item) + (item.resolution?.reason.map { ": \($0)" } ?? "")
    }

    /// The members of an item.
    static func write(_ item: Item, to writer: inout JSONWriter) {
        writer.member("callback", item.name)
        writer.member("topic", item.callback.topic)
        writer.member("partition", item.callback.partition)
        writer.member("offset", item.callback.offset)
        writer.member("received_at", item.receivedAt)
        writer.member("key", String(decoding: item.key, as: UTF8.self))
        writer.member("reason", item.reason)
        switch item.kind {
        case .review(let findings): writer.member("findings", findings.map(\.text))
        case .deadLetter(let stage, _, let offset):
            writer.member("stage", stage)
            writer.member("error_offset", offset)
        }
        writer.member("resolution", item.resolution)
    }

    /// The members of an object with a member for each line.
    static func write(_ lines: BodyLines, to writer: inout JSONWriter) {
        for line in lines.lines { writer.member(line.path, line.value ?? "***") }
    }

    /// Names and values below each other, indented.
    static func table(of lines: BodyLines) -> String {
        TextTable.lines(
            lines.lines.map { ["  " + String(escaping: $0.path.utf8), $0.shown] }, leftAligned: [0, 1])
    }
}
