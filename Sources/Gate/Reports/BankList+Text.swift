// SPDX-License-Identifier: Apache-2.0

extension BankList {
    /// For a person: a table of the ids, names, limits and currencies.
    public var text: String {
        if banks.isEmpty { return "no bank is available\n" }
        let rows = banks.map { bank in
            [
                "\(bank.id)", bank.name, limits(of: bank),
                bank.currencies.compactMap(\.alphabeticCode).joined(separator: " "),
            ]
        }
        return ReportTable.lines([["ID", "BANK", "LIMITS", "CURRENCIES"]] + rows, rightAligned: [0])
    }

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
