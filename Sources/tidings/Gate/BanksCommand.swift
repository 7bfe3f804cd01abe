// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate

/// `tidings banks`.
enum BanksCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let basis = try GateBasis(call, project: Int64(settings[GateOptions.project]))
        let request = BankListRequest(
            childMethod: settings[GateOptions.method], operation: settings[GateOptions.operation],
            paymentID: settings[GateOptions.optionalPaymentID] ?? PaymentReference.newID(),
            money: try basis.money, additional: basis.additional)
        if settings[GateOptions.dryRun] { return try basis.preview(request) }
        return basis.report(try basis.client.banks(request), \.text, \.json)
    }
}
