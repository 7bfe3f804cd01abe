// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// A report about offsets as a person and as a program reads it.
public enum OffsetsText {
    /// A row for each partition, and below it what a restart would do.
    public static func table(of report: OffsetsReport) -> String {
        var rows = [["partition", "low", "high", "committed", "progress", "lag", "metadata", "restart"]]
        for partition in report.partitions {
            rows.append([
                "\(partition.partition)", "\(partition.low)", "\(partition.high)",
                partition.committed.map { "\($0)" } ?? "none",
                partition.progress.map { "\($0.next)" } ?? "none", "\(partition.lag)",
                partition.metadata.map { $0.isEmpty ? "none" : String(escaping: $0.utf8) } ?? "none",
                "\(partition.outcomeName)",
            ])
        }
        var text = "group \(report.group)\n" + TextTable.lines(rows, leftAligned: [0, 6, 7]) + "\n"
        for partition in report.partitions {
            text += "partition \(partition.partition): \(partition.restart)\n"
        }
        return text
    }

    /// One JSON document.
    public static func json(of report: OffsetsReport) -> [UInt8] {
        JSONWriter.line { writer in
            writer.member("group", report.group)
            writer.members("partitions", report.partitions, write)
            writer.member("would_process_all", report.isProcessed)
        }
    }

    private static func write(_ partition: OffsetsReport.Partition, to writer: inout JSONWriter) {
        writer.member("partition", partition.partition)
        writer.member("low", partition.low)
        writer.member("high", partition.high)
        writer.member("committed", partition.committed)
        writer.member("metadata", partition.metadata)
        writer.member("progress", partition.progress?.next)
        writer.member("partition_count", partition.progress?.partitionCount)
        writer.members("gaps", partition.progress?.gaps ?? []) { gap, writer in
            writer.member("cause", gap.cause.rawValue)
            writer.member("from_offset", gap.from)
            writer.member("to_offset", gap.to)
        }
        writer.member("lag", partition.lag)
        writer.member("restart", "\(partition.outcomeName)")
        writer.member("description", partition.restart)
        if case .refuse(let refusal) = partition.outcome {
            writer.member("flags", refusal.flags)
        } else {
            writer.member("flags", [])
        }
    }
}
