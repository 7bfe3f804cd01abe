// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// One transaction.
extension ModelClient {
    mutating func begin() throws(ClientError) {
        try call(.begin, "begin") { () throws(ClientError) in
            precondition(session.transaction == nil, "one transaction at a time")
            let producer = session.producers[session.isFirstsTurn ? 0 : 1]
            session.isFirstsTurn.toggle()
            // The broker answers only when the same producer's transaction before is complete.
            for earlier in broker.transactions where earlier.producer == producer { broker.complete(earlier) }
            session.transaction = ModelTransaction(
                producer, epoch: session.epochs[producer] ?? 0, session: session)
        }
    }

    /// The open transaction, which the coordinator knows from its first record on.
    private func current() throws(ClientError) -> ModelTransaction {
        guard let transaction = session.transaction else {
            throw ClientError(.replaceProducer, name: "_STATE", message: "no transaction")
        }
        guard transaction.epoch == broker.epochs[transaction.producer], transaction.state == .open else {
            throw ClientError(.fencedProducer, name: "PRODUCER_FENCED", message: transaction.producer)
        }
        if !broker.transactions.contains(where: { $0 === transaction }) {
            broker.transactions.append(transaction)
        }
        return transaction
    }

    mutating func produce(
        _ output: RecordOutput, of processor: borrowing RecordProcessor, record index: Int
    ) throws(ClientError) {
        guard let topic = output.decision.topic else { return }
        let record = ModelRecord(output, of: processor, body: batch[index].record.value)
        let partition = batch[index].position.partition
        simulation.mayReceiveLate()
        try call(.produce, "produce") { () throws(ClientError) in
            broker.partition(topic, partition).append(record, try current())
        }
    }

    mutating func produceState(
        partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(ClientError) {
        try call(.produce, "produceState") { () throws(ClientError) in
            let log = broker.partition(.changelog, partition)
            if PartitionProgress.isKey(key.bytes) {
                if simulation.mistake == .progressOutsideTheTransaction {
                    return log.append(ModelRecord(key: Array(key), value: value.map { Array($0) }))
                }
            } else if simulation.mistake == .stateNotWritten {
                return
            }
            log.append(ModelRecord(key: Array(key), value: value.map { Array($0) }), try current())
            session.pendingEnds[partition] = Int64(log.end)
        }
    }

    mutating func sendOffsets(
        _ positions: [(partition: Int32, position: CommittedPosition)]
    ) throws(ClientError) {
        if simulation.mistake == .offsetsNotSent { return }
        var offsets: [Int32: CommittedPosition] = [:]
        for (partition, position) in positions { offsets[partition] = position }
        noteDuration(of: offsets)
        try call(.sendOffsets, "sendOffsets") { () throws(ClientError) in
            if session.isFenced { throw memberFencing("sendOffsets") }
            guard broker.group.members[session.instance] === session,
                session.generation == broker.group.generation
            else { throw ClientError(.rejoin, name: "ILLEGAL_GENERATION", message: session.instance) }
            if simulation.mistake == .offsetsOutsideTheTransaction {
                broker.commit(offsets, sequence: broker.nextSequence())
            } else {
                try current().add(offsets, sequence: broker.nextSequence())
            }
        }
    }

    mutating func commit() -> CommitOutcome {
        let outcome = commitOnce()
        session.transaction = nil
        if outcome == .committed { session.changelogEnds.merge(session.pendingEnds) { $1 } }
        session.pendingEnds.removeAll()
        switch outcome {
        case .committed, .aborted: return outcome
        case .unknown(let cause), .fenced(let cause):
            if simulation.mistake == .unknownCommitTriedAgain { return .aborted(ClientError(.abort, cause)) }
            session.hasUnknownOutcome = true
            return outcome
        }
    }

    private mutating func commitOnce() -> CommitOutcome {
        simulation.interlude(session)
        simulation.scenario?.receiveLateOffsets(session)
        let fault = simulation.scenario?.takeCommitFault(session) ?? simulation.fault()
        if fault == .killedBefore { simulation.kill(session) }
        if session.isDead { return .unknown(.init(name: "KILLED", message: "commit")) }
        do throws(ClientError) {
            if fault == .refused { return try refuseCommit() }
            let sent = try end(isCommitted: true)
            switch fault {
            case .killedAfter:
                simulation.kill(session)
                return .unknown(.init(name: "KILLED", message: "after commit"))
            case .lostReply:
                let cause = ClientError.Cause(name: "LOST_REPLY", message: "commit")
                let isFenced = simulation.scenario != nil || simulation.isOne(in: 4)
                return isFenced ? .fenced(cause) : .unknown(cause)
            case .none, .refused, .killedBefore:
                noteDuration(of: sent)
                return .committed
            }
        } catch {
            return error.consequence == .fencedProducer ? .fenced(error.cause) : .unknown(error.cause)
        }
    }

    /// A commit that fails before it has an effect: it is aborted, its request is lost, or its request is
    /// late.
    private mutating func refuseCommit() throws(ClientError) -> CommitOutcome {
        let cause = ClientError.Cause(name: "REFUSED", message: "commit")
        if simulation.isOne(in: 2) {
            _ = try end(isCommitted: false)
            if session.isFenced { return .aborted(memberFencing("commit")) }
            return .aborted(ClientError(simulation.pick(ModelCall.abortedCommits), cause))
        }
        let transaction = try current()
        if simulation.isOne(in: 2) {
            broker.lateEnds.append(
                LateEnd(producer: transaction.producer, epoch: transaction.epoch, isCommitted: true))
        }
        return .unknown(cause)
    }

    mutating func abort() throws(ClientError) {
        session.pendingEnds.removeAll()
        if simulation.mistake == .abortForgotten {
            if session.transaction != nil { _ = try? end(isCommitted: true) }
            session.transaction = nil
            return
        }
        guard session.transaction != nil else { return }
        do throws(ClientError) {
            noteDuration(
                of: try call(.abort, "abort") { () throws(ClientError) -> LateEnd in
                    try end(isCommitted: false)
                })
        } catch {
            session.transaction = nil
            session.hasUnknownOutcome = true
            throw error
        }
    }

    private func end(isCommitted: Bool) throws(ClientError) -> LateEnd {
        let transaction = try current()
        session.transaction = nil
        transaction.state = .decided(isCommitted: isCommitted)
        transaction.hasOffsetsFirst = simulation.isOne(in: 2)
        if !simulation.isOne(in: 4) { broker.complete(transaction) }
        return LateEnd(producer: transaction.producer, epoch: transaction.epoch, isCommitted: isCommitted)
    }

    /// Sometimes the answer took long, so the request was sent twice, and one of the two is still on its way.
    private func noteDuration(of end: LateEnd) {
        guard simulation.isSlow() else { return }
        session.wasSlow = true
        broker.lateEnds.append(end)
    }

    /// The same of the request that adds offsets: whether it succeeds or fails, a copy may come late.
    private func noteDuration(of offsets: [Int32: CommittedPosition]) {
        guard let producer = session.transaction?.producer, let epoch = session.transaction?.epoch,
            simulation.scenario?.takeSlowOffsets() ?? (simulation.isSlow() && simulation.isOne(in: 4))
        else { return }
        if simulation.mistake != .slowOffsetsForgotten { session.wasSlow = true }
        broker.lateOffsets.append(
            LateOffsets(
                producer: producer, epoch: epoch, session: session, generation: session.generation,
                offsets: offsets))
    }

    func changelogEnd(of partition: Int32) -> Int64? { session.changelogEnds[partition] }

    /// The model's topics refuse nothing of themselves.
    func refusingTopic() -> ClientError.Cause? { nil }

    var needsNewProducer: Bool {
        session.hasUnknownOutcome || (session.wasSlow && simulation.mistake != .slowProducerKept)
    }

    mutating func replaceProducer() throws(ClientError) {
        do throws(ClientError) {
            try call(.replaceProducer, "replaceProducer") { () throws(ClientError) in
                session.transaction = nil
                takeOverProducers()
                session.hasUnknownOutcome = false
                session.wasSlow = false
            }
        } catch {
            session.hasUnknownOutcome = true
            session.isLimitedToOpen = simulation.mistake == .openPartitionsRestored
            throw error
        }
    }
}
