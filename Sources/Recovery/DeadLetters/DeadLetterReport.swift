// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Payments

/// A dead letter as a person reads it, and as one JSON document.
public struct DeadLetterReport {
    /// Whether and how a body is shown.
    public enum BodyView: Sendable, Equatable {
        case hidden
        case masked
        case whole
    }

    private let item: Item
    private let callback: LoggedRecord?
    private let lines: BodyLines?
    private let view: BodyView

    /// - Parameter callback: nil where the callbacks topic does not have it any more.
    public init(of item: Item, _ callback: LoggedRecord?, limits: JSONLimits, body view: BodyView) {
        self.item = item
        self.callback = callback
        self.view = view
        guard view == .masked, let callback, let value = callback.valueBytes else {
            lines = nil
            return
        }
        lines = BodyLines(Array(value), rule: callback.signatureRule, limits: limits, isUnmasked: false)
    }

    public var text: String {
        var rows = [
            ["callback", item.callback.text], ["received", item.receivedAt.text],
            ["key", String(escaping: item.key)], ["reason", ItemReport.reasons(of: item)],
            ["state", ItemReport.stateAndReason(of: item)],
        ]
        if let repeated = callback.flatMap({ RepeatedCallback($0) }) {
            let attempt = repeated.attempt.map { ", attempt \($0)" } ?? ""
            rows.append(
                [
                    "written by",
                    "\(repeated.kind.rawValue) from \(repeated.from.text)\(attempt), \(repeated.by)",
                ])
        }
        if let receipt {
            rows.append([
                "receipt", "key \(receipt.keyID), rule \(receipt.rule.name), project \(receipt.projectID)",
            ])
        }
        rows.append(["body", size])
        let shown = rows.map { $0.map { String(escaping: $0.utf8) } }
        return TextTable.lines(shown, leftAligned: [0, 1]) + body
    }

    private var size: String {
        guard let callback else { return "the callbacks topic does not have it any more" }
        return callback.valueBytes.map { "\($0.count) bytes" } ?? "none"
    }

    private var receipt: Receipt? {
        guard let callback else { return nil }
        var headers = ReceiptHeaders()
        callback.fill(&headers)
        return headers.receipt
    }

    private var body: String {
        guard let value = callback?.valueBytes else { return "" }
        switch view {
        case .hidden: return ""
        case .whole: return "\n\(String(escaping: value))\n"
        case .masked:
            guard let lines else {
                return "\nThe body cannot be read, and so not be masked: --unmask shows it as it is.\n"
            }
            return "\n" + ItemReport.table(of: lines)
        }
    }

    /// One JSON document.
    public var document: [UInt8] {
        JSONWriter.line { writer in
            ItemReport.write(item, to: &writer)
            writer.member("attempt", callback.flatMap { RepeatedCallback($0)?.attempt })
            writer.member("body_bytes", callback?.valueBytes?.count)
            switch view {
            case .hidden: break
            case .masked: writer.member("fields", lines, ItemReport.write)
            case .whole:
                writer.member("body", callback?.valueBytes.map { String(decoding: $0, as: UTF8.self) })
            }
        }
    }
}
