// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Payments

/// `tidings prove`.
enum ProveCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let basis = try AuditBasis(call, client: "prove")
        let now = Timestamp.now
        let proof = try Proof(
            Proof.Settings(
                log: basis.reading, processor: basis.processor,
                from: try bound(AuditOptions.from, settings, now),
                to: try bound(AuditOptions.to, settings, now),
                partitions: settings[AuditOptions.partition].map { [Int32($0)] },
                scratch: settings[AuditOptions.scratch], now: now),
            makeProcessor: basis.makeProcessor, log: settings.log)
        let line = ProgressLine()
        let progress = { (progress: Proof.Progress) in
            line.show(
                "partition \(progress.partition): \(progress.callbacks) of \(progress.total) callbacks, "
                    + "\(progress.faults) faults")
        }
        let report: ProofReport
        if settings[AuditOptions.json] {
            var json = ProofJSON()
            StandardOutput.write(json.opening)
            report = try proof.run(fault: { StandardOutput.write(json.fault($0)) }, progress: progress)
            StandardOutput.write(json.closing(report))
        } else {
            report = try proof.run(
                fault: { fault in
                    line.clear()
                    StandardOutput.write("\(fault)\n")
                }, progress: progress)
            line.clear()
            StandardOutput.write((report.faultCount > 0 ? "\n" : "") + ProofText.summary(of: report))
        }
        line.clear()
        return report.holds ? .done : .wrong
    }

    private static func bound(
        _ setting: Setting<String?>, _ settings: Settings, _ now: Timestamp
    ) throws(ConfigurationError) -> TopicBound? {
        guard let text = settings[setting] else { return nil }
        guard let bound = TopicBound(text, now: now) else {
            throw settings.refusal(
                of: setting, "is neither an offset nor a time like 2026-03-01T00:00:00Z, -90m, -2h or -7d")
        }
        return bound
    }
}
