// SPDX-License-Identifier: Apache-2.0
import Configuration
import Payments
import Recovery

/// `tidings dead-letter …`.
enum DeadLetterCommand {
    static func list(_ call: Call) throws -> ExitCode {
        try ItemList.run(call, client: "dead-letter", topic: .deadLetter)
    }

    static func show(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let position = try ItemBasis.positions(call.operands)[0]
        let basis = try ItemBasis(call, client: "dead-letter", isDeciding: false)
        let reader = try ItemReader(basis.settings, log: settings.log)
        let item = try reader.item(of: position, on: .deadLetter)
        let view: DeadLetterReport.BodyView =
            if !settings[ItemOptions.showBody] {
                .hidden
            } else {
                settings[ItemOptions.unmask] ? .whole : .masked
            }
        let report = DeadLetterReport(
            of: item, try reader.callback(at: item.callback), limits: basis.limits, body: view)
        StandardOutput.write(asJSON: settings[ItemOptions.json], report.document, orText: report.text)
        return .done
    }

    static func redrive(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let filter = try ItemBasis.filter(call)
        let isExecuted = settings[ItemOptions.execute]
        let name = try ItemBasis.person(call)
        let basis = try ItemBasis(call, client: "dead-letter", isDeciding: true)
        let letters = try DeadLetters(basis.settings, log: settings.log)
        let report = try letters.redrive(
            filter, by: name, now: { .now }, isExecuted: isExecuted,
            stoppingAfter: settings[ItemOptions.stopAfter]
        ) { plan in
            StandardOutput.write(
                asJSON: settings[ItemOptions.json], RedriveReport.object(of: plan, isExecuted: isExecuted),
                orText: RedriveReport.line(of: plan, isExecuted: isExecuted))
        }
        let summary = RedriveReport.summary(of: report, isExecuted: isExecuted)
        // With JSON, standard output has one object a line and nothing else.
        if settings[ItemOptions.json] {
            StandardError.write(summary)
        } else {
            StandardOutput.write(summary)
        }
        return isExecuted && !report.refused.isEmpty ? .wrong : .done
    }
}
