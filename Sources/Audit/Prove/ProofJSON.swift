// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// A proof as one JSON document, written as it is found: `{"faults":[…],"partitions":[…],"account":{…},…}`.
/// However many faults there are, none is held.
public struct ProofJSON {
    private var hasFault = false

    public init() {}

    /// The beginning of the document.
    public let opening = Array("{\"faults\":[".utf8)

    /// The next piece of the document.
    public mutating func fault(_ fault: Fault) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", "\(fault.kind.name)")
        writer.member("partition", fault.partition)
        writer.member("callback_offset", fault.callback)
        writer.member("decision", fault.decision.map { "\($0.name)" })
        writer.member("topic", fault.topic.map { String($0.baseName.split(separator: ".")[0]) })
        writer.member("offset", fault.offset)
        writer.member("key", fault.key.map { String(decoding: $0, as: UTF8.self) })
        if case .differs(let differences) = fault.kind {
            writer.name("differs_in")
            writer.beginArray()
            for difference in differences { writer.value(difference.name) }
            writer.endArray()
        }
        if case .revisionGap(let count) = fault.kind { writer.member("missing_events", count) }
        if case .logEndsEarly(let committed) = fault.kind { writer.member("committed", committed) }
        if case .callbacksLost(let from, let to) = fault.kind { Self.write(from, to, to: &writer) }
        if case .callbacksSkipped(let from, let to) = fault.kind { Self.write(from, to, to: &writer) }
        writer.member("description", fault.description)
        writer.endObject()
        defer { hasFault = true }
        return Array((hasFault ? ",\n" : "\n").utf8) + writer.bytes
    }

    private static func write(_ from: Int64, _ end: Int64, to writer: inout JSONWriter) {
        writer.member("from_offset", from)
        writer.member("to_offset", end)
    }

    /// The end of the document.
    public func closing(_ report: ProofReport) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("partitions")
        writer.beginArray()
        for partition in report.partitions { Self.write(partition, to: &writer) }
        writer.endArray()
        writer.name("account")
        Self.write(report.account, to: &writer)
        writer.name("payments")
        Self.write(report.payments, to: &writer)
        writer.member("rules_version", Int64(DecisionTable.version))
        writer.member("fault_count", report.faultCount)
        writer.member("holds", report.holds)
        writer.member("records_read", report.recordsRead)
        writer.member("bytes_read", report.bytesRead)
        writer.endObject()
        return Array("],\n".utf8) + writer.bytes.dropFirst() + Array("\n".utf8)
    }

    private static func write(_ partition: ProofReport.Partition, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("partition", partition.partition)
        writer.member("start", partition.start)
        writer.member("end", partition.end)
        writer.member("committed", partition.committed)
        writer.member("progress", partition.progress)
        writer.member("log_end", partition.logEnd)
        writer.member("undecided", partition.undecided)
        writer.member("whole_history", partition.isWholeLog)
        writer.member("state_compared", partition.isStateCompared)
        writer.member("fault_count", partition.faultCount)
        writer.endObject()
    }

    private static func write(_ account: Account, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("callbacks", account.callbacks)
        for decision in Decision.allCases {
            writer.member("\(decision.name)".replacingHyphens, account[decision])
        }
        writer.member("skipped", account.skipped)
        writer.member("undetermined", account.undetermined)
        writer.member("sum", account.sum)
        writer.member("adds_up", account.addsUp)
        writer.member("taken_as_written", account.takenAsWritten)
        writer.member("expired", account.expired)
        writer.endObject()
    }

    private static func write(_ payments: PaymentCounts, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("whole_history", payments.whole)
        writer.member("resumed", payments.resumed)
        writer.member("unknown", payments.unknown)
        writer.member("moving", payments.moving)
        writer.endObject()
    }
}

extension String {
    /// Names in JSON have underscores.
    fileprivate var replacingHyphens: String { String(map { $0 == "-" ? "_" : $0 }) }
}
