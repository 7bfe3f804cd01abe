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
        writer.object { writer in Self.write(fault, to: &writer) }
        defer { hasFault = true }
        return Array((hasFault ? ",\n" : "\n").utf8) + writer.bytes
    }

    private static func write(_ fault: Fault, to writer: inout JSONWriter) {
        writer.member("kind", "\(fault.kind.name)")
        writer.member("partition", fault.partition)
        writer.member("callback_offset", fault.callback)
        writer.member("decision", fault.decision.map { "\($0.name)" })
        writer.member("topic", fault.topic?.outputName)
        writer.member("offset", fault.offset)
        writer.member("key", fault.key.map { String(decoding: $0, as: UTF8.self) })
        if case .differs(let differences) = fault.kind {
            writer.member("differs_in", differences.map(\.name))
        }
        if case .revisionGap(let count) = fault.kind { writer.member("missing_events", count) }
        if case .logEndsEarly(let committed) = fault.kind { writer.member("committed", committed) }
        switch fault.kind {
        case .callbacksLost(let from, let to), .callbacksSkipped(let from, let to):
            writer.member("from_offset", from)
            writer.member("to_offset", to)
        default: break
        }
        writer.member("description", fault.description)
    }

    /// The end of the document.
    public func closing(_ report: ProofReport) -> [UInt8] {
        let members = JSONWriter.line { writer in
            writer.members("partitions", report.partitions, Self.write)
            writer.member("account", report.account, Self.write)
            writer.member("payments", report.payments, Self.write)
            writer.member("rules_version", Int64(DecisionTable.version))
            writer.member("fault_count", report.faultCount)
            writer.member("holds", report.holds)
            writer.member("records_read", report.recordsRead)
            writer.member("bytes_read", report.bytesRead)
        }
        return Array("],\n".utf8) + members.dropFirst()
    }

    private static func write(_ partition: ProofReport.Partition, to writer: inout JSONWriter) {
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
    }

    private static func write(_ account: Account, to writer: inout JSONWriter) {
        writer.member("callbacks", account.callbacks)
        for decision in Decision.allCases {
            writer.member(decision.memberName, account[decision])
        }
        writer.member("skipped", account.skipped)
        writer.member("undetermined", account.undetermined)
        writer.member("sum", account.sum)
        writer.member("adds_up", account.addsUp)
        writer.member("taken_as_written", account.takenAsWritten)
        writer.member("expired", account.expired)
    }

    private static func write(_ payments: PaymentCounts, to writer: inout JSONWriter) {
        writer.member("whole_history", payments.whole)
        writer.member("resumed", payments.resumed)
        writer.member("unknown", payments.unknown)
        writer.member("moving", payments.moving)
    }
}
