// SPDX-License-Identifier: Apache-2.0

/// A complete answer.
public struct WebResponse: Sendable, Equatable {
    public var status: Int
    /// In the order received, the names in lower case.
    public var fields: [WebRequest.Field]
    public var body: [UInt8]

    public init(status: Int, fields: [WebRequest.Field] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The last value of a field.
    ///
    /// - Parameter name: in lower case.
    public subscript(name: String) -> String? { fields.last { $0.name == name }?.value }
}
