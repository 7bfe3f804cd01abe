// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// A call of the worker's client, with the ways in which the model lets it fail.
///
/// Together they are what the adapter for librdkafka makes of every error at that call. `ErrorMappingTests`
/// holds the two to each other, so that the simulation never leaves out a failure that a real worker meets.
enum ModelCall: CaseIterable {
    /// A poll.
    case fill
    /// Any call of a restore but `replaceProducer`.
    case restore
    case begin
    case produce
    case sendOffsets
    case abort
    case replaceProducer

    /// Failures drawn at random; those named more often are drawn more often.
    var drawn: [ClientError.Consequence] {
        switch self {
        case .fill, .restore: [.retry, .retry, .retry, .retry, .retry, .retry, .rejoin, .rebuild]
        case .begin: [.replaceProducer, .replaceProducer, .abort, .rejoin]
        case .produce, .sendOffsets: [.abort, .abort, .abort, .abort, .replaceProducer, .rejoin]
        case .abort: [.replaceProducer]
        case .replaceProducer: [.abort, .abort, .replaceProducer, .rejoin]
        }
    }

    /// What a confirmed abort in place of a commit asks for.
    static let abortedCommits: [ClientError.Consequence] = [.abort, .abort, .rejoin]

    /// Failures that follow from what the broker did before.
    var caused: [ClientError.Consequence] {
        switch self {
        case .fill, .restore: [.fencedMember]
        case .begin, .produce, .sendOffsets, .replaceProducer: [.fencedMember, .fencedProducer]
        case .abort: [.fencedProducer]
        }
    }
}

/// An end of a transaction that the broker has not received yet: the client gave up waiting for the answer,
/// or sent it a second time.
struct LateEnd {
    var producer: String
    var epoch: Int
    var isCommitted: Bool
}

/// A request that adds offsets to a transaction (TxnOffsetCommit) and that the coordinator has not received
/// yet: the client gave up waiting for the answer, or sent it a second time.
struct LateOffsets {
    var producer: String
    var epoch: Int
    var session: ModelSession
    var generation: Int?
    var offsets: [Int32: CommittedPosition]
}
