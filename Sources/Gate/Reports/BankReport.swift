// SPDX-License-Identifier: Apache-2.0

/// The list of banks for a person.
public struct BankReport: Sendable {
    private let list: BankList

    public init(_ list: BankList) {
        self.list = list
    }

    /// A table of the ids, names, limits and currencies.
    public var text: String {
        if list.banks.isEmpty { return "no bank is available\n" }
        let rows = list.banks.map { bank in
            [
                "\(bank.id)", bank.name, limits(of: bank),
                bank.currencies.compactMap(\.alphabeticCode).joined(separator: " "),
            ]
        }
        return ReportTable.lines([["ID", "BANK", "LIMITS", "CURRENCIES"]] + rows, rightAligned: [0])
    }

    /// The platform's answer.
    public var json: [UInt8] { list.json.encoded }

    private func limits(of bank: Bank) -> String {
        func text(_ amount: Int64?) -> String? {
            amount.map { amount in bank.limitCurrency.map { Money(amount, $0).text } ?? "\(amount)" }
        }
        switch (text(bank.leastAmount), text(bank.greatestAmount)) {
        case (let least?, let greatest?): return "\(least) to \(greatest)"
        case (let least?, nil): return "from \(least)"
        case (nil, let greatest?): return "to \(greatest)"
        case (nil, nil): return ""
        }
    }
}
