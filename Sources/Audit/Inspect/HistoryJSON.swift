// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// A payment's history as one JSON document.
public enum HistoryJSON {
    /// - Parameter withBodies: gives each callback as received. They hold names and card numbers.
    public static func document(of history: PaymentHistory, withBodies: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("key", String(decoding: history.key, as: UTF8.self))
        writer.name("callbacks")
        writer.beginArray()
        for entry in history.entries { write(entry, withBody: withBodies, to: &writer) }
        writer.endArray()
        writer.name("faults")
        writer.beginArray()
        for fault in history.faults { writer.value(fault.description) }
        writer.endArray()
        writer.name("read")
        writer.beginObject()
        writer.member("partition", history.partition)
        writer.member("partitions", history.partitionCount)
        writer.member("callbacks", history.callbacksRead)
        writer.member("records", history.recordsRead)
        writer.member("bytes", history.bytesRead)
        writer.member("whole_history", history.isWholeLog)
        writer.endObject()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ entry: PaymentHistory.Entry, withBody: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("offset", entry.offset)
        writer.member("received_at", entry.receivedAt)
        writer.member("decision", entry.decision.map { "\($0.name)" })
        writer.member("reason", entry.reason)
        writer.member("ground", name(of: entry))
        if let summary = entry.summary { write(summary, to: &writer) }
        writer.name("output")
        if let record = entry.record { write(record, to: &writer) } else { writer.null() }
        write(entry.repeated, to: &writer)
        writer.member("resolution", entry.resolution)
        if withBody { writer.member("body", entry.body.map { String(decoding: $0, as: UTF8.self) }) }
        writer.endObject()
    }

    private static func write(_ repeated: RepeatedCallback?, to writer: inout JSONWriter) {
        writer.name("repeated")
        guard let repeated else { return writer.null() }
        writer.beginObject()
        writer.member("kind", repeated.kind.rawValue)
        writer.member("from", repeated.from.text)
        writer.member("by", repeated.by)
        writer.member("at", repeated.at)
        writer.member("reason", repeated.reason)
        writer.member("attempt", repeated.attempt)
        writer.endObject()
    }

    private static func name(of entry: PaymentHistory.Entry) -> String {
        switch entry.ground {
        case .derived: "derived"
        case .asWritten: "as-written"
        case .undetermined: entry.decision == nil ? "undecided" : "undetermined"
        }
    }

    private static func write(_ summary: CallbackSummary, to writer: inout JSONWriter) {
        writer.name("operation")
        writer.beginObject()
        writer.member("id", summary.operationID)
        writer.member("type", summary.operationType)
        writer.member("status", summary.operationStatus)
        writer.member("request_id", summary.requestID)
        writer.member("date", summary.date)
        write("sum", summary.operationSum, to: &writer)
        writer.endObject()
        writer.member("subject", summary.subject)
        writer.member("action", summary.action)
        writer.name("payment")
        writer.beginObject()
        writer.member("status", summary.paymentStatus)
        write("sum", summary.paymentSum, to: &writer)
        writer.endObject()
    }

    private static func write(_ record: PaymentHistory.Output, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("topic", String(record.topic.baseName.split(separator: ".")[0]))
        writer.member("offset", record.offset)
        if record.topic == .status {
            writer.member("id", record.id)
            writer.member("revision", record.revision)
            writer.member("payment_status", record.paymentStatus)
            write("payment_sum", record.paymentSum, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ name: String, _ sum: CallbackSummary.Sum?, to writer: inout JSONWriter) {
        writer.name(name)
        guard let sum else { return writer.null() }
        writer.beginObject()
        writer.member("amount", sum.amount)
        writer.member("currency", sum.currency)
        writer.endObject()
    }
}

extension JSONWriter {
    /// How a record in review or dead letter was resolved; null where it is open.
    package mutating func member(_ name: String, _ resolution: Resolution?) {
        self.name(name)
        guard let resolution else { return null() }
        beginObject()
        member("kind", resolution.kind.rawValue)
        member("by", resolution.by)
        member("at", resolution.at)
        member("reason", resolution.reason)
        endObject()
    }
}
