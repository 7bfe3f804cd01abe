// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import StateStore

/// What a worker does about errors: the one place where that is decided.
extension Worker where Client: ~Copyable, Store: ~Copyable {
    /// Drops whatever was under way and reads again from the committed offsets, with the payment states
    /// rolled forward to the changelog's end: right whether or not the last commit succeeded.
    mutating func startOver(after reason: String, isLasting: Bool = false) -> StepOutcome {
        if !isLasting { recoveries += 1 }
        guard recoveries <= settings.recoveryAttempts else {
            return .over(.broken("\(reason), \(recoveries) times in a row"))
        }
        client.closeChangelog()
        // The assignment, not the partitions that are open: an interrupted restore has not opened all.
        if assigned.isEmpty { showPhase() } else { enter(.restoring(Restore(assigned))) }
        return .pause(
            isLasting ? refusals.pause(from: settings.retryPause) : settings.pause(after: recoveries))
    }

    /// After an error outside a transaction.
    mutating func recover(from error: ClientError) -> StepOutcome {
        switch error.consequence {
        case .abort, .replaceProducer, .rebuild: noteRefusal(error.cause)
        // A consumer's error refuses nothing that is published.
        case .retry, .rejoin, .fencedProducer, .fencedMember: break
        }
        if error.cause.isTopicMissing { health.noteReading(failure: "cannot read: \(error.cause)") }
        switch error.consequence {
        case .retry, .abort:
            failedCalls += 1
            telemetry.callFailed(error)
            return .pause(settings.pause(after: failedCalls))
        case .rejoin, .replaceProducer: return drop(after: error)
        case .fencedProducer: return fenced(error)
        case .fencedMember: return .over(.fenced(error.description))
        case .rebuild: return .over(WorkerEnd(error.cause))
        }
    }

    /// After an error inside a transaction, which is aborted first.
    mutating func recover(from error: ClientError, count: Int, attempt: Int) -> StepOutcome {
        let failure = abort(after: error)
        noteRefusal(failure.cause)
        if failedAttempts.note(at: clock()) {
            health.noteBatches(failure: "batches fail, tried again until one is committed: \(failure.cause)")
        }
        switch failure.consequence {
        case .retry, .abort:
            guard attempt < settings.batchAttempts else { return drop(after: failure) }
            telemetry.batchAborted(failure, records: count, attempt: attempt)
            enter(.retrying(count: count, attempt: attempt))
            let isLasting = failure.cause.isLasting
            return .pause(
                isLasting ? refusals.pause(from: settings.retryPause) : settings.pause(after: attempt))
        case .rejoin, .replaceProducer: return drop(after: failure)
        case .fencedProducer: return fenced(failure)
        case .fencedMember: return .over(.fenced(failure.description))
        case .rebuild: return .over(WorkerEnd(failure.cause))
        }
    }

    /// Aborts, and returns the graver of two errors: after an abort that was not confirmed the producer must
    /// not be used again.
    private mutating func abort(after error: ClientError) -> ClientError {
        do throws(ClientError) {
            try abort()
            return error
        } catch {
            switch error.consequence {
            case .fencedMember, .rebuild, .fencedProducer: return error
            case .retry, .abort, .rejoin, .replaceProducer:
                return ClientError(.replaceProducer, error.cause)
            }
        }
    }

    /// Aborts the open transaction; does nothing where none is open.
    mutating func abort() throws(ClientError) {
        do throws(ClientError) {
            try client.abort()
            endTransaction(.aborted)
        } catch {
            endTransaction(error.consequence == .fencedProducer ? .fenced : .unknown)
            throw error
        }
    }

    private mutating func drop(after error: ClientError) -> StepOutcome {
        telemetry.batchDropped(error)
        return startOver(after: error.description, isLasting: error.cause.isLasting)
    }

    /// Not ready, until a commit succeeds: also while the batch is tried again, dropped and restored.
    private mutating func noteRefusal(_ cause: ClientError.Cause) {
        guard cause.isLasting else { return }
        // A time-out names no topic, nor does a coordinator that does not know one.
        let cause = cause.topic == nil ? client.refusingTopic() ?? cause : cause
        let isLogged = refusals.note(cause, at: clock())
        telemetry.refused(cause, isLogged: isLogged)
        health.noteRefusal("cannot publish: \(cause)")
    }

    /// What was refused is accepted, or there is nothing to publish any more.
    mutating func endRefusals() {
        guard refusals.count > 0 else { return }
        refusals = Refusals()
        health.noteRefusal(nil)
        telemetry.refusalsEnded()
    }

    /// A worker that has had nothing to publish for a while does not know of any refusal or failure.
    mutating func endOldRefusals() {
        if refusals.hasExpired(at: clock()) { endRefusals() }
        if failedAttempts.hasExpired(at: clock()) { endFailedAttempts() }
    }

    /// A commit succeeded, or the batch that failed is another worker's now.
    mutating func endFailedAttempts() {
        failedAttempts = FailedAttempts()
        health.noteBatches(failure: nil)
    }

    /// A worker to which the group gives nothing would not notice that the callbacks topic was deleted.
    mutating func lookForCallbacks() {
        lastIdleCommit = .now
        do throws(ClientError) {
            _ = try client.bounds(of: .callbacks, 0)
            health.noteReading(failure: nil)
        } catch {
            // Other errors say nothing about the topic.
            if error.cause.isTopicMissing { health.noteReading(failure: "cannot read: \(error.cause)") }
        }
    }

    /// The producer's id is another's now. The other may be gone already, or it was the coordinator, after a
    /// pause longer than the transaction timeout. If another live process has this slot it has fenced this
    /// member of the group too, which the next polls report. If they do not, and it happens again and again,
    /// the clients are built again.
    private mutating func fenced(_ error: ClientError) -> StepOutcome {
        guard !fencings.isLimitReached(at: clock()) else { return .over(.fenced(error.description)) }
        return drop(after: error)
    }

    /// A call for the last batch took longer than librdkafka waits for an answer, so a request of it may
    /// still arrive. It would act on a later transaction of that producer (KAFKA-17754), so there must not be
    /// one.
    mutating func replaceProducerBeforeNextBatch() -> StepOutcome {
        telemetry.producerTooSlow()
        return startOver(after: "a call for the last transaction took longer than socket.timeout.ms")
    }

    /// After a store failed; what was committed stays committed.
    mutating func recover(from error: StateError, in partition: Int32) -> StepOutcome {
        telemetry.stateFailed(error, partition: partition)
        guard case .damaged = error, let task = tasks[Int(partition)] else {
            return .over(WorkerEnd(error))
        }
        do throws(StateError) {
            try task.store.wipe()
        } catch {
            return .over(WorkerEnd(error))
        }
        return startOver(after: error.description)
    }
}

extension WorkerEnd {
    /// After an error of the whole client.
    init(_ cause: ClientError.Cause) {
        self = cause.isLasting ? .blocked(cause.description) : .broken(cause.description)
    }

    init(_ error: StateError) {
        switch error {
        case .full, .unusable: self = .stateless(error.description)
        case .inUse, .damaged, .refused: self = .broken(error.description)
        }
    }
}
