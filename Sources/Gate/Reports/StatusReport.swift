// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// A payment's status for a person.
public struct StatusReport: Sendable {
    private let status: PaymentStatus

    public init(_ status: PaymentStatus) {
        self.status = status
    }

    /// A table of the payment and its operations.
    public var text: String {
        var rows = [
            ["payment", status.paymentID], ["status", "\(status.status) (\(status.statusClass.name))"],
        ]
        if let money = status.money { rows.append(["amount", money.text]) }
        if let method = status.method { rows.append(["method", method]) }
        if let date = status.date { rows.append(["date", date]) }
        var text = ReportTable.lines(rows)
        if !status.operations.isEmpty {
            let operations = status.operations.map { operation in
                [
                    operation.id.map { "\($0)" } ?? "", operation.type ?? "", operation.status ?? "",
                    operation.date ?? "", operation.code ?? "", operation.message ?? "",
                ]
            }
            text += "\n"
            text += ReportTable.lines(
                [["OPERATION", "TYPE", "STATUS", "DATE", "CODE", "MESSAGE"]] + operations, rightAligned: [0])
        }
        return text
    }

    /// The platform's answer.
    public var json: [UInt8] { status.json.encoded }
}

extension PlatformRefusal {
    /// The code and message, safe on a terminal.
    public var safeText: String { ReportTable.escape(description) }
}
