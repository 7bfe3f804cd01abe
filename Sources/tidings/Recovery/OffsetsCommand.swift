// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Payments
import Recovery

/// `tidings offsets show`.
enum OffsetsCommand {
    static func show(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let reading = TopicReader.Settings(
            kafka: try settings.kafkaConfiguration(client: "offsets", properties: TopicReader.properties),
            topics: settings.topicNames, group: settings[Configuration.WorkerSettings.group])
        var accepted = AcceptedLosses()
        accepted.changelog = settings[AcceptedLossOptions.changelog]
        accepted.callbacks = settings[AcceptedLossOptions.callbacks]
        accepted.startAt = settings[AcceptedLossOptions.startAt]
        let report = try OffsetsReader(reading, accepting: accepted, log: settings.log).report(now: .now)
        StandardOutput.write(
            asJSON: settings[AuditOptions.json], OffsetsText.json(of: report),
            orText: OffsetsText.table(of: report))
        return report.isProcessed ? .done : .wrong
    }
}
