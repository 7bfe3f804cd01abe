// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate

/// `tidings status`.
enum StatusCommand {
    static func run(_ call: Call) throws -> ExitCode {
        guard let payment = PaymentReference(call.operands) else {
            throw ConfigurationError("a payment is named by its project and its id, such as 1234:payment_47")
        }
        let basis = try GateBasis(call, project: payment.projectID)
        let request = StatusRequest(paymentID: payment.paymentID, additional: basis.additional)
        if call.settings[GateOptions.dryRun] { return try basis.preview(request) }
        return basis.report(try basis.client.status(request), \.text, \.json)
    }
}
