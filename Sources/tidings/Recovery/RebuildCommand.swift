// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Kafka
import Payments
import Recovery

/// `tidings replay --into PREFIX`.
enum RebuildCommand {
    static func run(_ call: Call, into prefix: String) throws -> ExitCode {
        let settings = call.settings
        guard !prefix.isEmpty else {
            throw settings.refusal(of: ReplayOptions.into, "is empty: the new topics would be the old ones")
        }
        let basis = try AuditBasis(call, client: "replay")
        let rebuild = Rebuild.Settings(
            log: basis.reading, processor: basis.processor, prefix: prefix,
            threads: settings[ReplayOptions.threads], scratch: settings[AuditOptions.scratch], now: .now)
        let builder = Rebuild(
            rebuild, makeProcessor: { [basis] in basis.makeProcessor($0) }, log: settings.log)
        let plan = try builder.plan()
        guard settings[ReplayOptions.execute] else {
            StandardOutput.write(
                RebuildText.table(of: plan, rebuild) + "nothing was changed; add --execute\n")
            return plan.isComplete ? .done : .wrong
        }
        guard try create(plan, rebuild, settings) else { return .wrong }
        let line = ProgressLine()
        let bar = ProgressBar(total: Int(plan.partitions.reduce(0) { $0 + $1.end - $1.start }))
        let report = try builder.run(plan) { line.show(bar.text(done: $0) + " callbacks") }
        line.clear()
        StandardOutput.write(
            asJSON: settings[ReplayOptions.json], RebuildText.json(of: report, rebuild),
            orText: RebuildText.summary(of: report))
        return report.isComplete ? .done : .wrong
    }

    /// Creates the new topics, as far as they are not there; false where they are not as they should be.
    private static func create(
        _ plan: Rebuild.Plan, _ rebuild: Rebuild.Settings, _ settings: Settings
    ) throws -> Bool {
        let kafka = try settings.kafkaConfiguration(client: "replay")
        let topics = TopicPlan(
            names: rebuild.names, retention: settings[TopicSettings.retention],
            deduplication: rebuild.processor.deduplication, messages: settings.messageLimits(kafka))
        let setup = TopicSetup(try Admin(kafka, log: settings.log), plan: topics)
        let creation = try setup.create(
            partitions: Int(plan.partitionCount), replication: plan.replication)
        for difference in creation.differences
        where difference.topic != rebuild.names[.callbacks] {
            StandardError.write("tidings: \(difference)\n")
        }
        for (topic, outcome) in creation.outcomes {
            if case .refused(let error) = outcome {
                StandardError.write("tidings: \(topic): \(error.message)\n")
            }
        }
        return creation.outcomes.allSatisfy { $0.outcome == .created || $0.outcome == .untouched }
    }
}
