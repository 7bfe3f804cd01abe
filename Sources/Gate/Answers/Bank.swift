// SPDX-License-Identifier: Apache-2.0

/// A bank of the list of banks. Only the id and the name are always there.
public struct Bank: Sendable, Equatable {
    /// The value of `account.bank_id`.
    public var id: Int64
    public var name: String
    public var nativeName: String?
    /// The platform's short name, for internal use.
    public var abbreviation: String?
    /// The least amount of a payment, in minor units of `limitCurrency`.
    public var leastAmount: Int64?
    /// The greatest amount of a payment, in minor units of `limitCurrency`.
    public var greatestAmount: Int64?
    /// By ISO 4217.
    public var limitCurrency: String?
    public var currencies: [Currency]
    /// Members of the answer that no field names.
    public var unknown: [JSONValue.Member]

    public struct Currency: Sendable, Equatable {
        /// The platform's id.
        public var id: Int64?
        /// By ISO 4217, three letters.
        public var alphabeticCode: String?
        /// By ISO 4217, three digits.
        public var numericCode: String?
        /// Such as `fiat`.
        public var type: String?
        /// Digits after the decimal point.
        public var exponent: Int64?
        /// Members of the answer that no field names.
        public var unknown: [JSONValue.Member]

        private static let known: Set = ["id", "alpha_3_4217", "number_3_4217", "currency_type", "exponent"]

        init(_ json: JSONValue) {
            id = json["id"]?.integer
            alphabeticCode = json["alpha_3_4217"]?.text
            numericCode = json["number_3_4217"]?.text
            type = json["currency_type"]?.text
            exponent = json["exponent"]?.integer
            unknown = json.members.filter { !Self.known.contains($0.name) }
        }
    }

    private static let known: Set = [
        "id", "name", "nativeName", "abbr", "minAmount", "maxAmount", "limitCurrency", "currencies",
    ]

    /// - Returns: nil where the id or the name is missing.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.integer, let name = json["name"]?.text else { return nil }
        self.id = id
        self.name = name
        nativeName = json["nativeName"]?.text
        abbreviation = json["abbr"]?.text
        leastAmount = json["minAmount"]?.integer
        greatestAmount = json["maxAmount"]?.integer
        limitCurrency = json["limitCurrency"]?.text
        currencies = json["currencies"]?.elements?.map { Currency($0) } ?? []
        unknown = json.members.filter { !Self.known.contains($0.name) }
    }
}
