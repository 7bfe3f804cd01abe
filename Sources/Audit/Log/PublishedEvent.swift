// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What an audit asks of an event on `payments.status.v1`, in whichever encoding it was written.
public struct PublishedEvent: Sendable, Equatable {
    /// The payment as the event reports it.
    public struct Payment: Sendable, Equatable {
        public var type: [UInt8] = []
        public var method: [UInt8] = []
        public var status: [UInt8] = []
        public var amount: Int64?
        public var currency: [UInt8] = []
        /// Nil where the event reports nothing that has a date.
        public var asOf: Timestamp?

        /// Nil for what has no date.
        var reported: PaymentState.Reported? {
            asOf.map {
                PaymentState.Reported(
                    type: type, method: method, status: status, amount: amount, currency: currency, asOf: $0)
            }
        }
    }

    public var revision: Int64 = 0
    public var origin: Origin?
    public var payment: Payment?
    /// The payment's member as written, to be compared.
    public var paymentMember: [UInt8] = []
    /// Whether it reports an operation, and so of something that has a date.
    public var hasOperation = false
    /// All that the callback and its record alone decide: every member but the type, the previous status, the
    /// payment, the revision and whether the operation is superseded; one behind the other, each with its
    /// name.
    public var callbackMembers: [UInt8] = []
}
