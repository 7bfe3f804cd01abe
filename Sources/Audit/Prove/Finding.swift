// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What one callback was checked to be, and what is on the topics for it.
public struct Finding: Sendable {
    /// Where the decision comes from.
    public enum Ground: Sendable, Equatable {
        /// Derived from the callbacks alone.
        case derived
        /// As the record on the topic reports: what was known before the range begins decided it.
        case asWritten
        /// It published nothing, and cannot be attributed to one of the decisions that publish nothing.
        case undetermined
    }

    public var callback: LoggedRecord
    public var key: [UInt8]
    public var decision: Decision
    public var reason: String
    public var ground: Ground
    /// Its record on the decision's topic.
    public var record: LoggedRecord?
}
