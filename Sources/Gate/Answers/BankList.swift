// SPDX-License-Identifier: Apache-2.0

/// The answer to a request for banks.
public struct BankList: Sendable, Equatable {
    public var banks: [Bank]
    /// The whole answer.
    public var json: JSONValue

    /// - Returns: nil where the answer is not a list, or a bank of it has no id or no name.
    init?(_ json: JSONValue) {
        guard case .array(let elements) = json else { return nil }
        let banks = elements.compactMap { Bank($0) }
        guard banks.count == elements.count else { return nil }
        self.banks = banks
        self.json = json
    }
}
