// SPDX-License-Identifier: Apache-2.0

/// Names of the headers on the records that a worker writes, besides the receipt's own.
public enum RecordHeader {
    // CloudEvents 1.0, binary mode of the Kafka protocol binding: on `payments.status.v1`.
    public static let eventID: StaticString = "ce_id"
    public static let eventType: StaticString = "ce_type"
    public static let eventSource: StaticString = "ce_source"
    public static let eventSubject: StaticString = "ce_subject"
    public static let eventTime: StaticString = "ce_time"
    public static let specVersion: StaticString = "ce_specversion"
    public static let contentType: StaticString = "content-type"
    public static let dataSchema: StaticString = "ce_dataschema"
    /// Confluent's name for a schema registry's id of the value's schema; its value is binary.
    public static let schemaID: StaticString = "__value_schema_id"

    // Why a record was not reported: on `payments.review.v1` and `payments.dead-letter.v1`.

    /// The decision, on review records: `ambiguous`, `conflict`, …
    public static let reason: StaticString = "tidings-reason"
    /// The rule that held it back; followed by `path`, and repeated with it where several rules did.
    public static let rule: StaticString = "tidings-rule"
    public static let path: StaticString = "tidings-path"
    /// On dead letters: where it ended, `value`, `receipt`, `verification` or `reading`.
    public static let stage: StaticString = "tidings-stage"
    /// On dead letters: what was wrong, such as `null-value`, `unverified` or `duplicate-key`.
    public static let errorClass: StaticString = "tidings-error-class"
    /// On dead letters that could not be read: the byte of the body where that showed.
    public static let errorOffset: StaticString = "tidings-error-offset"

    /// The body's size in bytes, where it is larger than `event.max_bytes` and therefore left out: the record
    /// has no value, and the body is in the callbacks topic at the origin.
    public static let bodyOmitted: StaticString = "tidings-body-omitted"

    /// On a record that `tidings replay` published, behind all others: when, in RFC 3339 and UTC. It may come
    /// after a newer record of its key.
    public static let replayed: StaticString = "tidings-replayed"

    // Where the record is in `payments.callbacks.v1`.
    public static let originTopic: StaticString = "tidings-origin-topic"
    public static let originPartition: StaticString = "tidings-origin-partition"
    public static let originOffset: StaticString = "tidings-origin-offset"
    /// The record's Kafka timestamp in milliseconds, which a record that is sent on must keep.
    public static let originTimestamp: StaticString = "tidings-origin-timestamp"

    // A release: on the record of `payments.callbacks.v1` that repeats a callback for it, and copied to what
    // that record leads to on `payments.review.v1` and `payments.dead-letter.v1`.

    /// The name of the person who released the callback.
    public static let releasedBy: StaticString = "tidings-released-by"
    /// When, in RFC 3339 and UTC.
    public static let releasedAt: StaticString = "tidings-released-at"
    /// Why, in the person's words.
    public static let releaseReason: StaticString = "tidings-release-reason"
    /// The first record of the callback: topic, partition and offset with `/` between them.
    public static let releasedFrom: StaticString = "tidings-released-from"
    /// The findings that are accepted, with `, ` between them; see `ReviewFinding`.
    public static let releaseAccepts: StaticString = "tidings-release-accepts"

    // A redrive: on the record of `payments.callbacks.v1` that repeats a callback for it.

    public static let redrivenBy: StaticString = "tidings-redriven-by"
    public static let redrivenAt: StaticString = "tidings-redriven-at"
    /// The record that became a dead letter: topic, partition and offset with `/` between them.
    public static let redrivenFrom: StaticString = "tidings-redriven-from"
    /// 1 for the first redrive of a callback, 2 for that of the record which the first one wrote.
    public static let redrivenAttempt: StaticString = "tidings-redriven-attempt"

    // A record that resolves an item: on `payments.review.v1` and `payments.dead-letter.v1`.

    /// What was done: `released`, `dismissed` or `redriven`. A record without this header is an item.
    public static let resolution: StaticString = "tidings-resolution"
    /// The callback whose item it resolves: topic, partition and offset with `/` between them.
    public static let resolves: StaticString = "tidings-resolves"
    public static let resolvedBy: StaticString = "tidings-resolved-by"
    public static let resolvedAt: StaticString = "tidings-resolved-at"
    public static let resolutionReason: StaticString = "tidings-resolution-reason"
}
