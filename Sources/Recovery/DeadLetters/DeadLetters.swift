// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
public import Payments
public import Telemetry

/// The records that could not be read or trusted: lists them, shows one, and writes their callbacks to the
/// callbacks topic again once the cause has been removed.
///
/// Confined to the thread that made it.
public struct DeadLetters {
    /// What a redrive came to.
    public struct Report: Sendable {
        public var redriven = 0
        /// By the name of the refusal or error.
        public var refused: [String: Int] = [:]
        /// The refusal that came so often that the redrive was ended.
        public var stoppedBy: String?
        /// How many dead letters were left when it was ended.
        public var left = 0

        mutating func refuse(_ name: String, limit: Int) {
            refused[name, default: 0] += 1
            if refused[name, default: 0] >= limit { stoppedBy = name }
        }
    }

    public let items: ItemReader

    /// - Throws: topics that are not there.
    public init(_ settings: ItemSettings, log: Log) throws(RecoveryError) {
        items = try ItemReader(settings, log: log)
    }

    /// Plans the redrive of the open dead letters that fit, or carries it out: one transaction for each, with
    /// the record that resolves it.
    ///
    /// Run again after it was killed or stopped, it goes on with those that are still open.
    ///
    /// - Parameters:
    ///   - name: of the person who redrives.
    ///   - isExecuted: false plans only.
    ///   - limit: after so many refusals or errors of one kind it stops.
    ///   - step: is reported each dead letter once it is planned or redriven.
    public func redrive(
        _ filter: ItemFilter, by name: String, now: () -> Timestamp, isExecuted: Bool,
        stoppingAfter limit: Int, step report: (RedrivePlan) -> Void
    ) throws(RecoveryError) -> Report {
        try Operator.check(name: name)
        guard isExecuted else {
            return try go(through: items.items(on: .deadLetter, filter), name, now, limit, report)
        }
        // The items are read after the producer has ended what a killed redrive left open.
        let transactions = try ItemTransactions(items, topic: .deadLetter)
        return try go(through: items.items(on: .deadLetter, filter), name, now, limit) {
            (plan) throws(RecoveryError) in
            if let record = plan.record, case .redrive = plan.step {
                try transactions.resolve(
                    plan.item,
                    by: Resolution(
                        .redriven, of: plan.item.callback, by: name, at: now(), reason: nil),
                    repeating: record)
            }
            report(plan)
        }
    }

    private func go(
        through letters: [Item], _ name: String, _ now: () -> Timestamp, _ limit: Int,
        _ carryOut: (RedrivePlan) throws(RecoveryError) -> Void
    ) throws(RecoveryError) -> Report {
        var report = Report()
        for (index, letter) in letters.enumerated() {
            let plan = try RedrivePlan(
                of: letter, items.callback(at: letter.callback), by: name, at: now(), Previewer(items))
            switch plan.step {
            case .refuse(let refusal):
                try carryOut(plan)
                report.refuse(refusal.name, limit: limit)
            case .redrive:
                do throws(RecoveryError) {
                    try carryOut(plan)
                    report.redriven += 1
                } catch {
                    guard case .kafka(let failure) = error, !failure.isUnreachable else { throw error }
                    // No record is taken without it.
                    if failure.missingRight != nil { throw error }
                    // The transaction was aborted, and the next one may be committed: one record may be too
                    // large, one partition without a leader.
                    report.refuse(failure.code.name, limit: limit)
                }
            }
            if report.stoppedBy != nil {
                report.left = letters.count - index - 1
                break
            }
        }
        return report
    }
}
