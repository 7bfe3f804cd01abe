// SPDX-License-Identifier: Apache-2.0

/// One request. A request is sent once, on a connection that nothing else uses.
public struct WebRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var method: Method
    public var address: WebAddress
    /// Sent besides `Host`, `Accept` and `Content-Length`.
    public var fields: [Field]
    public var body: [UInt8]

    public init(_ method: Method, _ address: WebAddress, fields: [Field] = [], body: [UInt8] = []) {
        self.method = method
        self.address = address
        self.fields = fields
        self.body = body
    }

    /// A POST of a JSON text.
    public static func json(_ body: [UInt8], to address: WebAddress) -> WebRequest {
        WebRequest(.post, address, fields: [Field("Content-Type", "application/json")], body: body)
    }
}
