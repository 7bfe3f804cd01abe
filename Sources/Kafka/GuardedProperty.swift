// SPDX-License-Identifier: Apache-2.0

/// A property that an operator may not choose, since a promise of this software rests on it.
///
/// Values that only repeat what is set anyway (`acks=all`) are let pass and dropped.
struct GuardedProperty {
    let names: [String]
    /// Why, as the operator reads it behind "cannot be set:".
    let sentence: String
    /// Values that say the same as we do.
    var harmless: [String] = []

    func allows(_ value: String) -> Bool { harmless.contains(value.lowercased()) }

    static func named(_ name: String) -> GuardedProperty? { all.first { $0.names.contains(name) } }

    static let all: [GuardedProperty] = producing + consuming + plumbing

    private static let producing = [
        GuardedProperty(
            names: ["enable.idempotence"], sentence: "without it a broker's retry writes a record twice",
            harmless: ["true"]),
        GuardedProperty(
            names: ["acks", "request.required.acks"],
            sentence: "a record counts as written only when all in-sync replicas have it",
            harmless: ["all", "-1"]),
        GuardedProperty(
            names: ["transactional.id"],
            sentence:
                "it is made of the group, the slot and the thread, so that a restart fences its predecessor"
        ),
        GuardedProperty(
            names: ["transaction.timeout.ms"], sentence: "the worker has a separate setting for it"),
        GuardedProperty(
            names: ["partitioner"],
            sentence: "a payment's records must are where murmur2 of the key says, as Java clients put them",
            harmless: ["murmur2_random"]),
        GuardedProperty(
            names: ["message.timeout.ms", "delivery.timeout.ms"],
            sentence: "it follows from the deadline of a request"),
        GuardedProperty(
            names: ["delivery.report.only.error"],
            sentence: "a callback is answered 200 only on the broker's confirmation", harmless: ["false"]),
        GuardedProperty(
            names: ["queue.buffering.max.messages"],
            sentence: "the bound on records in flight is a separate setting"),
    ]

    private static let consuming = [
        GuardedProperty(
            names: ["group.id", "group.instance.id"],
            sentence: "they are made of the worker's group, slot and thread"),
        GuardedProperty(
            names: ["isolation.level"],
            sentence: "records of aborted transactions must not be read, nor unstable offsets trusted",
            harmless: ["read_committed"]),
        GuardedProperty(
            names: ["enable.auto.commit", "enable.auto.offset.store"],
            sentence: "offsets are committed in the transaction only", harmless: ["false"]),
        GuardedProperty(
            names: [
                "auto.commit.interval.ms", "auto.commit.enable", "offset.store.method", "offset.store.path",
            ],
            sentence: "offsets are committed in the transaction only"),
        GuardedProperty(
            names: ["auto.offset.reset"],
            sentence: "a new group must begin at the beginning, and a restore must notice a gap"),
        GuardedProperty(
            names: ["partition.assignment.strategy"],
            sentence:
                "with a cooperative assignor this librdkafka crashes or hangs when it closes (#4381, #4528)",
            harmless: ["range"]),
        GuardedProperty(
            names: ["enable.partition.eof"], sentence: "the end of a partition is found by its position",
            harmless: ["false"]),
        GuardedProperty(
            names: ["allow.auto.create.topics"],
            sentence: "a misspelt topic must be an error, not a new topic", harmless: ["false"]),
    ]

    private static let plumbing = [
        GuardedProperty(
            names: ["log.queue", "enabled_events", "opaque", "default_topic_conf"],
            sentence: "the client sets it for itself"),
        GuardedProperty(
            names: ["test.mock.num.brokers", "test.mock.broker.rtt"],
            sentence: "records would go to a cluster in memory"),
    ]
}

extension KafkaConfiguration {
    /// The properties that an operator may not choose: each with the values that are let pass, since they
    /// only repeat what is set anyway, and with the reason.
    public static var guardedProperties: [(name: String, harmless: [String], reason: String)] {
        GuardedProperty.all.flatMap { property in
            property.names.map { ($0, property.harmless, property.sentence) }
        }
    }
}
