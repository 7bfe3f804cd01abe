// SPDX-License-Identifier: Apache-2.0
public import Kafka
internal import Payments
public import Telemetry

/// Follows the events of one payment from the end of its partition on, committed ones only.
///
/// Confined to the thread that made it. Make it before the payment: the end is noted then, so that no event
/// of the payment is missed.
public struct PaymentFollower: ~Copyable {
    private var follower: EventFollower
    private var waiting: [FollowedEvent] = []
    private let key: String

    /// - Parameters:
    ///   - topic: the topic of events.
    ///   - patience: how long one question to a broker may take.
    public init(
        _ name: PaymentName, topic: String, kafka: KafkaConfiguration, patience: Duration = .seconds(30),
        log: Log
    ) throws(TopicReadError) {
        key = String(decoding: name.key, as: UTF8.self)
        let count = try kafka.partitionCount(of: topic, within: patience, log: log)
        let partition = TopicPartition(
            topic: topic, partition: Int32(Murmur2.partition(of: name.key.span.bytes, count: count)))
        follower = EventFollower(try EventFollower.consumer(of: [partition], kafka, patience, log))
    }

    /// The next event of the payment; nil once the deadline has passed.
    public mutating func next(until deadline: ContinuousClock.Instant) throws(TopicReadError)
        -> FollowedEvent?
    {
        while waiting.isEmpty {
            guard ContinuousClock.now < deadline else { return nil }
            var found: [FollowedEvent] = []
            try follower.poll(within: .milliseconds(200)) { [key] name, event in
                if name == key { found.append(event) }
            }
            waiting = found
        }
        return waiting.removeFirst()
    }
}
