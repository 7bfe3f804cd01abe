// SPDX-License-Identifier: Apache-2.0
public import Payments

/// One thing on the topics that the callbacks do not explain, or explain otherwise.
public struct Fault: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The callback reports something, and the record that says so is not there.
        case missing
        /// The record that the callback led to is there, and not as it should be.
        case differs([Difference])
        /// A record that no callback led to.
        case unexpected(Unexpected)
        /// Right in itself, but behind a record of a later callback.
        case outOfOrder
        /// A payment's revisions jump: so many of its events are gone.
        case revisionGap(missing: Int64)
        /// The changelog's last state of the payment is another than the callbacks lead to.
        case stateDiffers
        /// The changelog has no state of the payment.
        case stateMissing
        /// The changelog remembers a payment of which no callback reports.
        case stateUnexpected
        /// The workers have committed more callbacks than there are: the log was cut at its end, or made
        /// again.
        case logEndsEarly(committed: Int64)
        /// Callbacks were deleted before a worker processed them.
        case callbacksLost(from: Int64, to: Int64)
        /// An operator had the workers skip callbacks.
        case callbacksSkipped(from: Int64, to: Int64)
        /// The callback's item was released or redriven, and the callbacks topic does not have it again.
        case repeatMissing(Resolution.Kind)
        /// The callback was written again by a release or a redrive, and no record resolves its item.
        case resolutionMissing(Resolution.Kind)
        /// Two records resolve the callback's item.
        case resolvedTwice
        /// The partition was added later: no worker processes it.
        case unprocessedPartition(count: Int32)
    }

    /// In what a record differs.
    public enum Difference: Sendable, Equatable {
        case key
        case value
        /// A header that is missing, too many or of another value.
        case header(String)
        case headerOrder
    }

    /// Why a record should not be there.
    public enum Unexpected: Sendable, Equatable {
        /// It does not say, or not readably, which callback of this partition it comes from.
        case noOrigin
        /// Its callback leads to no such record, or to one that was there already.
        case notDue
        /// Its callback does not exist.
        case noCallback
    }

    public var kind: Kind
    public var partition: Int32
    /// The callback's offset; of an unexpected record the one that it claims.
    public var callback: Int64?
    /// What the callback is; nil where it is not known.
    public var decision: Decision?
    /// Where the output record is, or should be.
    public var topic: Topic?
    /// The output record's offset.
    public var offset: Int64?
    /// The payment's key.
    public var key: [UInt8]?
}

extension Fault.Kind {
    /// The name in reports.
    public var name: StaticString {
        switch self {
        case .missing: "missing"
        case .differs: "differs"
        case .unexpected(.noOrigin): "unexpected-no-origin"
        case .unexpected(.notDue): "unexpected-not-due"
        case .unexpected(.noCallback): "unexpected-no-callback"
        case .outOfOrder: "out-of-order"
        case .revisionGap: "revision-gap"
        case .stateDiffers: "state-differs"
        case .stateMissing: "state-missing"
        case .stateUnexpected: "state-unexpected"
        case .logEndsEarly: "log-ends-early"
        case .callbacksLost: "callbacks-lost"
        case .callbacksSkipped: "callbacks-skipped"
        case .unprocessedPartition: "unprocessed-partition"
        case .repeatMissing: "repeat-missing"
        case .resolutionMissing: "resolution-missing"
        case .resolvedTwice: "resolved-twice"
        }
    }
}

extension Fault.Difference {
    /// The name in reports.
    public var name: String {
        switch self {
        case .key: "key"
        case .value: "value"
        case .header(let name): "header \(name)"
        case .headerOrder: "order of headers"
        }
    }
}
