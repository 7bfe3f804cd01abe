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
}
