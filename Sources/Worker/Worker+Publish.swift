// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import StateStore
internal import Telemetry

/// One batch, from its records to the store: the steps are in `publish`, so that nothing can reorder them.
extension Worker where Client: ~Copyable, Store: ~Copyable {
    /// Makes one attempt at the batch of `count` records that the client holds.
    mutating func publish(_ count: Int, attempt: Int) -> StepOutcome {
        Failpoint.afterFill.reach()
        trace?.begin()
        forgetBatch()
        do throws(BatchFailure) {
            try decide(count)
            try sendOffsetsAndCommit()
        } catch {
            noteFailedBatch()
            forgetBatch()
            return recover(from: error, count: count, attempt: attempt)
        }
        noteCommit(count)
        Failpoint.afterCommitBeforeApply.reach()
        for task in tasks {
            guard let task, task.recordsInBatch > 0 else { continue }
            do throws(StateError) {
                try apply(task)
            } catch {
                return recover(from: error, in: task.partition)
            }
        }
        return .progressed
    }

    /// Decides every record and produces what it publishes, then what the batch changed in memory.
    ///
    /// The first record of each partition goes before all others, and so does the first change: librdkafka
    /// asks the broker to add a partition to the transaction when it is first written to, a request for all
    /// that came within a millisecond, for which its main thread spins (librdkafka #4684). Partitions that
    /// turn up one by one cost that once each. The order within a partition stays.
    private mutating func decide(_ count: Int) throws(BatchFailure) {
        try begin()
        let leading = leadingRecords(of: count)
        for index in leading { try decide(record: index) }
        var passed = 0
        for index in 0..<count {
            if passed < leading.count, leading[passed] == index {
                passed += 1
            } else {
                try decide(record: index)
            }
        }
        for task in tasks {
            guard let task, task.recordsInBatch > 0 else { continue }
            try context.sweep(task, limit: task.recordsInBatch * settings.sweepPerRecord)
        }
        offsets.removeAll(keepingCapacity: true)
        for task in tasks {
            guard let task, task.recordsInBatch > 0 else { continue }
            offsets.append((task.partition, task.putProgress()))
        }
        for task in tasks { try produceChanges(of: task, from: 0, to: 1) }
        for task in tasks { try produceChanges(of: task, from: 1, to: .max) }
        Failpoint.afterProduce.reach()
    }

    /// The first record of each partition in the batch, in ascending order.
    private func leadingRecords(of count: Int) -> [Int] {
        var seen: [Int32] = []
        var leading: [Int] = []
        for index in 0..<count {
            let partition = client.position(of: index).partition
            // Records come in runs of one partition.
            if partition == seen.last || seen.contains(partition) { continue }
            seen.append(partition)
            leading.append(index)
        }
        return leading
    }

    private mutating func decide(record index: Int) throws(BatchFailure) {
        let position = client.position(of: index)
        guard let task = tasks[Int(position.partition)], let progress = task.progress else {
            throw .client(
                ClientError(.rejoin, name: "UNASSIGNED", message: "a record of a partition never assigned"))
        }
        let output = try process(index, at: position, task, of: progress.partitionCount)
        if output.decision.topic != nil { try produce(output, record: index) }
        context.remember(output, in: task)
        context.tally.count(output, at: client.time(of: index))
        if output.decision.isAlarming { telemetry.alarmed(output, at: position) }
    }

    private mutating func process(
        _ index: Int, at position: RecordPosition, _ task: PartitionTask<Store>, of partitionCount: Int32
    ) throws(BatchFailure) -> RecordOutput {
        let time = client.time(of: index)
        task.note(position.offset, time)
        context.receipt.removeAll()
        client.readReceipt(of: index, into: &context.receipt)
        trace?.add(context.receipt, from: position.partition)
        do throws(PaymentStateError) {
            return try context.processor.process(
                body: client.body(of: index), receipt: context.receipt, position: position,
                partitionCount: partitionCount, time: time
            ) { (key, state) throws(PaymentStateError) in try task.lookUp(key, into: &state) }
        } catch {
            if error == .unavailable, let failure = task.failure {
                task.failure = nil
                throw .state(failure, partition: task.partition)
            }
            throw .paymentState(error, partition: task.partition)
        }
    }

    private mutating func produce(_ output: RecordOutput, record index: Int) throws(BatchFailure) {
        do throws(ClientError) {
            try client.produce(output, of: context.processor, record: index)
        } catch {
            throw .client(error)
        }
    }

    /// Writes changes of the open transaction to the changelog.
    mutating func produceChanges(
        of task: PartitionTask<Store>?, from first: Int, to end: Int
    ) throws(BatchFailure) {
        guard let task, !task.changes.isEmpty else { return }
        do throws(ClientError) {
            try task.changes.forEach(from: first, to: end) { (key, value) throws(ClientError) in
                try client.produceState(partition: task.partition, key: key, value: value)
            }
        } catch {
            throw .client(error)
        }
    }

    private mutating func sendOffsetsAndCommit() throws(BatchFailure) {
        try attempt { (worker) throws(ClientError) in try worker.client.sendOffsets(worker.offsets) }
        Failpoint.afterOffsets.reach()
        Failpoint.duringCommit.reachDuringNextCall()
        try commit()
    }

    /// Opens a transaction.
    mutating func begin() throws(BatchFailure) {
        try attempt { (worker) throws(ClientError) in try worker.client.begin() }
        transactionBegan = .now
        lastTransactionBegan = clock()
    }

    /// Commits the open transaction. Every other end is thrown.
    mutating func commit() throws(BatchFailure) {
        let outcome = client.commit()
        endTransaction(WorkerMetrics.TransactionEnd(outcome))
        switch outcome {
        case .committed: return
        // Confirmed and nothing is open: the batch may be tried again.
        case .aborted(let error): throw .client(error)
        // It may have taken place. A restore from the committed offsets is right in both cases; another
        // attempt would publish everything twice.
        case .unknown(let cause):
            telemetry.commitOutcomeUnknown(cause)
            throw .client(ClientError(.replaceProducer, cause))
        case .fenced(let cause): throw .client(ClientError(.fencedProducer, cause))
        }
    }

    mutating func attempt(
        _ call: (inout Self) throws(ClientError) -> Void
    ) throws(BatchFailure) {
        do throws(ClientError) { try call(&self) } catch { throw .client(error) }
    }

    func apply(_ task: PartitionTask<Store>) throws(StateError) {
        if !task.changes.isEmpty {
            // Without a known end the position stays, which only means more to read after a restart.
            let position = client.changelogEnd(of: task.partition) ?? task.store.position ?? 0
            try task.store.apply(&task.changes, position: position)
        }
        task.keepBatch()
    }

    /// Counts how the open transaction ended; nothing where none is open.
    mutating func endTransaction(_ end: WorkerMetrics.TransactionEnd) {
        guard let began = transactionBegan.take() else { return }
        telemetry.transactionEnded(end, after: began.duration(to: .now))
    }

    private mutating func noteCommit(_ count: Int) {
        recoveries = 0
        endRefusals()
        endFailedAttempts()
        commits += 1
        if trace != nil {
            let counts = tasks.map { $0?.recordsInBatch ?? 0 }
            trace?.end(counts: counts)
        }
        let time = context.now()
        noteReadings(at: time, .now)
        telemetry.batchCommitted(context.tally, at: time)
    }

    private mutating func forgetBatch() {
        for task in tasks { task?.forgetBatch() }
        context.tally.removeAll()
    }

    mutating func recover(from failure: BatchFailure, count: Int, attempt: Int) -> StepOutcome {
        switch failure {
        case .client(let error): return recover(from: error, count: count, attempt: attempt)
        case .state(let error, let partition):
            if let outcome = abandon() { return outcome }
            return recover(from: error, in: partition)
        case .paymentState(let error, let partition):
            if let outcome = abandon() { return outcome }
            return recover(from: .damaged("a payment's state: \(error)"), in: partition)
        }
    }

    /// Aborts a transaction that is not to be tried again; returns an outcome only if this worker is over.
    private mutating func abandon() -> StepOutcome? {
        do throws(ClientError) {
            try abort()
        } catch {
            switch error.consequence {
            case .fencedMember: return .over(.fenced(error.description))
            case .rebuild: return .over(.broken(error.description))
            case .retry, .abort, .rejoin, .replaceProducer, .fencedProducer: break
            }
        }
        return nil
    }
}
