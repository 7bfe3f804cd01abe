// SPDX-License-Identifier: Apache-2.0

/// What is to be done with one record. The ranges are of `RecordProcessor.bytes` and hold until the
/// processor's next call.
public struct RecordOutput: BitwiseCopyable, Sendable {
    /// The value of the record to be written.
    public enum Value: BitwiseCopyable, Sendable {
        /// No value: the record read had none.
        case null
        /// The body as read, byte for byte.
        case body
        /// Bytes that the record processor wrote.
        case written(ByteRange)
    }

    public var decision: Decision
    /// The record's name for a decision, as a metric label: the rule that held it back, the class of the
    /// error, or the decision's own name.
    public var reason: StaticString
    /// The partition key: of the payment state, and of the record to be written. Empty for a record that has
    /// no value.
    public var key: ByteRange = .absent
    /// Written to `decision.topic`; without meaning where that is nil.
    public var value: Value = .null
    /// The payment state that replaces the one looked up; nil leaves it as it is.
    public var state: ByteRange?
    /// It reported a status that this version does not know: published as sent, to be counted and looked
    /// into.
    public var hasUnknownStatus = false
    /// The platform's date of the operation that is published; nil where nothing is, or without a date.
    public var date: Timestamp?
    /// How many lines of the callback this version does not read.
    public var unreadLines = 0
}

/// A header of the record to be written; the value is a range of `RecordProcessor.bytes`.
public struct RecordOutputHeader: BitwiseCopyable, Sendable {
    public var name: StaticString
    public var value: ByteRange
}
