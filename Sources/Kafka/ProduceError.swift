// SPDX-License-Identifier: Apache-2.0

/// Why Kafka did not take a record: every error that a produce call, its delivery report or a transaction's
/// commit can carry about a record. This is the only table that says whose error it is; `scope` has no
/// `default:`, so a new case does not compile before it is classed.
///
/// The raw values are the numbers of the protocol and of rdkafka.h (negative: the client's own). The set is
/// closed, so the names are fit for a metric label. A code that is not listed has no case:
/// `KafkaError.Code.produceScope` treats it as an error of the producer, because a record that failed for an
/// unknown cause must not be skipped or waited for.
public enum ProduceError: Int32, CaseIterable, Sendable {
    // The topic, or this client's rights on it.
    case unknownPartition = -190
    case unknownTopic = -188
    case isrInsufficient = -183
    case unknownTopicOrPartition = 3
    case leaderNotAvailable = 5
    case notLeader = 6
    case replicaNotAvailable = 9
    case messageTooLarge = 10
    case topicException = 17
    case recordListTooLarge = 18
    case notEnoughReplicas = 19
    case notEnoughReplicasAfterAppend = 20
    case topicAuthorizationFailed = 29
    // The topic bounds how far a record's time may be ahead; this host's clock is wrong, so every record
    // meets it.
    case invalidTimestamp = 32
    case policyViolation = 44
    case kafkaStorageError = 56
    case unsupportedMessageFormat = 43
    case unsupportedCompression = 76
    case invalidRequiredAcks = 21
    case fencedLeaderEpoch = 74
    case unknownLeaderEpoch = 75

    // The cluster, or the way to it.
    case transport = -195
    case brokerNotResolved = -193
    case messageTimedOut = -192
    case allBrokersDown = -187
    case timedOut = -185
    case queueFull = -184
    case sslFailed = -181
    case authenticationFailed = -169
    case timedOutInQueue = -166
    case requestTimedOut = 7
    case brokerNotAvailable = 8
    case networkException = 13
    case coordinatorLoading = 14
    case coordinatorNotAvailable = 15
    case notCoordinator = 16
    case clusterAuthorizationFailed = 31
    case saslAuthenticationFailed = 58
    case throttlingQuotaExceeded = 89
    case concurrentTransactions = 51
    case transactionalIDAuthorizationFailed = 53

    // The producer.
    case destroyed = -197
    case failed = -196
    case systemResource = -194
    case state = -172
    case purgedInQueue = -152
    case purgedInFlight = -151
    case fatal = -150
    case inconsistent = -149
    case gaplessGuarantee = -148
    case fenced = -144
    case unknown = -1
    case unsupportedVersion = 35
    case invalidRequest = 42
    case outOfOrderSequence = 45
    case duplicateSequence = 46
    case invalidProducerEpoch = 47
    case invalidTransactionState = 48
    case invalidProducerIDMapping = 49
    case transactionCoordinatorFenced = 52
    case unknownProducerID = 59
    case producerFenced = 90

    // One record.
    case badMessage = -199
    case invalidArgument = -186
    case corruptMessage = 2
    case invalidMessageSize = 4
    case invalidRecord = 87

    /// Whose error it is, and so what ends it.
    public enum Scope: String, Sendable, CaseIterable {
        /// A topic refuses what is written to it: rights, existence, replicas, a policy, its
        /// `max.message.bytes`. Every record for the topic meets it until an operator or the cluster changes
        /// the topic. Not ready, say which topic, try again with a growing pause.
        case topic
        /// No broker took the record in time, or this client may not use the cluster. The same, without a
        /// topic.
        case cluster
        /// This producer is of no further use; a new one is made.
        case producer
        /// The record itself: another record may be written. Says nothing about readiness.
        case record
    }

    public var scope: Scope {
        switch self {
        case .unknownPartition, .unknownTopic, .isrInsufficient, .unknownTopicOrPartition,
            .leaderNotAvailable, .notLeader, .replicaNotAvailable, .messageTooLarge, .topicException,
            .recordListTooLarge, .notEnoughReplicas, .notEnoughReplicasAfterAppend,
            .topicAuthorizationFailed, .invalidTimestamp, .policyViolation, .kafkaStorageError,
            .unsupportedMessageFormat, .unsupportedCompression, .invalidRequiredAcks, .fencedLeaderEpoch,
            .unknownLeaderEpoch:
            .topic
        case .transport, .brokerNotResolved, .messageTimedOut, .allBrokersDown, .timedOut, .queueFull,
            .sslFailed, .authenticationFailed, .timedOutInQueue, .requestTimedOut, .brokerNotAvailable,
            .networkException, .coordinatorLoading, .coordinatorNotAvailable, .notCoordinator,
            .clusterAuthorizationFailed, .saslAuthenticationFailed, .throttlingQuotaExceeded,
            .concurrentTransactions, .transactionalIDAuthorizationFailed:
            .cluster
        case .destroyed, .failed, .systemResource, .state, .purgedInQueue, .purgedInFlight, .fatal,
            .inconsistent, .gaplessGuarantee, .fenced, .unknown, .unsupportedVersion, .invalidRequest,
            .outOfOrderSequence, .duplicateSequence, .invalidProducerEpoch, .invalidTransactionState,
            .invalidProducerIDMapping, .transactionCoordinatorFenced, .unknownProducerID, .producerFenced:
            .producer
        case .badMessage, .invalidArgument, .corruptMessage, .invalidMessageSize, .invalidRecord: .record
        }
    }

    /// Nil for a code that is not a known error of producing.
    public init?(_ code: KafkaError.Code) { self.init(rawValue: code.rawValue) }

    public var code: KafkaError.Code { KafkaError.Code(rawValue: rawValue) }

    /// Kafka's name of it, such as `TOPIC_AUTHORIZATION_FAILED` or `_MSG_TIMED_OUT`.
    public var name: String { code.name }
}

extension KafkaError.Code {
    /// Whose error it is when a record was not written because of this code.
    public var produceScope: ProduceError.Scope { ProduceError(self)?.scope ?? .producer }
}
