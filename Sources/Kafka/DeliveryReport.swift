// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// What became of one record. There is exactly one report for each record that `produce` took.
public struct DeliveryReport: Sendable, BitwiseCopyable {
    public enum Outcome: Sendable, Equatable, BitwiseCopyable {
        /// All in-sync replicas have it.
        case persisted
        /// Sent, but never confirmed: it may be in the log. Not a success.
        case possiblyPersisted(KafkaError.Code)
        /// Certainly not in the log.
        case failed(KafkaError.Code)
    }

    /// The number given to `produce`.
    public let slot: UInt64
    public let outcome: Outcome
    public let partition: Int32
    /// Its offset, if it was persisted.
    public let offset: Int64

    init(_ message: UnsafePointer<rd_kafka_message_t>) {
        slot = UInt64(UInt(bitPattern: message.pointee._private))
        partition = message.pointee.partition
        offset = message.pointee.offset
        let code = KafkaError.Code(message.pointee.err)
        switch rd_kafka_message_status(message) {
        case RD_KAFKA_MSG_STATUS_PERSISTED where message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR:
            outcome = .persisted
        case RD_KAFKA_MSG_STATUS_NOT_PERSISTED: outcome = .failed(code)
        default: outcome = .possiblyPersisted(code)
        }
    }
}
