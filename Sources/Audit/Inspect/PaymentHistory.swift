// SPDX-License-Identifier: Apache-2.0
public import Payments

/// Every callback of one payment, in the order they came, with what became of it.
public struct PaymentHistory: Sendable {
    /// One callback.
    public struct Entry: Sendable {
        public var offset: Int64
        /// The record's time: when the ingress had it.
        public var receivedAt: Timestamp
        /// Nil where no worker has decided it yet.
        public var decision: Decision?
        /// The rule or the error that held it back; else the decision's name.
        public var reason: String
        public var ground: Finding.Ground
        /// Nil where the callback cannot be read clearly.
        public var summary: CallbackSummary?
        /// The record that it led to.
        public var record: Output?
        /// As received.
        public var body: [UInt8]?
        /// Why it is on the topic although no ingress received it; nil for an ordinary callback.
        public var repeated: RepeatedCallback?
        /// What a person did about its review record or dead letter.
        public var resolution: Resolution?
    }

    /// A record that a callback led to.
    public struct Output: Sendable, Equatable {
        public var topic: Topic
        public var offset: Int64
        /// Of an event: its id, and its place among the payment's events.
        public var id: String?
        public var revision: Int64?
        /// Of an event: the payment's newest truth.
        public var paymentStatus: String?
        public var paymentSum: CallbackSummary.Sum?
    }

    public var key: [UInt8]
    /// The one that was read.
    public var partition: Int32
    public var partitionCount: Int32
    public var entries: [Entry] = []
    /// What is on the topics for this payment and should not be, or is not and should.
    public var faults: [Fault] = []
    /// The partition still holds all callbacks that ever came.
    public var isWholeLog: Bool
    /// The partition's callbacks that were read.
    public var callbacksRead = 0
    /// Records of all topics that were read, and the bytes of their keys, values and headers.
    public var recordsRead = 0
    public var bytesRead = 0
}
