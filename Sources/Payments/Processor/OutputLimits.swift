// SPDX-License-Identifier: Apache-2.0

/// How large the records are that a worker publishes. The bound is applied before a record is made, from
/// settings and the record's own bytes alone: the same log gives the same decisions, whatever the brokers
/// accept.
public struct OutputLimits: Sendable, Equatable {
    /// The bytes of a published value, `event.max_bytes`: an event without its `source` and `trust` (which
    /// depend on the record's position), or the body in a review record or a dead letter.
    public var eventBytes: Int

    /// 512 KiB: as large as the largest body that the ingress can be set to accept, and far below the 1 MB
    /// that Kafka and librdkafka accept by default.
    public static let standard = OutputLimits(eventBytes: 512 << 10)

    public init(eventBytes: Int) {
        precondition(eventBytes > 0, "a limit of zero bytes lets no event be published")
        self.eventBytes = eventBytes
    }

    /// What a record may take in addition to its value: the key, the headers, an event's `source` and
    /// `trust`, and Kafka's own framing of a batch. Every part of it is bounded (`PartitionKey.longestBytes`,
    /// `ReceiptHeaders.longestValue`, the number of rules named); a test adds them up in their worst form.
    public static let envelopeBytes = 32 << 10
}
