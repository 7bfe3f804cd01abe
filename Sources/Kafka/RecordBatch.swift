// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// The records of one transaction, borrowed from librdkafka until the batch is emptied.
///
/// Confined to the consumer's thread. It keeps the memory for its pointers from fill to fill, and keeps the
/// client alive while it holds records.
///
///     messages ─▶ [ * | * | * | … ]      count in use, capacity allocated
///                   │
///                   └▶ rd_kafka_message_t: key and value are in the buffer of the fetch response,
///                      shared by its records; nothing is copied
public struct RecordBatch: ~Copyable {
    /// How many records are taken at a time, and by how many the limit in bytes may be passed.
    public static let chunk = 512

    typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

    private var messages: UnsafeMutablePointer<Message?>
    private var capacity: Int
    private var client: Client?
    /// How many of the messages have been looked at.
    private var settled = 0

    public private(set) var count = 0
    /// The consumer's `assignmentCount` under which these records were read.
    public internal(set) var assignmentCount = 0
    /// Bytes of all keys and values.
    public private(set) var byteCount = 0

    public init() {
        messages = .allocate(capacity: 1)
        capacity = 1
    }

    deinit {
        for index in 0..<count { rd_kafka_message_destroy(messages[index]) }
        messages.deallocate()
    }

    public var isEmpty: Bool { count == 0 }

    /// The record at `index`, valid as long as the batch is not touched.
    public subscript(index: Int) -> Record {
        @_lifetime(borrow self)
        get {
            precondition(index >= 0 && index < count, "A record is asked for within the batch.")
            // Every place below count holds a message: `settle` left none out.
            return _overrideLifetime(Record(message: messages[index].unsafelyUnwrapped), borrowing: self)
        }
    }

    /// Gives every record back to librdkafka.
    public mutating func empty() {
        for index in 0..<count { rd_kafka_message_destroy(messages[index]) }
        count = 0
        settled = 0
        byteCount = 0
        client = nil
    }

    // MARK: Filling, for the consumer

    mutating func reserve(_ limit: Int, from client: Client) {
        self.client = client
        guard capacity < limit else { return }
        messages.deallocate()
        messages = .allocate(capacity: limit)
        capacity = limit
    }

    mutating func append(_ message: Message) {
        messages[count] = message
        count += 1
    }

    /// Takes up to `wanted` messages that have already arrived. Returns how many.
    mutating func take(_ wanted: Int, from queue: OpaquePointer) -> Int {
        let got = max(0, rd_kafka_consume_batch_queue(queue, 0, messages + count, wanted))
        count += got
        return got
    }

    /// Looks at the messages not yet looked at: those that carry an error are taken out, the first is
    /// returned; the sizes of the others are noted.
    mutating func settle() -> ReportedError? {
        var failure: ReportedError?
        var kept = settled
        for index in settled..<count {
            let message = messages[index].unsafelyUnwrapped
            if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                byteCount += message.pointee.len + message.pointee.key_len
                messages[kept] = message
                kept += 1
            } else {
                failure = failure ?? ReportedError(message)
                rd_kafka_message_destroy(message)
            }
        }
        count = kept
        settled = kept
        return failure
    }
}

/// An error that came in the place of a record.
struct ReportedError {
    let code: rd_kafka_resp_err_t
    let sentence: String
    /// The topic that it is about; nil for an error of the group or of the client.
    let topic: String?

    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        code = message.pointee.err
        sentence = String(cString: rd_kafka_message_errstr(message))
        topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) }
    }
}
