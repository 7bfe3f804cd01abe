// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// What librdkafka or the broker refused, and what the caller can do about it.
///
/// The severity is computed once, where the error arises, so that no caller reads flags again:
/// *retriable* means the same call may be made again; *abortable* means the open transaction has to be
/// aborted and may then be tried again; *fatal* means this client is of no further use.
public struct KafkaError: Error, Equatable, Sendable {
    public enum Severity: String, Sendable {
        case retriable, abortable, fatal
    }

    /// The number librdkafka and the protocol give an error (negative: the client's own).
    public struct Code: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// The constant's name without its prefix, such as `_QUEUE_FULL` or `PRODUCER_FENCED`.
        public var name: String {
            String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue)))
        }

        /// librdkafka's sentence for it.
        var sentence: String { String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue))) }
    }

    public let severity: Severity
    public let code: Code
    /// The topic of the record that was refused, where the error is about one.
    public internal(set) var topic: String?
    /// The right that the broker denied, where the error is about one and the caller knew it.
    public internal(set) var missingRight: KafkaRight?
    /// librdkafka's own sentence, where it says more than the code does.
    private let detail: String?

    public var name: String { code.name }

    /// A sentence for a person. It names topics, groups and addresses, never the content of a record.
    public var message: String {
        let sentence = detail ?? code.sentence
        return missingRight.map { "the principal lacks \($0): \(sentence)" } ?? sentence
    }

    package init(_ code: Code, severity: Severity, topic: String? = nil, detail: String? = nil) {
        self.code = code
        self.topic = topic
        self.severity = severity
        self.detail = detail
    }

    /// An error that came as a bare code, without flags: those that pass by themselves are retriable, all
    /// others are fatal.
    init(_ code: Code, detail: String? = nil) {
        self.init(code, severity: Code.transient.contains(code) ? .retriable : .fatal, detail: detail)
    }

    init(_ code: rd_kafka_resp_err_t, detail: String? = nil) {
        self.init(Code(rawValue: code.rawValue), detail: detail)
    }
}

extension KafkaError: CustomStringConvertible {
    public var description: String { "\(name) (\(severity.rawValue)): \(message)" }
}

/// What the caller does next, asked in one word.
extension KafkaError {
    /// The producer's transactional id, or the member's instance id, belongs to another now.
    public var isFenced: Bool {
        code == .producerFenced || code == .fenced || code == .fencedInstanceID
            || code == .invalidProducerEpoch || code == .transactionCoordinatorFenced
    }

    /// The group moved on without this member: drop the batch and go back to polling.
    public var isStaleGeneration: Bool {
        code == .illegalGeneration || code == .unknownMemberID || code == .rebalanceInProgress
            || code == .assignmentLost
    }

    /// No broker answered.
    public var isUnreachable: Bool {
        code == .timedOut || code == .messageTimedOut || code == .requestTimedOut || code == .transport
            || code == .allBrokersDown || code == .unresolved
    }

    public var isUnknownTopic: Bool {
        code == .unknownTopic || code == .unknownTopicOrPartition || code == .unknownPartition
    }

    public var isTopicAlreadyThere: Bool { code == .topicAlreadyExists }
}

extension KafkaError.Code {
    public static let producerFenced = Self(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
    public static let invalidProducerEpoch = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    public static let fencedInstanceID = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    public static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    public static let transactionCoordinatorFenced = Self(RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED)
    public static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    public static let unknownMemberID = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    public static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    public static let assignmentLost = Self(RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST)
    public static let maxPollExceeded = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    public static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    public static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    public static let requestTimedOut = Self(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT)
    public static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    public static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    public static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    public static let unresolved = Self(RD_KAFKA_RESP_ERR__RESOLVE)
    public static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    public static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    public static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    public static let topicAlreadyExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    public static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    public static let invalidMessageSize = Self(RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE)
    public static let offsetOutOfRange = Self(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    public static let noOffset = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    public static let unstableOffsetCommit = Self(RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)
    public static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    public static let invalidState = Self(RD_KAFKA_RESP_ERR__STATE)
    public static let invalidTransactionState = Self(RD_KAFKA_RESP_ERR_INVALID_TXN_STATE)
    public static let topicAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    public static let groupAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    public static let clusterAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    public static let transactionalIDAuthorizationFailed = Self(
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    public static let purgedInQueue = Self(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    public static let purgedInFlight = Self(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    static let operationNotAttempted = Self(RD_KAFKA_RESP_ERR_OPERATION_NOT_ATTEMPTED)
    static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)

    init(_ code: rd_kafka_resp_err_t) { self.init(rawValue: code.rawValue) }

    /// The answer to a look-up of a group's coordinator.
    var isOfCoordinator: Bool {
        self == Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
            || self == Self(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
            || self == Self(RD_KAFKA_RESP_ERR_NOT_COORDINATOR)
    }

    /// Codes that a later attempt may not meet again. The protocol marks them so in its table of error codes;
    /// the client's own (negative) ones are those of a broker that is away or a queue that is full.
    static let transient: Set<Self> = [
        .timedOut, .messageTimedOut, .requestTimedOut, .queueFull, .transport, .allBrokersDown, .unresolved,
        .unknownTopicOrPartition, .unstableOffsetCommit, .rebalanceInProgress, .maxPollExceeded,
        Self(RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE), Self(RD_KAFKA_RESP_ERR__WAIT_COORD),
        Self(RD_KAFKA_RESP_ERR__WAIT_CACHE), Self(RD_KAFKA_RESP_ERR__RETRY),
        Self(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE), Self(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION),
        Self(RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE), Self(RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION),
        Self(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS),
        Self(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE), Self(RD_KAFKA_RESP_ERR_NOT_COORDINATOR),
        Self(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS),
        Self(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND), Self(RD_KAFKA_RESP_ERR_NOT_CONTROLLER),
        Self(RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS), Self(RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR),
        Self(RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH), Self(RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH),
        Self(RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE), Self(RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED),
        Self(RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND), Self(RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE),
    ]
}

extension KafkaError.Severity {
    /// What the three flags of an error object say. None of them means fatal too: "the application should
    /// treat such errors as fatal" (rdkafka.h, `rd_kafka_commit_transaction`).
    package init(isFatal: Bool, requiresAbort: Bool, isRetriable: Bool) {
        self =
            switch (isFatal, requiresAbort, isRetriable) {
            case (true, _, _): .fatal
            case (false, true, _): .abortable
            case (false, false, true): .retriable
            case (false, false, false): .fatal
            }
    }
}

extension KafkaError {
    /// Reads and destroys an error object.
    init(taking error: OpaquePointer) {
        self.init(
            Code(rd_kafka_error_code(error)),
            severity: Severity(
                isFatal: rd_kafka_error_is_fatal(error) != 0,
                requiresAbort: rd_kafka_error_txn_requires_abort(error) != 0,
                isRetriable: rd_kafka_error_is_retriable(error) != 0),
            detail: String(cString: rd_kafka_error_string(error)))
        rd_kafka_error_destroy(error)
    }
}
