// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Payments

/// `tidings inspect`.
enum InspectCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        guard let name = PaymentName(call.operands) else {
            throw ConfigurationError(
                "a payment is named by its project and its id, such as 1234 payment_47, or by its key")
        }
        let basis = try AuditBasis(call, client: "inspect")
        let inspection = try Inspection(
            basis.reading, processor: basis.processor, makeProcessor: basis.makeProcessor, log: settings.log)
        let line = ProgressLine()
        let history = try inspection.history(ofKey: name.key) { read, total in
            line.show("\(read) of \(total) callbacks read")
        }
        line.clear()
        let withBodies = settings[AuditOptions.bodies]
        StandardOutput.write(
            asJSON: settings[AuditOptions.json], HistoryJSON.document(of: history, withBodies: withBodies),
            orText: HistoryText.table(of: history, withBodies: withBodies))
        return history.entries.isEmpty || !history.faults.isEmpty ? .wrong : .done
    }
}
