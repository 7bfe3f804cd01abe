// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// What a rebuild would do and what it did, as a person and as a program reads it.
public enum RebuildText {
    /// What would be built.
    public static func table(of plan: Rebuild.Plan, _ settings: Rebuild.Settings) -> String {
        var rows = [["partition", "callbacks", "history"]]
        for partition in plan.partitions {
            rows.append([
                "\(partition.partition)", "\(partition.start)..<\(partition.end)",
                partition.isWholeLog ? "whole" : "cut",
            ])
        }
        var text = TextTable.lines(rows) + "\n"
        for topic in Topic.allCases where topic != .callbacks {
            text += "\(settings.names[topic]): \(plan.partitionCount) partitions\n"
        }
        return text + incompleteness(plan.partitions.map { ($0.partition, $0.gone) }, "would be")
    }

    /// What is missing in the new topics; empty where nothing is.
    private static func incompleteness(
        _ partitions: [(partition: Int32, gone: [Range<Int64>])], _ verb: String
    ) -> String {
        let cut = partitions.filter { !$0.gone.isEmpty }
        guard !cut.isEmpty else { return "" }
        var text = "the new topics \(verb) incomplete: the callbacks topic no longer has every callback, "
        text += "and what the others led to cannot be built\n"
        for (partition, gone) in cut {
            let ranges = gone.map { "\($0.lowerBound) to \($0.upperBound - 1)" }.joined(separator: ", ")
            text += "partition \(partition): the callbacks \(ranges) are gone\n"
        }
        return text
    }

    /// What was built.
    public static func summary(of report: RebuildReport) -> String {
        let total = report.total
        var rows = [["callbacks", "\(total.callbacks)"]]
        for decision in Decision.allCases {
            rows.append(["\(decision.name)", "\(total.decisions[Int(decision.rawValue)])"])
        }
        var text = TextTable.lines(rows) + "\n"
        text += TextTable.counts([
            (
                report.partitions.count(where: \.wasResumed),
                "partitions went on where an earlier run had ended"
            ),
            (
                total.summaries,
                "payments have callbacks that are no longer in the log; they started from the summary in "
                    + "the old changelog"
            ),
            (total.copiedStates, "payments have no callback in the log; their states were copied"),
            (total.copiedResolutions, "records that resolve review items were copied"),
        ])
        for partition in report.partitions {
            text += "partition \(partition.partition): progress \(partition.end)\n"
        }
        text += "built in \(report.duration.components.seconds) s\n"
        return text + incompleteness(report.partitions.map { ($0.partition, $0.gone) }, "are")
    }

    /// The same as one JSON document.
    public static func json(of report: RebuildReport, _ settings: Rebuild.Settings) -> [UInt8] {
        JSONWriter.line { writer in
            writer.member("topics", Topic.allCases.map { settings.names[$0] })
            writer.members("partitions", report.partitions) { partition, writer in
                writer.member("partition", partition.partition)
                writer.member("start", partition.start)
                writer.member("progress", partition.end)
                write(partition, to: &writer)
                writer.member("resumed", partition.wasResumed)
                writer.members("gone", partition.gone) { range, writer in
                    writer.member("from_offset", range.lowerBound)
                    writer.member("to_offset", range.upperBound)
                }
            }
            write(report.total, to: &writer)
            writer.member("complete", report.isComplete)
            writer.member("seconds", report.duration.components.seconds)
        }
    }

    private static func write(_ partition: RebuildReport.Partition, to writer: inout JSONWriter) {
        writer.member("callbacks", partition.callbacks)
        writer.member("decisions") { writer in
            for decision in Decision.allCases {
                writer.member(decision.memberName, partition.decisions[Int(decision.rawValue)])
            }
        }
        writer.member("payments_from_summary", partition.summaries)
        writer.member("payments_copied", partition.copiedStates)
        writer.member("resolutions_copied", partition.copiedResolutions)
    }
}
