// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// A payment's history as one JSON document.
public enum HistoryJSON {
    /// - Parameter withBodies: gives each callback as received. They hold names and card numbers.
    public static func document(of history: PaymentHistory, withBodies: Bool = false) -> [UInt8] {
        JSONWriter.line { writer in
            writer.member("key", String(decoding: history.key, as: UTF8.self))
            writer.members("callbacks", history.entries) { entry, writer in
                write(entry, withBody: withBodies, to: &writer)
            }
            writer.member("faults", history.faults.map(\.description))
            writer.member("read") { writer in
                writer.member("partition", history.partition)
                writer.member("partitions", history.partitionCount)
                writer.member("callbacks", history.callbacksRead)
                writer.member("records", history.recordsRead)
                writer.member("bytes", history.bytesRead)
                writer.member("whole_history", history.isWholeLog)
            }
        }
    }

    private static func write(_ entry: PaymentHistory.Entry, withBody: Bool, to writer: inout JSONWriter) {
        writer.member("offset", entry.offset)
        writer.member("received_at", entry.receivedAt)
        writer.member("decision", entry.decision.map { "\($0.name)" })
        writer.member("reason", entry.reason)
        writer.member("ground", name(of: entry))
        if let summary = entry.summary { write(summary, to: &writer) }
        writer.member("output", entry.record, write)
        writer.member("repeated", entry.repeated, write)
        writer.member("resolution", entry.resolution)
        if withBody { writer.member("body", entry.body.map { String(decoding: $0, as: UTF8.self) }) }
    }

    private static func write(_ repeated: RepeatedCallback, to writer: inout JSONWriter) {
        writer.member("kind", repeated.kind.rawValue)
        writer.member("from", repeated.from.text)
        writer.member("by", repeated.by)
        writer.member("at", repeated.at)
        writer.member("reason", repeated.reason)
        writer.member("attempt", repeated.attempt)
    }

    private static func name(of entry: PaymentHistory.Entry) -> String {
        switch entry.ground {
        case .derived: "derived"
        case .asWritten: "as-written"
        case .undetermined: entry.decision == nil ? "undecided" : "undetermined"
        }
    }

    private static func write(_ summary: CallbackSummary, to writer: inout JSONWriter) {
        writer.member("operation") { writer in
            writer.member("id", summary.operationID)
            writer.member("type", summary.operationType)
            writer.member("status", summary.operationStatus)
            writer.member("request_id", summary.requestID)
            writer.member("date", summary.date)
            writer.member("sum", summary.operationSum, write)
        }
        writer.member("subject", summary.subject)
        writer.member("action", summary.action)
        writer.member("payment") { writer in
            writer.member("status", summary.paymentStatus)
            writer.member("sum", summary.paymentSum, write)
        }
    }

    private static func write(_ record: PaymentHistory.Output, to writer: inout JSONWriter) {
        writer.member("topic", record.topic.outputName)
        writer.member("offset", record.offset)
        if record.topic == .status {
            writer.member("id", record.id)
            writer.member("revision", record.revision)
            writer.member("payment_status", record.paymentStatus)
            writer.member("payment_sum", record.paymentSum, write)
        }
    }

    private static func write(_ sum: CallbackSummary.Sum, to writer: inout JSONWriter) {
        writer.member("amount", sum.amount)
        writer.member("currency", sum.currency)
    }
}

extension JSONWriter {
    /// How a record in review or dead letter was resolved; null where it is open.
    package mutating func member(_ name: String, _ resolution: Resolution?) {
        member(name, resolution) { resolution, writer in
            writer.member("kind", resolution.kind.rawValue)
            writer.member("by", resolution.by)
            writer.member("at", resolution.at)
            writer.member("reason", resolution.reason)
        }
    }
}
