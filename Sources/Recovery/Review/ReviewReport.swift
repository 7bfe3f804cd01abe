// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Payments

/// An item of the review topic as a person reads it, and as one JSON document.
public struct ReviewReport {
    private let detail: Review.Detail
    private let history: PaymentHistory
    private let fields: BodyLines?
    private let event: BodyLines?

    /// - Parameters:
    ///   - limits: what a body may hold.
    ///   - isUnmasked: shows personal data.
    public init(
        of detail: Review.Detail, _ history: PaymentHistory, limits: JSONLimits, isUnmasked: Bool
    ) {
        self.detail = detail
        self.history = history
        fields = detail.callback.flatMap { callback in
            callback.valueBytes.flatMap {
                BodyLines(
                    Array($0), rule: callback.signatureRule, limits: limits, isUnmasked: isUnmasked)
            }
        }
        // An event repeats the paths of its callback, and so may be larger.
        let eventLimits = JSONLimits(depth: 1000, members: 100_000, signedBytes: 1 << 26)
        event = detail.plan?.preview?.event.flatMap {
            BodyLines($0, limits: eventLimits, isUnmasked: isUnmasked)
        }
    }

    public var text: String {
        let item = detail.item
        var text = TextTable.lines(
            [
                ["callback", item.callback.text], ["received", item.receivedAt.text],
                ["key", String(escaping: item.key)],
                ["state", String(escaping: ItemReport.stateAndReason(of: item).utf8)],
                ["payment", String(escaping: payment.utf8)],
            ], leftAligned: [0, 1])
        text += "\nheld for\n"
        if case .review(let findings) = item.kind {
            for finding in findings { text += lines(of: finding) }
        }
        text += "\nfields of the callback\n"
        text += fields.map(ItemReport.table) ?? "  the callbacks topic does not have it any more\n"
        text += "\nhistory of the payment\n" + HistoryText.table(of: history)
        text += "\nrelease\n" + release
        return text
    }

    /// The payment's state, in one line.
    private var payment: String {
        guard let state = detail.state else { return "not known to the workers" }
        let latest = state.latest.map { " \(state.text(of: $0))" } ?? ""
        let asOf = state.asOf.map { ", as of \($0.text)" } ?? ""
        return "revision \(state.revision)\(latest)\(asOf), \(state.operations.count) operations"
    }

    private func lines(of finding: ReviewFinding) -> String {
        var text = "  \(String(escaping: finding.text.utf8))\n"
        for (index, reading) in (finding.rule?.readings ?? []).enumerated() {
            text += "    reading \(index + 1): \(reading)\n"
        }
        for line in fields?.lines(of: finding) ?? [] {
            text += "    line: \(String(escaping: line.path.utf8)):\(line.shown)\n"
        }
        return text
    }

    private var release: String {
        guard detail.item.isOpen else { return "  the item is resolved\n" }
        guard let plan = detail.plan else { return "  it can only be dismissed\n" }
        var text = ""
        if !plan.accepts.isEmpty {
            text += "  would accept \(plan.accepts.map(\.text).joined(separator: ", "))\n"
        }
        if let refusal = plan.refusal {
            text += "  not possible: \(refusal)\n"
        } else if let preview = plan.preview {
            text += "  would publish (\(preview.decision.name)):\n"
        }
        if let event { text += ItemReport.table(of: event) }
        return text
    }

    /// One JSON document.
    public var document: [UInt8] {
        JSONWriter.line { writer in
            ItemReport.write(detail.item, to: &writer)
            writer.member("fields", fields, ItemReport.write)
            writer.member("state", detail.state, write)
            writer.name("history")
            writer.raw(HistoryJSON.document(of: history).dropLast())
            writer.member("release", detail.item.isOpen ? detail.plan : nil, write)
        }
    }

    private func write(_ state: PaymentState, to writer: inout JSONWriter) {
        writer.member("revision", state.revision)
        writer.member("as_of", state.asOf)
        writer.member("status", state.latest.flatMap { state.text(of: $0.status) })
        writer.member("amount", state.latest?.sum?.amount)
        writer.member("currency", state.latest?.sum.map { state.text(of: $0.currency) })
        writer.member("operations", state.operations.count)
    }

    private func write(_ plan: ReleasePlan, to writer: inout JSONWriter) {
        writer.member("accepts", plan.accepts.map(\.text))
        writer.member("refusal", plan.refusal)
        writer.member("decision", plan.preview.map { "\($0.decision.name)" })
        writer.member("reason", plan.preview?.reason)
        writer.member("event", event, ItemReport.write)
    }
}

extension PaymentState {
    fileprivate func text(of range: ByteRange) -> String {
        String(decoding: texts[range.range], as: UTF8.self)
    }

    /// Nil where nothing was reported.
    fileprivate func text(of published: PublishedStatus) -> String? {
        if published.isAbsent { return nil }
        return published.status.spelling.map { "\($0)" } ?? text(of: published.spelling)
    }

    fileprivate func text(of latest: LatestPayment) -> String {
        let sum = latest.sum.map { " \($0.amount) \(text(of: $0.currency))" } ?? ""
        return (text(of: latest.status) ?? "without a status") + sum
    }
}
