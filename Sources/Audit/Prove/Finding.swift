public import Payments

/// What one callback was checked to be, and what stands on the topics for it.
public struct Finding: Sendable {
    /// Where the decision comes from.
    public enum Ground: Sendable, Equatable {
        /// Derived from the callbacks alone.
        case derived
        /// As the record on the topic reports: what was known before the range begins decided it.
        case asWritten
        /// It reported nothing, and nobody can say which of the decisions that report nothing it was.
        case undetermined
    }

    public var callback: LoggedRecord
    public var key: [UInt8]
    public var decision: Decision
    public var reason: String
    public var ground: Ground
    /// What stands for it on the decision's topic.
    public var record: LoggedRecord?
}
