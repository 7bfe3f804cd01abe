// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing
import Worker

/// Holds the adapter for librdkafka to the simulation's model: a failure that the adapter can report and the
/// model cannot would be tried by no simulation.
@Suite("Error mapping")
struct ErrorMappingTests {
    struct Row: CustomTestStringConvertible {
        var calls: [ModelCall]
        var code: KafkaError.Code
        var severity: KafkaError.Severity
        var consequence: ClientError.Consequence

        var testDescription: String { "\(code.name), \(severity.rawValue)" }
    }

    private static let reading: [ModelCall] = [.fill, .restore]
    private static let writing: [ModelCall] = [.begin, .produce, .sendOffsets, .replaceProducer]
    private static let transactionalIDAuthorizationFailed = KafkaError.Code(rawValue: 53)

    static let rows: [Row] = [
        Row(calls: reading, code: .timedOut, severity: .retriable, consequence: .retry),
        Row(calls: reading, code: .transport, severity: .retriable, consequence: .retry),
        Row(calls: reading, code: .unstableOffsetCommit, severity: .retriable, consequence: .retry),
        Row(calls: reading, code: .illegalGeneration, severity: .fatal, consequence: .retry),
        Row(calls: reading, code: .unknownMemberID, severity: .fatal, consequence: .retry),
        Row(calls: reading, code: .noOffset, severity: .fatal, consequence: .rejoin),
        Row(calls: reading, code: .offsetOutOfRange, severity: .fatal, consequence: .rejoin),
        Row(calls: reading, code: .topicAuthorizationFailed, severity: .fatal, consequence: .rebuild),
        Row(calls: reading, code: .fencedInstanceID, severity: .fatal, consequence: .fencedMember),
        Row(calls: writing, code: .timedOut, severity: .retriable, consequence: .abort),
        Row(calls: writing, code: .queueFull, severity: .abortable, consequence: .abort),
        Row(calls: writing, code: .messageTooLarge, severity: .abortable, consequence: .abort),
        Row(calls: writing, code: .illegalGeneration, severity: .abortable, consequence: .rejoin),
        Row(calls: writing, code: .unknownMemberID, severity: .abortable, consequence: .rejoin),
        Row(
            calls: writing, code: transactionalIDAuthorizationFailed, severity: .fatal,
            consequence: .replaceProducer),
        Row(
            calls: writing, code: .invalidTransactionState, severity: .fatal, consequence: .replaceProducer),
        Row(calls: writing, code: .producerFenced, severity: .fatal, consequence: .fencedProducer),
        Row(calls: writing, code: .invalidProducerEpoch, severity: .fatal, consequence: .fencedProducer),
        Row(calls: writing, code: .fencedInstanceID, severity: .abortable, consequence: .fencedMember),
    ]

    /// All that librdkafka and the protocol number, and some that they do not.
    private static let codes = (-220...160 as ClosedRange<Int32>).map { KafkaError.Code(rawValue: $0) }

    private static func side(of call: ModelCall) -> ClientError.Side? {
        switch call {
        case .fill, .restore: .consumer
        case .begin, .produce, .sendOffsets, .replaceProducer: .producer
        case .abort: nil
        }
    }

    @Test("the adapter and the model agree on the consequence of an error", arguments: rows)
    func agrees(row: Row) throws {
        for call in row.calls {
            let side = try #require(Self.side(of: call))
            let error = ClientError(KafkaError(row.code, severity: row.severity), from: side)
            #expect(error.consequence == row.consequence)
            #expect(error.cause.name == row.code.name)
            #expect((call.drawn + call.caused).contains(row.consequence))
        }
    }

    @Test("the model fails each call in every way that the adapter can report, and in no other")
    func complete() {
        for call in ModelCall.allCases {
            guard let side = Self.side(of: call) else { continue }
            // Errors of a consumer come as bare codes, which are never abortable.
            let severities: [KafkaError.Severity] =
                side == .consumer ? [.retriable, .fatal] : [.retriable, .abortable, .fatal]
            var reported: Set<ClientError.Consequence> = []
            for code in Self.codes {
                for severity in severities {
                    reported.insert(ClientError(KafkaError(code, severity: severity), from: side).consequence)
                }
            }
            #expect(reported == Set(call.drawn + call.caused), "\(call)")
        }
    }

    @Test("an abort that was not confirmed asks for another producer, as in the model")
    func abort() {
        let reported = Self.codes.flatMap { code in
            let error = KafkaError(code, severity: .fatal)
            return [ClientError(.unknown(error)), ClientError(.fenced(error))].compactMap { $0?.consequence }
        }
        #expect(Set(reported) == Set(ModelCall.abort.drawn + ModelCall.abort.caused))
        #expect(ClientError(AbortOutcome.aborted) == nil)
    }

    @Test("only an abort that librdkafka asks for ends a failed commit as aborted")
    func commitFailures() {
        for code in Self.codes {
            #expect(CommitFailure(KafkaError(code, severity: .abortable)) == .requiresAbort)
            #expect(CommitFailure(KafkaError(code, severity: .retriable)) == .unknown)
            let fatal = KafkaError(code, severity: .fatal)
            #expect(CommitFailure(fatal) == (fatal.isFenced ? .fenced : .unknown))
        }
    }

    @Test(
        "the worker gets a commit's outcome unchanged"
    )
    func commit() {
        var aborted: Set<ClientError.Consequence> = []
        for code in Self.codes {
            let cause = ClientError(KafkaError(code, severity: .fatal), from: .producer).cause
            let fatal = KafkaError(code, severity: .fatal)
            #expect(CommitOutcome(.unknown(fatal)) == .unknown(cause))
            #expect(CommitOutcome(.fenced(fatal)) == .fenced(cause))
            let outcome = CommitOutcome(.aborted(KafkaError(code, severity: .abortable)))
            guard case .aborted(let error) = outcome else {
                Issue.record("\(code.name): a confirmed abort became \(outcome)")
                continue
            }
            aborted.insert(error.consequence)
        }
        #expect(aborted == Set(ModelCall.abortedCommits + [.fencedMember]))
        #expect(CommitOutcome(.committed) == .committed)
    }
}
