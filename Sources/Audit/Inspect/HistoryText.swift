// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// A payment's history as a person reads it.
public enum HistoryText {
    /// - Parameter withBodies: prints each callback as received. They hold names and card numbers.
    public static func table(of history: PaymentHistory, withBodies: Bool = false) -> String {
        var text = history.entries.isEmpty ? "no callback of \(String(escaping: history.key))\n" : ""
        if !history.entries.isEmpty {
            text += TextTable.lines([heading] + history.entries.map(row), leftAligned: Set(1..<heading.count))
        }
        for entry in history.entries { text += notes(of: entry) }
        if withBodies {
            for entry in history.entries {
                text += "\ncallback \(entry.offset)\n"
                text += entry.body.map { String(escaping: $0) } ?? "no value"
                text += "\n"
            }
        }
        for fault in history.faults { text += "fault: \(fault)\n" }
        return text + "\n" + account(of: history)
    }

    private static let heading = [
        "offset", "received", "operation", "type", "status", "dated", "sum", "decision", "output", "payment",
    ]

    private static func row(_ entry: PaymentHistory.Entry) -> [String] {
        let summary = entry.summary
        let cells: [String?] = [
            "\(entry.offset)", entry.receivedAt.text,
            summary?.operationID.map { "\($0)" } ?? summary?.subject, summary?.operationType,
            summary?.operationStatus, summary?.date?.text, summary?.operationSum.map(text),
            decision(of: entry), entry.record.map(reported), payment(of: entry.record),
        ]
        return cells.map { $0.map { String(escaping: $0.utf8) } ?? "-" }
    }

    /// What a person did: one line each.
    private static func notes(of entry: PaymentHistory.Entry) -> String {
        var text = ""
        if let repeated = entry.repeated {
            let attempt = repeated.attempt.map { ", attempt \($0)" } ?? ""
            text += line(
                of: entry,
                "\(repeated.kind.rawValue) from \(repeated.from.text)\(attempt), by \(repeated.by) at "
                    + repeated.at.text + (repeated.reason.map { ": \($0)" } ?? ""))
        }
        if let resolution = entry.resolution {
            text += line(
                of: entry,
                "item \(resolution.kind.rawValue) by \(resolution.by) at \(resolution.at.text)"
                    + (resolution.reason.map { ": \($0)" } ?? ""))
        }
        return text
    }

    private static func line(of entry: PaymentHistory.Entry, _ words: String) -> String {
        "callback \(entry.offset): \(String(escaping: words.utf8))\n"
    }

    private static func decision(of entry: PaymentHistory.Entry) -> String {
        guard let decision = entry.decision else { return "not yet decided" }
        let name = "\(decision.name)"
        switch entry.ground {
        case .undetermined: return "not to be checked"
        case .asWritten: return name + " (as written)"
        case .derived: return entry.reason == name ? name : "\(name): \(entry.reason)"
        }
    }

    private static func reported(_ record: PaymentHistory.Output) -> String {
        let revision = record.revision.map { ", revision \($0)" } ?? ""
        return "\(record.topic.outputName) \(record.offset)\(revision)"
    }

    private static func payment(of record: PaymentHistory.Output?) -> String? {
        guard let record, let status = record.paymentStatus else { return nil }
        return record.paymentSum.map { "\(status) \(text($0))" } ?? status
    }

    private static func text(_ sum: CallbackSummary.Sum) -> String { "\(sum.amount) \(sum.currency)" }

    private static func account(of history: PaymentHistory) -> String {
        let entries = history.entries
        var counts = Decision.allCases.map { decision in
            (entries.count { $0.decision == decision && $0.ground != .undetermined }, "\(decision.name)")
        }
        counts += [
            (entries.count { $0.decision != nil && $0.ground == .undetermined }, "not to be checked"),
            (entries.count { $0.decision == nil }, "not yet decided"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var text = "\(entries.count) callbacks"
        if !parts.isEmpty { text += " = " + parts.joined(separator: " + ") }
        text +=
            "\nread partition \(history.partition) of \(history.partitionCount): \(history.callbacksRead) callbacks, "
        text += "\(history.recordsRead) records of all topics, \(history.bytesRead) bytes\n"
        if !history.isWholeLog {
            text += "older callbacks have been deleted: what came before may explain more than is shown\n"
        }
        return text
    }
}
