// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Payments
public import StateStore

/// Why the log could not be read to its end. What an audit finds in it is reported otherwise.
public enum TopicReadError: Error, Sendable {
    /// Kafka did not give what was asked for; `severity` says whether trying again helps.
    case kafka(KafkaError)
    /// There is no such topic.
    case missingTopic(String)
    /// The topics have different partition counts, so that a payment's records are in no one place.
    case partitionCounts([(topic: String, count: Int)])
    /// The topics have no such partition.
    case missingPartition(Int32, count: Int32)
    /// Records were deleted while they were about to be read.
    case deleted(TopicPartition)
    /// Nothing arrived for a while although the partition goes on.
    case stalled(TopicPartition, at: Int64?, end: Int64)
    /// The scratch store cannot be used.
    case state(StateError)
    /// No folder for it can be made.
    case scratch(path: String, String)
    /// A progress record of the changelog cannot be read.
    case progress(ProgressError, partition: Int32)
    /// The payment state that was derived cannot be read back: nothing on the topics is to blame.
    case paymentState(PaymentStateError)
    /// Who receives the outputs wants no more of them, and knows why.
    case stopped
}

extension TopicReadError: CustomStringConvertible {
    /// A sentence for a person.
    public var description: String {
        switch self {
        case .kafka(let error): return error.description
        case .missingTopic(let name): return "there is no topic \(name)"
        case .partitionCounts(let counts):
            let list = counts.map { "\($0.topic) has \($0.count)" }.joined(separator: ", ")
            return "the topics must have the same number of partitions: \(list)"
        case .missingPartition(let partition, let count):
            return "there is no partition \(partition): the topics have \(count), from 0 on"
        case .deleted(let partition):
            return "records of \(partition) were deleted while they were about to be read: begin again"
        case .stalled(let partition, let offset, let end):
            let place = offset.map { "at offset \($0)" } ?? "at its beginning"
            return "\(partition) gave nothing \(place), although it ends at \(end)"
        case .state(let error): return error.description
        case .scratch(let path, let sentence): return "\(path) cannot be made: \(sentence)"
        case .progress(.version(let version), let partition):
            return "the changelog of partition \(partition) was written by version \(version)"
        case .progress(.malformed, let partition):
            return "the progress record of partition \(partition) cannot be read"
        case .stopped: return "stopped"
        case .paymentState(let error): return "the derived payment state is not readable: \(error)"
        }
    }

    /// Whether no broker answered, which another attempt may not meet.
    public var isUnreachable: Bool {
        switch self {
        case .kafka(let error): error.isUnreachable
        case .stalled: true
        default: false
        }
    }
}

/// Calls something of Kafka, with its errors as those of reading.
package func asking<Answer: ~Copyable>(
    _ call: () throws(KafkaError) -> Answer
) throws(TopicReadError) -> Answer {
    do throws(KafkaError) { return try call() } catch { throw .kafka(error) }
}
