// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// What a replay found and did, as a person reads it.
public enum ReplayText {
    private static let mostShown = 20

    /// A row for each partition, and what prevents a repair.
    public static func table(of findings: ReplayFindings) -> String {
        let plan = findings.plan
        var rows = [["partition", "checked", "progress", "events", "review", "dead letters"]]
        for partition in plan.partitions {
            let counts = Topic.outputs.map {
                "\(plan.count(of: $0, in: partition.partition))"
            }
            rows.append(
                [
                    "\(partition.partition)", "\(partition.start)..<\(partition.end)",
                    partition.progress.map { "\($0)" } ?? "none",
                ] + counts)
        }
        var text = TextTable.lines(rows) + "\n\(plan.items.count) records are missing\n"
        if !findings.notDerivable.isEmpty { text += notDerivable(findings.notDerivable) }
        return text
            + TextTable.counts([
                (findings.expired, "records are gone because they are older than their topic keeps them"),
                (
                    findings.skipped,
                    "callbacks were skipped by an operator and led to nothing; "
                        + "`tidings replay --into PREFIX` processes them"
                ),
            ])
    }

    private static func notDerivable(_ items: [ReplayFindings.NotDerivable]) -> String {
        var text = "\(items.count) records are missing and cannot be derived:\n"
        for item in items.prefix(mostShown) {
            let reason =
                switch item.reason {
                case .unverified: "no key in the keys file verifies the callback"
                case .unknownHistory: "the payment's first callback is no longer in the log"
                }
            text += "  partition \(item.partition) callback \(item.callback): \(reason)\n"
        }
        if items.count > mostShown { text += "  and \(items.count - mostShown) more\n" }
        return text
    }

    /// What an execution came to.
    public static func summary(of report: ReplayReport) -> String {
        "\(report.published) of \(report.planned) records published\n"
            + TextTable.counts([
                (report.alreadyThere, "were there already"),
                (report.gone, "have no callback in the log any more"),
                (report.notInPlan, "more are missing and are not in the plan"),
            ])
    }

    /// The same as one JSON object.
    public static func json(of report: ReplayReport, _ findings: ReplayFindings) -> [UInt8] {
        JSONWriter.line { writer in
            writer.member("planned", report.planned)
            writer.member("published", report.published)
            writer.member("already_there", report.alreadyThere)
            writer.member("gone", report.gone)
            writer.member("not_in_plan", report.notInPlan)
            writer.members("not_derivable", findings.notDerivable) { item, writer in
                writer.member("partition", item.partition)
                writer.member("callback_offset", item.callback)
                writer.member("reason", item.reason.rawValue)
            }
            writer.member("expired", findings.expired)
            writer.member("skipped", findings.skipped)
        }
    }
}
