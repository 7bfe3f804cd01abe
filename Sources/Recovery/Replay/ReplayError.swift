// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Kafka
internal import Payments

/// Why a replay was not made, or not to its end. Nothing that was published is wrong in any of these cases:
/// running the same command again goes on.
public enum ReplayError: Error, Sendable {
    case read(TopicReadError)
    case kafka(KafkaError)
    /// Published records differ from what is derived: what is missing would not fit them.
    case differs(count: Int, first: [Fault])
    case malformedPlan(String)
    /// The plan was made elsewhere: another cluster, other topics or another group.
    case foreignPlan(String)
    /// What is derived now is not what was planned.
    case changed(partition: Int32, callback: Int64)
    /// The workers' progress is below an item: its callback will be decided by a worker.
    case notDecided(partition: Int32, callback: Int64, progress: Int64?)
    /// Another replay of the group runs.
    case fenced
    /// A transaction may have been committed or not.
    case outcomeUnknown(KafkaError)
    /// The new topics cannot be written to.
    case target(String)
}

extension ReplayError: CustomStringConvertible {
    /// What happened and what an operator can do.
    public var description: String {
        switch self {
        case .read(let error): return error.description
        case .kafka(let error): return error.description
        case .differs(let count, let first):
            let list = first.map { "\n  \($0)" }.joined()
            return "\(count) published records differ from what the rules and settings of today derive, so "
                + "nothing is published. `tidings replay --diff` shows the differences; "
                + "`tidings replay --into PREFIX` builds new topics by the rules of today\(list)"
        case .malformedPlan(let reason): return "this is not a plan of `tidings replay --export`: \(reason)"
        case .foreignPlan(let reason): return "the plan was made for something else: \(reason)"
        case .changed(let partition, let callback):
            return "partition \(partition) callback \(callback): what is derived now differs from the plan; "
                + "rules or settings were changed since. Make a new plan"
        case .notDecided(let partition, let callback, let progress):
            return "partition \(partition) callback \(callback) is not below the progress "
                + "(\(progress.map { "\($0)" } ?? "none")): a worker will decide it"
        case .fenced: return "another replay of this group has begun; this one has stopped"
        case .outcomeUnknown(let error):
            return "the outcome of a commit is unknown (\(error.message)); run the same command again, which "
                + "finds out and goes on"
        case .target(let reason): return reason
        }
    }

    /// Whether no broker answered.
    public var isUnreachable: Bool {
        switch self {
        case .read(let error): error.isUnreachable
        case .kafka(let error): error.isUnreachable
        case .differs, .malformedPlan, .foreignPlan, .changed, .notDecided, .fenced, .outcomeUnknown, .target:
            false
        }
    }
}

/// Calls something of Kafka, with its errors as those of a replay.
func translating<Answer: ~Copyable>(
    _ call: () throws(KafkaError) -> Answer
) throws(ReplayError) -> Answer {
    do throws(KafkaError) { return try call() } catch {
        throw error.isFenced ? .fenced : .kafka(error)
    }
}

/// Reads topics, with the errors as those of a replay.
func reading<Answer>(_ call: () throws(TopicReadError) -> Answer) throws(ReplayError) -> Answer {
    do throws(TopicReadError) { return try call() } catch { throw .read(error) }
}
