// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Payments
import Recovery

/// `tidings replay`.
enum ReplayCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        try check(settings)
        if let prefix = settings[ReplayOptions.into] { return try RebuildCommand.run(call, into: prefix) }
        let basis = try AuditBasis(call, client: "replay")
        let now = Timestamp.now
        let replay = try Replay(
            Replay.Settings(
                log: basis.reading, processor: basis.processor, range: try range(settings, now),
                scratch: settings[AuditOptions.scratch], rate: settings[ReplayOptions.rate], now: now),
            makeProcessor: basis.makeProcessor, log: settings.log)
        if settings[ReplayOptions.diff] { return try diff(replay, settings) }
        if settings[ReplayOptions.execute] { return try execute(replay, settings) }
        return try plan(replay, settings)
    }

    // MARK: modes

    private static func plan(_ replay: borrowing Replay, _ settings: Settings) throws -> ExitCode {
        let line = ProgressLine()
        let findings = try replay.plan { line.show(planning($0)) }
        line.clear()
        try findings.check()
        if let path = settings[ReplayOptions.export] {
            try OutputFile.write(ReplayPlanFile.bytes(of: findings.plan), to: path)
        }
        if settings[ReplayOptions.json] {
            StandardOutput.write(ReplayPlanFile.bytes(of: findings.plan))
        } else {
            var text = ReplayText.table(of: findings)
            text +=
                findings.plan.items.isEmpty
                ? "nothing is to be done\n" : "plan \(findings.plan.id): nothing was changed; add --execute\n"
            StandardOutput.write(text)
        }
        return findings.plan.items.isEmpty && findings.notDerivable.isEmpty ? .done : .wrong
    }

    private static func execute(_ replay: borrowing Replay, _ settings: Settings) throws -> ExitCode {
        let approved = try settings[ReplayOptions.plan].map {
            try ReplayPlanFile.plan(in: Input.bytes([$0], atMost: 4 << 30))
        }
        let line = ProgressLine()
        var bar: ProgressBar?
        let (report, findings) = try replay.execute(approved) { step in
            switch step {
            case .planning(let progress): line.show(planning(progress))
            case .publishing(let done, let total):
                let shown = bar ?? ProgressBar(total: total)
                bar = shown
                line.show(shown.text(done: done) + " records published")
            }
        }
        line.clear()
        StandardOutput.write(
            asJSON: settings[ReplayOptions.json], ReplayText.json(of: report, findings),
            orText: ReplayText.table(of: findings) + ReplayText.summary(of: report))
        return report.isComplete && findings.notDerivable.isEmpty ? .done : .wrong
    }

    private static func diff(_ replay: borrowing Replay, _ settings: Settings) throws -> ExitCode {
        let line = ProgressLine()
        let isJSON = settings[ReplayOptions.json]
        let (callbacks, differences) = try replay.diff(
            found: { difference in
                line.clear()
                StandardOutput.write(asJSON: isJSON, difference.json, orText: difference.text)
            }, progress: { line.show(planning($0)) })
        line.clear()
        StandardOutput.write(
            isJSON
                ? "{\"callbacks\":\(callbacks),\"differences\":\(differences)}\n"
                : "\(differences) differences in the outputs of \(callbacks) callbacks\n")
        return differences == 0 ? .done : .wrong
    }

    private static func planning(_ progress: Proof.Progress) -> String {
        "partition \(progress.partition): \(progress.callbacks) of \(progress.total) callbacks checked"
    }

    // MARK: flags

    private static func check(_ settings: Settings) throws(ConfigurationError) {
        let modes = [
            settings[ReplayOptions.missing], settings[ReplayOptions.diff],
            settings[ReplayOptions.into] != nil,
        ]
        guard modes.count(where: { $0 }) <= 1 else {
            throw ConfigurationError("--missing, --diff and --into exclude one another")
        }
        let isMissing = !settings[ReplayOptions.diff] && settings[ReplayOptions.into] == nil
        let executes = settings[ReplayOptions.execute]
        if settings[ReplayOptions.diff], executes {
            throw ConfigurationError("--diff changes nothing, so --execute has no meaning with it")
        }
        if settings[ReplayOptions.export] != nil, executes || !isMissing {
            throw ConfigurationError("--export is for the plan of --missing, without --execute")
        }
        guard settings[ReplayOptions.plan] != nil else { return }
        guard executes, isMissing else { throw ConfigurationError("--plan needs --execute") }
        guard try range(settings, .now) == ReplayRange() else {
            throw ConfigurationError("a plan has its range: give none beside --plan")
        }
    }

    private static func range(
        _ settings: Settings, _ now: Timestamp
    ) throws(ConfigurationError) -> ReplayRange {
        var range = ReplayRange()
        var begins = settings[ReplayOptions.fromBeginning] ? 1 : 0
        if let offsets = settings[ReplayOptions.fromOffsets] {
            begins += 1
            range.from = .offsets(offsets)
        }
        if settings[ReplayOptions.fromDatetime] != nil {
            begins += 1
            range.from = .time(try time(ReplayOptions.fromDatetime, settings))
        }
        if let text = settings[ReplayOptions.byDuration] {
            begins += 1
            guard let ago = ReplayRange.duration(text) else {
                throw settings.refusal(
                    of: ReplayOptions.byDuration, "is not a duration such as PT2H, P7D or P1DT12H")
            }
            range.from = .time(Timestamp(milliseconds: now.milliseconds - ago))
        }
        guard begins <= 1 else {
            throw ConfigurationError("a range begins at one place: give one --from flag")
        }
        if let offsets = settings[ReplayOptions.toOffsets] { range.to = .offsets(offsets) }
        if settings[ReplayOptions.toDatetime] != nil {
            guard range.to == nil else {
                throw ConfigurationError("a range ends at one place: give one --to flag")
            }
            range.to = .time(try time(ReplayOptions.toDatetime, settings))
        }
        if let text = settings[ReplayOptions.payment] {
            guard let name = PaymentName([text]) else {
                throw settings.refusal(of: ReplayOptions.payment, "is not PROJECT:ID or the key of a payment")
            }
            range.key = name.key
        }
        return range
    }

    private static func time(
        _ setting: Setting<String?>, _ settings: Settings
    ) throws(ConfigurationError) -> Timestamp {
        guard let time = settings[setting].flatMap({ ReplayRange.time($0) }) else {
            throw settings.refusal(of: setting, "is not a time such as 2026-11-01T00:00:00.000")
        }
        return time
    }
}
