// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// An amount as the provider counts it: in minor units, or in major units where the currency has no minor
/// ones.
public struct Money: Sendable, Equatable {
    public var amount: Int64
    /// By ISO 4217, three capital letters.
    public var currency: String

    static let largest: Int64 = 10_000_000_000_000
    /// Currencies of ISO 4217 for whose minor unit the provider's own pages disagree.
    private static let disputed: Set = ["KWD", "CVE", "MGA", "MRU"]

    public init(_ amount: Int64, _ currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// Why a text is not an amount.
    public struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Reads an amount as the provider wants it: digits alone.
    public init(amount text: String, currency: String) throws(Malformed) {
        guard let amount = Int64(text), "\(amount)" == text else {
            let digits = Self.minorDigits(of: currency)
            let unit = digits == 0 ? "major units, because \(currency) has no minor ones" : "minor units"
            let example = digits == 0 ? "100 for 100 \(currency)" : "10000 for 100.00 USD"
            throw Malformed(description: "is a whole number in \(unit): \(example)")
        }
        self.init(amount, currency)
    }

    /// How many digits the minor unit has; nil where that is not certain.
    public static func minorDigits(of currency: String) -> Int? {
        Currency.exponent(of: Array(currency.utf8).span).map(Int.init)
    }

    /// The amount for a person, such as `100.00 USD`; in the provider's own unit where its digits are not
    /// certain.
    public var text: String {
        guard let digits = Self.minorDigits(of: currency) else {
            return "\(amount) minor units of \(currency)"
        }
        if digits == 0 { return "\(amount) \(currency)" }
        let sign = amount < 0 ? "-" : ""
        var figures = "\(amount.magnitude)"
        while figures.count <= digits { figures = "0" + figures }
        return "\(sign)\(figures.dropLast(digits)).\(figures.suffix(digits)) \(currency)"
    }

    /// What is wrong with the currency; nil if nothing is.
    var currencyProblem: String? {
        if Self.minorDigits(of: currency) != nil || Self.disputed.contains(currency) { return nil }
        let isCode = currency.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: ":"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        // Codes of crypto currencies are longer.
        if isCode, (4...27).contains(currency.utf8.count) { return nil }
        let folded = currency.uppercased()
        if folded != currency, Self.minorDigits(of: folded) != nil {
            return "is written in capital letters: \(folded)"
        }
        return "is not a currency code of ISO 4217, such as USD"
    }
}
