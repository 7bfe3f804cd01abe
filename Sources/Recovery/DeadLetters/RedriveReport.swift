// SPDX-License-Identifier: Apache-2.0
internal import Audit

/// What a redrive plans and does, as a person reads it or one JSON object a line.
public enum RedriveReport {
    /// One dead letter.
    public static func line(of plan: RedrivePlan, isExecuted: Bool) -> String {
        let what =
            switch plan.step {
            case .redrive:
                (isExecuted ? "redriven" : "would be redriven") + ", attempt \(plan.attempt)"
            case .refuse(let refusal): "not redriven: \(refusal.clause)"
            }
        let words = "\(plan.item.name) \(plan.item.reason) \(String(escaping: plan.item.key)): \(what)"
        return String(escaping: words.utf8) + "\n"
    }

    /// The same as a JSON object.
    public static func object(of plan: RedrivePlan, isExecuted: Bool) -> [UInt8] {
        JSONWriter.line { writer in
            ItemReport.write(plan.item, to: &writer)
            writer.member("attempt", plan.attempt)
            let refusal: String? = if case .refuse(let refusal) = plan.step { refusal.name } else { nil }
            writer.member("redriven", isExecuted && refusal == nil)
            writer.member("refusal", refusal)
        }
    }

    /// The sums, behind all lines.
    public static func summary(of report: DeadLetters.Report, isExecuted: Bool) -> String {
        var text = "\(report.redriven) \(isExecuted ? "redriven" : "to be redriven")"
        for (name, count) in report.refused.sorted(by: { $0.key < $1.key }) {
            text += ", \(count) refused (\(name))"
        }
        text += "\n"
        if let name = report.stoppedBy {
            text += "stopped after \(report.refused[name] ?? 0) of \(name); \(report.left) not looked at\n"
        }
        if !isExecuted, report.redriven > 0 { text += "nothing was changed: add --execute\n" }
        return text
    }
}
