extension PaymentMemory {
    /// Decides what a callback is in the light of this memory, and remembers it where it counts.
    ///
    /// - Parameter time: the record's Kafka timestamp. Where a record is older than the memory's last change (a copy
    ///   from elsewhere, clocks of two ingresses), ages count from that change: a memory's time never runs back.
    public mutating func decide(
        _ callback: borrowing Callback, fingerprint: Fingerprint, at time: Timestamp, settings: MemorySettings
    ) -> Outcome {
        let now = max(time, changedAt)
        _ = expire(at: now, settings: settings)
        switch callback.shape {
        case .token, .recurring, .redirect, .errors:
            return decideUndated(fingerprint, now: now, settings: settings)
        case .operation, .transaction:
            let claim = claim(of: callback, fingerprint: fingerprint)
            if claim.date > time.advanced(by: settings.futureToleranceMilliseconds) {
                return Outcome(.future)
            }
            var outcome =
                if let index = operations.firstIndex(where: { $0.id == claim.operationID }) {
                    decide(claim, of: index, now: now, settings: settings)
                } else {
                    decideFirst(claim, now: now, settings: settings)
                }
            outcome.hasUnknownStatus = outcome.decision.topic == .status && claim.hasUnknownStatus
            return outcome
        }
    }

    /// What has no date has no order either: it is told when it is not remembered.
    private mutating func decideUndated(
        _ fingerprint: Fingerprint, now: Timestamp, settings: MemorySettings
    ) -> Outcome {
        if undated.contains(where: { $0.fingerprint == fingerprint }) { return Outcome(.repeat) }
        while undated.count >= settings.undatedPerPayment { undated.removeFirst() }
        undated.append(Known(fingerprint: fingerprint, date: now))
        revision += 1
        changedAt = now
        return Outcome(.advance, hasChanged: true)
    }

    /// A callback of an operation that is not known.
    private mutating func decideFirst(_ claim: Claim, now: Timestamp, settings: MemorySettings) -> Outcome {
        if claim.date < now.advanced(by: -settings.staleAgeMilliseconds) { return Outcome(.stale) }
        if let mark, claim.date <= mark { return Outcome(.stale) }
        let end = Int32(known.count)
        operations.append(
            Operation(
                id: claim.operationID, newest: claim.date, changedAt: now, status: claim.status,
                paymentStatus: claim.paymentStatus, isFinal: claim.isFinal, sums: claim.sums,
                date: claim.date,
                requestHash: claim.requestHash, known: end..<end))
        tell(claim, asOf: claim.date, of: operations.count - 1, now: now, settings: settings)
        forgetOldest(settings: settings)
        return Outcome(.advance, hasChanged: true)
    }

    /// A callback of a known operation: the rows of the table from `conflict` on, the first that fits.
    private mutating func decide(
        _ claim: Claim, of index: Int, now: Timestamp, settings: MemorySettings
    ) -> Outcome {
        let operation = operations[index]
        let place = known(of: operation).firstIndex { $0.fingerprint == claim.fingerprint }
        let isLatest = place == Int(operation.known.upperBound) - 1
        let isSameMoment =
            place.map { known[$0].date.isWithin(settings.sameMomentMilliseconds, of: claim.date) } ?? false
        let hasSameStatuses =
            areEqual(claim.status, operation.status) && areEqual(claim.paymentStatus, operation.paymentStatus)
        let hasOtherMoney = contradict(claim.sums, operation.sums)
        let isBothFinal = claim.isFinal && operation.isFinal

        if claim.isFinal, isSameMoment, !isLatest, claim.date >= operation.newest {
            return Outcome(.conflict)
        }
        if claim.date == operation.newest {
            if isBothFinal, !areEqual(claim.status, operation.status) { return Outcome(.conflict) }
            if claim.requestHash == operation.requestHash, hasSameStatuses, hasOtherMoney {
                return Outcome(.conflict)
            }
        }
        let isSameFinal = isBothFinal && hasSameStatuses && isTold(claim.sums, by: operation.sums)
        if isLatest || isSameMoment || isSameFinal {
            return Outcome(.repeat, hasChanged: keepDate(of: claim, at: place, of: index, now: now))
        }
        if isLate(claim, of: operation, settings: settings) { return Outcome(.late) }

        let isCorrection =
            claim.date > operation.newest && operation.isFinal
            && (!claim.isFinal || !areEqual(claim.status, operation.status) || hasOtherMoney)
        let previous = Outcome.Previous(
            status: operation.status, paymentStatus: operation.paymentStatus,
            sums: operation.sums, date: operation.date)
        let asOf = max(claim.date, operation.newest)
        tell(claim, asOf: asOf, of: index, now: now, settings: settings)
        return Outcome(isCorrection ? .correction : .advance, hasChanged: true, previous: previous)
    }

    /// Whether something newer was told of the operation.
    ///
    /// Dates have a resolution of one second, and that of a re-sent copy may have moved by one: within a moment they
    /// order no final and no intermediate, or a `processing` that was sent again would bury the `success` of its own
    /// second. What the table lets follow orders them: an intermediate that may follow the final came behind it, any
    /// other came before.
    private func isLate(_ claim: Claim, of operation: Operation, settings: MemorySettings) -> Bool {
        let isWithinMoment = claim.date.isWithin(settings.sameMomentMilliseconds, of: operation.newest)
        if claim.isIntermediate, operation.isFinal, isWithinMoment {
            return claim.date <= operation.newest || !operation.status.status.mayPrecede(claim.status.status)
        }
        if claim.date >= operation.newest { return false }
        let isOvertaken =
            claim.isFinal && !operation.isFinal && operation.status.status.statusClass == .intermediate
            && isWithinMoment && !claim.status.status.mayPrecede(operation.status.status)
        return !isOvertaken
    }

    /// Keeps a repeat's date where it is newer than what is known; whether it is.
    private mutating func keepDate(of claim: Claim, at place: Int?, of index: Int, now: Timestamp) -> Bool {
        let newest = operations[index].newest
        guard claim.date > place.map({ known[$0].date }) ?? newest else { return false }
        if let place { known[place].date = claim.date }
        operations[index].newest = max(newest, claim.date)
        operations[index].changedAt = now
        changedAt = now
        return true
    }

    /// Remembers a callback as the latest of its operation, and what it tells of the payment, as of a date that is
    /// never before what was told already.
    private mutating func tell(
        _ claim: Claim, asOf date: Timestamp, of index: Int, now: Timestamp, settings: MemorySettings
    ) {
        operations[index].newest = date
        operations[index].changedAt = now
        operations[index].status = claim.status
        operations[index].paymentStatus = claim.paymentStatus
        operations[index].isFinal = claim.isFinal
        operations[index].sums = claim.sums
        operations[index].date = claim.date
        operations[index].requestHash = claim.requestHash
        insert(Known(fingerprint: claim.fingerprint, date: claim.date), to: index, settings: settings)
        revision += 1
        changedAt = now
        learn(claim, Rank(date: date, isFinal: claim.isFinal, operationID: claim.operationID))
    }

    /// The newest truth: each field from whichever callback told it last by date.
    private mutating func learn(_ claim: Claim, _ rank: Rank) {
        guard var truth else {
            self.truth = Truth(
                rank: rank, status: claim.paymentStatus, statusRank: rank, type: claim.paymentType,
                method: claim.paymentMethod, sum: claim.sums.payment, sumRank: rank)
            return
        }
        let isNewer = rank >= truth.rank
        if isNewer { truth.rank = rank }
        if isNewer || truth.type.isEmpty, !claim.paymentType.isEmpty { truth.type = claim.paymentType }
        if isNewer || truth.method.isEmpty, !claim.paymentMethod.isEmpty {
            truth.method = claim.paymentMethod
        }
        if !claim.paymentStatus.isAbsent, truth.status.isAbsent || rank >= truth.statusRank {
            truth.status = claim.paymentStatus
            truth.statusRank = rank
        }
        if let sum = claim.sums.payment, truth.sum == nil || rank >= truth.sumRank {
            truth.sum = sum
            truth.sumRank = rank
        }
        // Nothing told yet is as new as everything: one byte less to keep, and the same answer.
        if truth.status.isAbsent { truth.statusRank = truth.rank }
        if truth.sum == nil { truth.sumRank = truth.rank }
        self.truth = truth
    }

    /// Moves an operation's known callbacks to the end of the array with the latest behind them; the one of the
    /// oldest date makes room where there are too many.
    private mutating func insert(_ latest: Known, to index: Int, settings: MemorySettings) {
        let start = known.count
        for place in operations[index].known where known[Int(place)].fingerprint != latest.fingerprint {
            known.append(known[Int(place)])
        }
        while known.count - start >= settings.fingerprintsPerOperation {
            let oldest = (start..<known.count).min { known[$0].date < known[$1].date } ?? start
            known.remove(at: oldest)
        }
        known.append(latest)
        operations[index].known = Int32(start)..<Int32(known.count)
    }

    /// Operations beyond the limit go, the oldest first, and raise the mark: whatever comes of them up to then is
    /// stale, so that none is told twice.
    private mutating func forgetOldest(settings: MemorySettings) {
        while operations.count > settings.operationsPerPayment {
            let oldest = operations.indices.min { operations[$0].newest < operations[$1].newest } ?? 0
            forget(at: oldest, settings: settings)
        }
    }

    mutating func forget(at index: Int, settings: MemorySettings) {
        let forgotten = operations.remove(at: index)
        let end = forgotten.newest.advanced(by: settings.sameMomentMilliseconds)
        mark = mark.map { max($0, end) } ?? end
    }
}
