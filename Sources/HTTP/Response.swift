// SPDX-License-Identifier: Apache-2.0

/// A status, header fields and a body. Content-Length, Date and Connection are added by the server.
public struct Response: Sendable, Equatable {
    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var status: Int
    public var fields: [Field]
    public var body: [UInt8]
    /// Whether the connection ends with this answer.
    public var closes: Bool

    public init(status: Int, fields: [Field] = [], body: [UInt8] = [], closes: Bool = false) {
        self.status = status
        self.fields = fields
        self.body = body
        self.closes = closes
    }

    /// An answer with a line of plain text.
    public init(status: Int, text: String, fields: [Field] = [], closes: Bool = false) {
        self.init(
            status: status, fields: [Field("Content-Type", "text/plain; charset=utf-8")] + fields,
            body: Array(text.utf8) + [UInt8(ascii: "\n")], closes: closes)
    }
}

/// A response that was made before the server started: a number, so that giving it from any thread costs
/// nothing.
public struct Answer: BitwiseCopyable, Sendable, Hashable {
    let index: UInt16
}

/// The responses of one server. Register all before the server is made.
public struct Responses: Sendable {
    private(set) var all: [Response]
    /// Statuses of responses that are made for each request, so that their counters exist from the start.
    var madeStatuses: [Int] = []

    public init() {
        all = []
    }

    /// The prepared answer for this response from now on.
    public mutating func prepare(_ response: Response) -> Answer {
        precondition(all.count < Int(UInt16.max), "a server has fewer than 65,535 prepared responses")
        all.append(response)
        return Answer(index: UInt16(all.count - 1))
    }
}
