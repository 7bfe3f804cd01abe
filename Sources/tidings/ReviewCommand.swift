// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Payments
import Recovery

/// `tidings review …`.
enum ReviewCommand {
    static func list(_ call: Call) throws -> ExitCode {
        try ItemList.run(call, client: "review", topic: .review)
    }

    static func show(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let position = try ItemBasis.positions(call.operands)[0]
        let accepted = try accepted(settings)
        let basis = try ItemBasis(call, client: "review", isDeciding: true)
        let line = ProgressLine()
        line.show("reading the topics")
        // For the event of a release that is not made yet, name and time are those of the person who asks.
        let detail = try Review(basis.settings, log: settings.log).detail(
            of: position, by: Operator(name: try ItemBasis.user(), reason: "not yet given"),
            at: Timestamp.now, accepting: accepted)
        let audit = try AuditBasis(call, client: "review")
        let history = try history(of: detail.item, audit, settings) { line.show("\($0) callbacks read") }
        line.clear()
        let report = ReviewReport(
            of: detail, history, limits: basis.limits, isUnmasked: settings[ItemOptions.unmask])
        StandardOutput.write(asJSON: settings[ItemOptions.json], report.document, orText: report.text)
        return .done
    }

    private static func history(
        of item: Item, _ audit: AuditBasis, _ settings: Settings, progress: @escaping (Int) -> Void
    ) throws -> PaymentHistory {
        let inspection = try Inspection(
            audit.reading, processor: audit.processor, makeProcessor: audit.makeProcessor, log: settings.log)
        return try inspection.history(ofKey: item.key) { read, _ in progress(read) }
    }

    static func release(_ call: Call) throws -> ExitCode {
        let positions = try ItemBasis.positions(call.operands)
        let accepted = try accepted(call.settings)
        let person = try person(call)
        let basis = try ItemBasis(call, client: "review", isDeciding: true)
        let review = try Review(basis.settings, log: call.settings.log)
        return try resolveEach(positions) { (position) throws(RecoveryError) in
            let plan = try review.release(position, by: person, at: .now, accepting: accepted)
            let name = "\(position.partition):\(position.offset)"
            let decision = plan.preview.map { ", to be published as \($0.decision.name)" } ?? ""
            StandardOutput.write("\(name) released by \(person.name)\(decision)\n")
        }
    }

    static func dismiss(_ call: Call) throws -> ExitCode {
        let positions = try ItemBasis.positions(call.operands)
        let person = try person(call)
        let basis = try ItemBasis(call, client: "review", isDeciding: false)
        let review = try Review(basis.settings, log: call.settings.log)
        return try resolveEach(positions) { (position) throws(RecoveryError) in
            try review.dismiss(position, by: person, at: .now)
            StandardOutput.write(
                "\(position.partition):\(position.offset) dismissed by \(person.name)\n")
        }
    }

    /// Resolves one item after the other. One that is refused does not hold up those behind it: the same
    /// command, run again after it was killed, refuses what it had done and goes on with the rest.
    private static func resolveEach(
        _ positions: [RecordPosition], _ resolve: (RecordPosition) throws(RecoveryError) -> Void
    ) throws(RecoveryError) -> ExitCode {
        var code = ExitCode.done
        for position in positions {
            do throws(RecoveryError) {
                try resolve(position)
            } catch {
                guard case .refused(let sentence) = error else { throw error }
                StandardError.write("tidings: \(sentence)\n")
                code = .wrong
            }
        }
        return code
    }

    private static func person(_ call: Call) throws -> Operator {
        try Operator(
            name: try ItemBasis.person(call), reason: call.settings[ItemOptions.decisionReason])
    }

    private static func accepted(_ settings: Settings) throws(ConfigurationError) -> Set<Decision> {
        var decisions: Set<Decision> = []
        for name in settings[ItemOptions.accept] {
            guard let decision = [Decision.stale, .future, .conflict].first(where: { "\($0.name)" == name })
            else {
                throw ConfigurationError("--accept takes stale, future and conflict, not \(name)")
            }
            decisions.insert(decision)
        }
        return decisions
    }
}

/// `review list` and `dead-letter list`.
enum ItemList {
    static func run(_ call: Call, client: String, topic: Topic) throws -> ExitCode {
        let settings = call.settings
        var filter = try ItemBasis.filter(call)
        filter.includesResolved = settings[ItemOptions.all]
        let basis = try ItemBasis(call, client: client, isDeciding: false)
        let line = ProgressLine()
        let items = try ItemReader(basis.settings, log: settings.log).items(on: topic, filter) {
            line.show("\($0) records read")
        }
        line.clear()
        StandardOutput.write(
            asJSON: settings[ItemOptions.json], ItemReport.lines(of: items),
            orText: ItemReport.table(of: items))
        return items.contains(where: \.isOpen) ? .wrong : .done
    }
}
