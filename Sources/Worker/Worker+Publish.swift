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
        for case let task? in tasks where task.recordsInBatch > 0 {
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
    /// Before all else comes the progress of each partition, and of each partition the records up to the
    /// first that publishes something. librdkafka asks the broker to add a partition to the transaction when
    /// it is first written to, in a request for all that came within a millisecond, for which its main thread
    /// spins (librdkafka #4684); what turns up later costs another one, which the commit waits for. The order
    /// within a partition stays.
    private mutating func decide(_ count: Int) throws(BatchFailure) {
        try begin()
        for index in 0..<count {
            try task(of: index).note(client.position(of: index), client.time(of: index))
        }
        offsets.removeAll(keepingCapacity: true)
        for case let task? in tasks where task.recordsInBatch > 0 {
            offsets.append((task.partition, task.putProgress()))
            try produceChanges(of: task, progress: true)
        }
        var silent = offsets.count
        for index in 0..<count where silent > 0 {
            let task = try task(of: index)
            guard task.firstPublished == nil, try decide(record: index, of: task) else { continue }
            task.firstPublished = index
            silent -= 1
        }
        for index in 0..<count {
            let task = try task(of: index)
            if let first = task.firstPublished, index > first { _ = try decide(record: index, of: task) }
        }
        for task in tasks {
            guard let task, task.recordsInBatch > 0 else { continue }
            try context.sweep(task, limit: task.recordsInBatch * settings.sweepPerRecord)
            try produceChanges(of: task, progress: false)
        }
        Failpoint.afterProduce.reach()
    }

    private func task(of index: Int) throws(BatchFailure) -> PartitionTask<Store> {
        guard let task = tasks[Int(client.position(of: index).partition)], task.progress != nil else {
            throw .client(
                ClientError(.rejoin, name: "UNASSIGNED", message: "a record of a partition never assigned"))
        }
        return task
    }

    /// Returns whether the record publishes something.
    private mutating func decide(
        record index: Int, of task: PartitionTask<Store>
    ) throws(BatchFailure) -> Bool {
        let position = client.position(of: index)
        let output = try process(index, at: position, task)
        let isPublished = output.decision.topic != nil
        if isPublished { try produce(output, record: index) }
        context.remember(output, in: task)
        context.tally.count(output, at: client.time(of: index))
        if output.decision.isAlarming { telemetry.alarmed(output, at: position) }
        return isPublished
    }

    private mutating func process(
        _ index: Int, at position: RecordPosition, _ task: PartitionTask<Store>
    ) throws(BatchFailure) -> RecordOutput {
        context.receipt.removeAll()
        client.readReceipt(of: index, into: &context.receipt)
        trace?.add(context.receipt, from: position.partition)
        do throws(PaymentStateError) {
            return try context.processor.process(
                body: client.body(of: index), receipt: context.receipt, position: position,
                partitionCount: task.partitionCount, time: client.time(of: index)
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

    /// Writes the progress in the open transaction to the changelog, or the payment states that it changed.
    mutating func produceChanges(
        of task: PartitionTask<Store>, progress isProgress: Bool
    ) throws(BatchFailure) {
        do throws(ClientError) {
            try task.changes.forEach { (key, value) throws(ClientError) in
                guard PartitionProgress.isKey(key.bytes) == isProgress else { return }
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
        switch client.commit() {
        case .committed: endTransaction(.committed)
        // Confirmed and nothing is open: the batch may be tried again.
        case .aborted(let error):
            endTransaction(.aborted)
            throw .client(error)
        // It may have taken place. A restore from the committed offsets is right in both cases; another
        // attempt would publish everything twice.
        case .unknown(let cause):
            endTransaction(.unknown)
            telemetry.commitOutcomeUnknown(cause)
            throw .client(ClientError(.replaceProducer, cause))
        case .fenced(let cause):
            endTransaction(.fenced)
            throw .client(ClientError(.fencedProducer, cause))
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
            return abandon() ?? recover(from: error, in: partition)
        case .paymentState(let error, let partition):
            return abandon() ?? recover(from: .damaged("a payment's state: \(error)"), in: partition)
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
