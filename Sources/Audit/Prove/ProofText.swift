// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// A proof's report as a person reads it.
public enum ProofText {
    /// The account, what could be checked and what was read, and the verdict.
    public static func summary(of report: ProofReport) -> String {
        "rules of decision version \(DecisionTable.version)\n" + partitions(report) + "\n"
            + account(report.account) + "\n" + payments(report) + output(report)
    }

    private static func partitions(_ report: ProofReport) -> String {
        var rows = [
            [
                "partition", "checked", "committed", "progress", "log end", "undecided", "history", "state",
                "faults",
            ]
        ]
        for partition in report.partitions {
            rows.append([
                "\(partition.partition)", "\(partition.start)..<\(partition.end)",
                partition.committed.map { "\($0)" } ?? "none",
                partition.progress.map { "\($0)" } ?? "none", "\(partition.logEnd)",
                "\(partition.undecided)", partition.isWholeLog ? "whole" : "cut",
                partition.isStateCompared ? "compared" : "not compared", "\(partition.faultCount)",
            ])
        }
        return TextTable.lines(rows)
    }

    /// `callbacks = advance + correction + …`, a row each.
    private static func account(_ account: Account) -> String {
        var rows = [["callbacks", "\(account.callbacks)"]]
        for decision in Decision.allCases {
            let sign = rows.count == 1 ? "= " : "+ "
            rows.append([sign + "\(decision.name)", "\(account[decision])"])
        }
        if account.skipped > 0 { rows.append(["+ skipped", "\(account.skipped)"]) }
        if account.undetermined > 0 { rows.append(["+ not to be checked", "\(account.undetermined)"]) }
        rows.append([
            "sum", "\(account.sum)" + (account.addsUp ? "" : ", which is not the number of callbacks"),
        ])
        return TextTable.lines(rows)
    }

    private static func payments(_ report: ProofReport) -> String {
        let payments = report.payments
        let account = report.account
        let counts = [
            (payments.resumed, "payments with an earlier history, checked from their first event on"),
            (payments.unknown, "payments with an earlier history, and no event in the range"),
            (payments.moving, "payments reported by later callbacks too: their states were not compared"),
            (
                account.undetermined,
                "callbacks reported nothing, as their payments' earlier history may have it"
            ),
            (account.takenAsWritten, "records taken as written: earlier history or keys decided them"),
            (account.expired, "records gone because they are older than their topic keeps them"),
            (
                report.partitions.reduce(0) { $0 + $1.undecided },
                "callbacks not yet decided by the workers"
            ),
        ]
        return "\(payments.whole) payments with their whole history in the range\n"
            + TextTable.counts(counts)
            + "\(report.recordsRead) records read, \(report.bytesRead) bytes\n"
    }

    private static func output(_ report: ProofReport) -> String {
        guard report.holds else { return "\(report.faultCount) faults\n" }
        return report.account.callbacks == 0
            ? "no callback is in the range\n"
            : "the topics hold what the callbacks lead to, and nothing else\n"
    }
}
