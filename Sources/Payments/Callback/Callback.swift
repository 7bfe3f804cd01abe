// SPDX-License-Identifier: Apache-2.0

/// A callback that is clear: every field as the signed text reports it, and nothing that only the JSON
/// reports.
///
/// The fields are ranges into `bytes`, so that reading a callback copies and allocates nothing for each of
/// them.
public struct Callback: Sendable {
    /// What a callback reports; each shape has its own identity (`OperationIdentity`) and event type.
    public enum Shape: UInt8, Sendable, CaseIterable {
        /// `operation{…}` beside `payment{…}`: the ordinary callback.
        case operation
        /// `transaction{…}`, `operations[]`, `sum_real`: an operation in the older spelling.
        case transaction
        /// `token`, `token_status`, `request{…}`.
        case token
        /// `recurring{…}` with neither payment nor operation.
        case recurring
        /// `redirectData{…}` and a payment id, nothing else.
        case redirect
        /// `errors[]` without an operation: a request was refused.
        case errors
    }

    /// An amount in the currency's minor units (major units where it has none) and the currency as sent.
    public struct Money: BitwiseCopyable, Sendable {
        public var amount: Int64
        public var currency: ByteRange

        public init(amount: Int64, currency: ByteRange) {
            self.amount = amount
            self.currency = currency
        }
    }

    public struct Payment: BitwiseCopyable, Sendable {
        public var id = ByteRange.absent
        public var type = ByteRange.absent
        public var method = ByteRange.absent
        public var status = ByteRange.absent
        public var description = ByteRange.absent
        /// `payment.sum`; nil where the callback has none, which erases nothing.
        public var sum: Money?
    }

    public struct Provider: BitwiseCopyable, Sendable {
        public var id = ByteRange.absent
        public var paymentID = ByteRange.absent
        public var authCode = ByteRange.absent
        public var endpointID = ByteRange.absent
        public var date = ByteRange.absent
    }

    /// The operation of the shapes `operation` and `transaction`.
    public struct Operation: BitwiseCopyable, Sendable {
        public var id: Int64 = 0
        public var type = ByteRange.absent
        public var status = ByteRange.absent
        public var requestID = ByteRange.absent
        public var code = ByteRange.absent
        public var message = ByteRange.absent
        public var eci = ByteRange.absent
        public var date = Timestamp(milliseconds: 0)
        public var createdDate: Timestamp?
        public var sumInitial: Money?
        public var sumConverted: Money?
        public var provider = Provider()
    }

    public struct Token: BitwiseCopyable, Sendable {
        public var token = ByteRange.absent
        public var status = ByteRange.absent
        public var createdAt = ByteRange.absent
    }

    /// `request{…}` of a token callback; its id is the root's `request_id` where there is no `request`.
    public struct Request: BitwiseCopyable, Sendable {
        public var id = ByteRange.absent
        public var action = ByteRange.absent
        public var status = ByteRange.absent
    }

    public struct Recurring: BitwiseCopyable, Sendable {
        public var id = ByteRange.absent
        public var status = ByteRange.absent
        public var type = ByteRange.absent
        public var currency = ByteRange.absent
        public var validThru = ByteRange.absent
        public var expiryYear = ByteRange.absent
        public var expiryMonth = ByteRange.absent
        public var period = ByteRange.absent
        public var time = ByteRange.absent
        public var interval = ByteRange.absent
    }

    /// A line of a container with free keys: the path below the container, and the value.
    public struct Line: BitwiseCopyable, Sendable {
        public var path: ByteRange
        public var value: ByteRange

        public init(path: ByteRange, value: ByteRange) {
            self.path = path
            self.value = value
        }
    }

    /// What the customer must be shown next. Read only while the operation's status is not final.
    public struct Action: Sendable {
        public enum Kind: UInt8, Sendable, CaseIterable {
            case redirect
            case acs
            case threeds2
            case clarification
            case display
            case qrCode
            case returnURL
            case providerExtraFields
        }

        public var kind: Kind
        /// Every line below the container, in the natural order of their paths.
        public var lines: [Line]

        public init(kind: Kind, lines: [Line]) {
            self.kind = kind
            self.lines = lines
        }
    }

    /// The text that verified, as lines one behind the other; every `ByteRange` of this callback is a range
    /// of it.
    public var bytes: [UInt8]
    public var shape: Shape
    public var projectID: Int64
    public var payment = Payment()
    public var operation = Operation()
    public var token = Token()
    public var request = Request()
    public var recurring = Recurring()
    /// `sum_real` and `sum_refund` of the transaction format.
    public var sumReal: Money?
    public var sumRefund: Money?
    public var customerID = ByteRange.absent
    public var action: Action?
    /// Lines of `errors[]` (or `request.errors`), read only where there is no operation; sorted as in
    /// `Action`.
    public var errors: [Line] = []
    /// How many lines have a path that this version does not read: kept in the log, counted, never guessed.
    public var unreadLines = 0

    public init(bytes: [UInt8], shape: Shape, projectID: Int64) {
        self.bytes = bytes
        self.shape = shape
        self.projectID = projectID
    }

    /// A field as a String: for tools and tests, not for the path of every record.
    public func string(_ text: ByteRange) -> String {
        String(decoding: bytes[text.range], as: UTF8.self)
    }
}
