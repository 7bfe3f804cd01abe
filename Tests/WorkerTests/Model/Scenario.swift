// SPDX-License-Identifier: Apache-2.0
import Worker

/// Failures that a test puts at chosen calls of the workers' clients.
///
/// Random histories meet some failures too rarely, or only together with others that hide what they do.
final class Scenario {
    enum Failure: Equatable {
        /// The call throws this and has no effect.
        case thrown(ClientError.Consequence)
        /// Another producer takes the transactional id before the call.
        case idTaken
        /// The coordinator times the open transaction out before the call.
        case transactionTimedOut
        /// The commit takes place, and its answer is that the producer is fenced.
        case fencedAfterCommit
        /// The answer to the offsets is slow, so that they are sent twice. The second copy arrives during the
        /// next transaction of the same producer, just before its commit.
        case offsetsSentTwice
    }

    private var planned: [(call: String, failure: Failure)] = []

    /// The next call of this name fails so; several failures of one call come one after another.
    func plan(_ failure: Failure, at call: String) { planned.append((call, failure)) }

    /// Whether everything that was planned has happened.
    var isOver: Bool { planned.isEmpty }

    /// What a call throws before it has an effect; nil if nothing, or if something else happens to it.
    func takeFailure(at call: String, _ session: ModelSession) -> ClientError.Consequence? {
        guard let index = planned.firstIndex(where: { $0.call == call }) else { return nil }
        switch planned[index].failure {
        case .thrown(let consequence):
            planned.remove(at: index)
            return consequence
        case .idTaken:
            planned.remove(at: index)
            take(session)
        case .transactionTimedOut:
            planned.remove(at: index)
            if let open = session.transaction { session.broker?.timeOut(open) }
        case .fencedAfterCommit, .offsetsSentTwice: break
        }
        return nil
    }

    /// Whether the offsets that are being sent are slow.
    func takeSlowOffsets() -> Bool {
        guard let index = planned.firstIndex(where: { $0.failure == .offsetsSentTwice }) else { return false }
        planned.remove(at: index)
        return true
    }

    /// Lets late offsets arrive, if a later transaction of their producer is about to be committed.
    func receiveLateOffsets(_ session: ModelSession) {
        guard let broker = session.broker, let open = session.transaction,
            let index = broker.lateOffsets.firstIndex(where: {
                $0.producer == open.producer && $0.offsets != open.offsets
            })
        else { return }
        broker.receive(broker.lateOffsets.remove(at: index))
    }

    func takeCommitFault(_ session: ModelSession) -> Fault? {
        guard let index = planned.firstIndex(where: { $0.failure == .fencedAfterCommit }) else { return nil }
        planned.remove(at: index)
        return .lostReply
    }

    private func take(_ session: ModelSession) {
        for producer in session.producers { _ = session.broker?.takeOver(producer) }
    }
}
