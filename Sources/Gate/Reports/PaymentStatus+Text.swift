// SPDX-License-Identifier: Apache-2.0
internal import Payments

extension PaymentStatus {
    /// For a person: a table of the payment and its operations.
    public var text: String {
        var rows = [
            ["payment", paymentID], ["status", "\(status) (\(statusClass.name))"],
        ]
        if let money { rows.append(["amount", money.text]) }
        if let method { rows.append(["method", method]) }
        if let date { rows.append(["date", date]) }
        var text = ReportTable.lines(rows)
        if !operations.isEmpty {
            let operations = operations.map { operation in
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
}

extension PlatformRefusal {
    /// The code and message, safe on a terminal.
    public var safeText: String { ReportTable.escape(description) }
}
