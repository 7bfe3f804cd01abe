// SPDX-License-Identifier: Apache-2.0
public import Audit
internal import Kafka
internal import Payments
internal import Telemetry

/// What an execution did.
public struct ReplayReport: Sendable, Equatable {
    public var planned = 0
    public var published = 0
    /// Items that were there: published since the plan was made.
    public var alreadyThere = 0
    /// Items whose callbacks the log no longer has, or whose records are older than their topic keeps them.
    public var gone = 0
    /// What is missing and was not in the approved plan.
    public var notInPlan = 0

    /// Whether every item is on its topic.
    public var isComplete: Bool { published + alreadyThere == planned }
}

extension Replay {
    /// What an execution does at the moment, for a progress bar.
    public enum Step: Sendable {
        case planning(Proof.Progress)
        case publishing(done: Int, of: Int)
    }

    /// Publishes what is missing.
    ///
    /// The transactional id is taken over first: this ends what a killed replay left open, and any replay of
    /// the group that runs. So no other process publishes these records from then on; a worker publishes only
    /// what is not below its progress. Then it plans, whatever was planned before, and publishes what is
    /// missing and approved.
    ///
    /// - Parameter approved: publishes nothing that is not in this plan; nil publishes all that is missing.
    public func execute(
        _ approved: ReplayPlan?, progress: @escaping (Step) -> Void
    ) throws(ReplayError) -> (ReplayReport, ReplayFindings) {
        if let approved { try check(approved) }
        let publisher = try ReplayPublisher(self)
        Failpoint.replayAfterTakeover.reach()
        let findings = try plan { progress(.planning($0)) }
        try findings.check()
        Failpoint.replayAfterPlan.reach()
        var report = ReplayReport()
        let items = try items(of: findings.plan, approved: approved, &report)
        report.planned = approved?.items.count ?? items.count
        if !items.isEmpty {
            var plan = findings.plan
            plan.items = items
            try publisher.begin(plan) { progress(.publishing(done: $0, of: items.count)) }
            do throws(ReplayError) {
                _ = try run(
                    fault: { _ in },
                    output: { (fault) throws(TopicReadError) in
                        guard case .missing(let output, _) = fault else { return }
                        try publisher.take(output)
                    }, progress: { _ in })
            } catch {
                throw publisher.failure ?? error
            }
            try publisher.end()
        }
        report.published = publisher.published
        report.alreadyThere += items.count - publisher.published
        return (report, findings)
    }

    private func check(_ plan: ReplayPlan) throws(ReplayError) {
        let cluster = try reading { () throws(TopicReadError) in try reader.clusterID() }
        guard plan.cluster == cluster else { throw .foreignPlan("cluster \(plan.cluster)") }
        let topics = Topic.allCases.map { settings.log.topics[$0] }
        guard plan.topics == topics else {
            throw .foreignPlan("the topics \(plan.topics.joined(separator: ", "))")
        }
        guard plan.group == settings.log.group else { throw .foreignPlan("group \(plan.group)") }
    }

    /// What is missing now and approved.
    private func items(
        of plan: ReplayPlan, approved: ReplayPlan?, _ report: inout ReplayReport
    ) throws(ReplayError) -> [ReplayPlan.Item] {
        guard let approved else { return plan.items }
        var missing: [RecordPosition: ReplayPlan.Item] = [:]
        for item in plan.items { missing[item.position] = item }
        var items: [ReplayPlan.Item] = []
        for item in approved.items {
            if let found = missing[item.position] {
                guard found.digest == item.digest else {
                    throw .changed(partition: item.partition, callback: item.callback)
                }
                items.append(item)
            } else if try isGone(item) {
                report.gone += 1
            } else {
                report.alreadyThere += 1
            }
        }
        report.notInPlan = plan.items.count - items.count
        return items
    }

    private func isGone(_ item: ReplayPlan.Item) throws(ReplayError) -> Bool {
        let low = try reading { () throws(TopicReadError) in
            try reader.bounds(.callbacks, item.partition).low
        }
        return item.callback < low
    }
}

extension ReplayPlan.Item {
    /// Of its callback.
    var position: RecordPosition { RecordPosition(partition: partition, offset: callback) }
}

extension DerivedOutput {
    /// Of its callback.
    var position: RecordPosition { RecordPosition(partition: partition, offset: callback) }
}
