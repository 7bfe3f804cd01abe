import Payments
import Worker

/// One transaction.
extension ModelClient {
    mutating func begin() throws(ClientError) {
        try call(.replaceProducer, "begin") { () throws(ClientError) in
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
        _ verdict: Verdict, of judge: borrowing Judge, record index: Int
    ) throws(ClientError) {
        guard let topic = verdict.decision.topic else { return }
        let record = ModelRecord(verdict, of: judge, body: batch[index].record.value)
        let partition = batch[index].place.partition
        try call(.abort, "produce") { () throws(ClientError) in
            broker.partition(topic, partition).append(record, try current())
        }
    }

    mutating func produceMemory(
        partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(ClientError) {
        try call(.abort, "produceMemory") { () throws(ClientError) in
            let log = broker.partition(.changelog, partition)
            if PartitionProgress.isKey(key.bytes) {
                if simulation.mistake == .progressOutsideTheTransaction {
                    return log.append(ModelRecord(key: Array(key), value: value.map { Array($0) }))
                }
            } else if simulation.mistake == .memoryNotWritten {
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
        try call(.abort, "sendOffsets") { () throws(ClientError) in
            if session.isFenced {
                throw ClientError(.leave, name: "FENCED_INSTANCE_ID", message: session.instance)
            }
            guard broker.group.members[session.instance] === session,
                session.generation == broker.group.generation
            else { throw ClientError(.rejoin, name: "ILLEGAL_GENERATION", message: session.instance) }
            if simulation.mistake == .offsetsOutsideTheTransaction {
                broker.commit(offsets, sequence: broker.nextSequence())
            } else {
                let transaction = try current()
                transaction.offsets = offsets
                transaction.offsetsSequence = broker.nextSequence()
            }
        }
    }

    mutating func commit() throws(ClientError) {
        defer { session.pendingEnds.removeAll() }
        do throws(ClientError) {
            // An answer that was lost leaves open whether it took place: the producer is of no further use.
            try call(.replaceProducer, "commit") { () throws(ClientError) in try end(isCommitted: true) }
        } catch {
            if error.consequence == .replaceProducer { session.needsNewProducer = true }
            throw error
        }
        session.changelogEnds.merge(session.pendingEnds) { $1 }
    }

    mutating func abort() throws(ClientError) {
        session.pendingEnds.removeAll()
        if simulation.mistake == .abortForgotten {
            if session.transaction != nil { try? end(isCommitted: true) }
            return
        }
        guard session.transaction != nil else { return }
        do throws(ClientError) {
            try call(.replaceProducer, "abort") { () throws(ClientError) in try end(isCommitted: false) }
        } catch {
            session.transaction = nil
            session.needsNewProducer = true
            throw error
        }
    }

    private func end(isCommitted: Bool) throws(ClientError) {
        let transaction = try current()
        session.transaction = nil
        transaction.state = .decided(isCommitted: isCommitted)
        transaction.hasOffsetsFirst = simulation.isOne(in: 2)
        if !simulation.isOne(in: 4) { broker.complete(transaction) }
    }

    func changelogEnd(of partition: Int32) -> Int64? { session.changelogEnds[partition] }

    var needsNewProducer: Bool { session.needsNewProducer }

    mutating func replaceProducer() throws(ClientError) {
        try call(.retry, "replaceProducer") { () throws(ClientError) in
            session.transaction = nil
            takeOverProducers()
            session.needsNewProducer = false
        }
    }
}
