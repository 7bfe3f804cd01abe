// SPDX-License-Identifier: Apache-2.0

/// An error answer of the platform.
public struct PlatformRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The platform's code, such as `3061`; nil where the answer has none.
    public var code: String?
    public var message: String?
    /// What the platform says about single parameters.
    public var details: [Detail]
    /// The id of the refused request, for the provider's support.
    public var requestID: String?
    /// The whole answer.
    public var json: JSONValue

    public struct Detail: Sendable, Equatable {
        public var code: String?
        public var field: String?
        public var message: String?
    }

    /// - Returns: nil where the answer is not an error of the platform: it has neither a code nor an error
    ///   status.
    package init?(_ json: JSONValue) {
        let errors = Self.elements(json["errors"]) + Self.elements(json["error"])
        details = errors.map { error in
            Detail(
                code: error["code"]?.text, field: error["field"]?.text ?? error["field_name"]?.text,
                message: error["message"]?.text ?? error["description"]?.text ?? error.text)
        }
        code = json["code"]?.text ?? details.first?.code
        message = json["message"]?.text ?? details.first?.message
        requestID = json["request_id"]?.text
        self.json = json
        let isError = json["status"]?.text?.lowercased() == "error"
        guard isError || code != nil && (json["status"]?.text ?? "").lowercased() != "success" else {
            return nil
        }
    }

    private static func elements(_ value: JSONValue?) -> [JSONValue] {
        switch value {
        case .array(let elements): elements
        case .object: value.map { [$0] } ?? []
        case nil, .null, .bool, .number, .string: []
        }
    }

    public var description: String {
        [code, message].compactMap(\.self).joined(separator: " ")
    }

    /// The platform does not know the payment (yet). This does not prove that a purchase did not arrive.
    public var isPaymentNotFound: Bool { code == "3061" || code == "3062" }

    /// The payment id is taken.
    public var isDuplicatePayment: Bool { code == "3041" }
}
