// SPDX-License-Identifier: Apache-2.0
extension PaymentState {
    /// Decides what a callback means given this state, and remembers it if it counts.
    ///
    /// - Parameter time: the record's Kafka timestamp. Where a record is older than the state's last change
    ///   (a copy from elsewhere, clocks of two ingresses), ages count from that change: a state's time never
    ///   goes back.
    /// - Parameters:
    ///   - release: what a person has accepted of this callback.
    ///   - repeatedAt: when a command wrote the callback to the topic again, long after its time. What had
    ///     expired by then counts as expired, because the sweep may have removed it; and the callback is not
    ///     too old because of what came after it.
    public mutating func decide(
        _ callback: borrowing Callback, fingerprint: Fingerprint, at time: Timestamp,
        settings: DeduplicationSettings, release: Release? = nil, repeatedAt: Timestamp? = nil
    ) -> Outcome {
        let accepted = release?.rows ?? []
        let now = max(time, changedAt, repeatedAt ?? time)
        let age = repeatedAt == nil ? now : time
        _ = expire(at: now, settings: settings)
        switch callback.shape {
        case .token, .recurring, .redirect, .errors:
            return decideUndated(fingerprint, now: now, settings: settings, accepting: accepted)
        case .operation, .transaction:
            let dated = dated(callback, fingerprint: fingerprint)
            var outcome = decide(
                dated, at: time, age: age, now: now, settings: settings, accepting: accepted)
            outcome.hasUnknownStatus = outcome.decision.topic == .status && dated.hasUnknownStatus
            return outcome
        }
    }

    private mutating func decideUndated(
        _ fingerprint: Fingerprint, now: Timestamp, settings: DeduplicationSettings,
        accepting accepted: AcceptedRows
    ) -> Outcome {
        let isFull = undated.count >= settings.undatedPerPayment
        let row = DecisionTable.row(
            for: .undated(isSeen: undated.contains { $0.fingerprint == fingerprint }, isFull: isFull),
            accepting: accepted)
        guard row == .advance else { return Outcome(row) }
        // A released one beyond the limit is not remembered: its redelivery is held for review again.
        if !isFull { undated.append(SeenCallback(fingerprint: fingerprint, date: now)) }
        revision += 1
        changedAt = now
        return Outcome(row, hasChanged: true)
    }

    private mutating func decide(
        _ callback: DatedCallback, at time: Timestamp, age: Timestamp, now: Timestamp,
        settings: DeduplicationSettings, accepting accepted: AcceptedRows
    ) -> Outcome {
        let date = callback.date
        let isTooFarAhead = date > time.advanced(by: settings.futureToleranceMilliseconds)
        let id = callback.operationID
        guard let index = operations.firstIndex(where: { $0.id == id }) else {
            let row = DecisionTable.row(
                for: .dated(
                    isTooFarAhead: isTooFarAhead,
                    .firstOfOperation(
                        isTooOld: date < age.advanced(by: -settings.maxAgeMilliseconds),
                        isForgotten: forgottenThrough.map { date <= $0 } ?? false)),
                accepting: accepted)
            guard row == .advance else { return Outcome(row) }
            let end = Int32(seen.count)
            operations.append(Operation(id: id, newest: date, changedAt: now, seen: end..<end))
            return publish(row, callback, at: operations.count - 1, now: now, settings: settings)
        }
        let seenAt = seenDate(of: callback, at: index)
        let renewed = renewed(at: index, by: callback, seenAt: seenAt, settings)
        let isReopening = accepted.contains(.conflict) && isReopening(callback, at: index)
        let facts = facts(
            of: callback, at: index, seenAt: seenAt, renewed: renewed, isReopening: isReopening, settings)
        let row = DecisionTable.row(
            for: .dated(isTooFarAhead: isTooFarAhead, .ofOperation(facts)), accepting: accepted)
        switch row {
        case .future, .limit: return Outcome(row)
        case .conflict: return Outcome(row, hasChanged: note(callback, at: index, now: now))
        case .late:
            let isNews = callback.isClosing && !operations[index].isClosed
            if isNews { operations[index].isClosed = true }
            return Outcome(row, hasChanged: note(callback, at: index, now: now, hasChanged: isNews))
        case .duplicate:
            let hasNewerDate = keepDate(of: callback, at: index, renewed)
            return Outcome(row, hasChanged: note(callback, at: index, now: now, hasChanged: hasNewerDate))
        case .renewal, .correction, .advance:
            return publish(
                row, callback, at: index, renewed, isReopening: isReopening, now: now, settings: settings)
        case .stale, .undatedLimit:
            preconditionFailure("a callback of a known operation got a row of callbacks without one")
        }
    }

    /// Whether a callback contradicts the closing status of its operation. Once a person has accepted it, the
    /// operation is open again: the later date then decides which status is the latest.
    private func isReopening(_ callback: DatedCallback, at index: Int) -> Bool {
        let operation = operations[index]
        return callback.slot == .other && operation.isClosed
            && DecisionTable.isLongAfter(callback.date, operation[.final]?.date)
    }

    /// Notes the newest date of an operation's callbacks, so that the mark that it leaves covers all of them.
    /// Whether anything changed.
    private mutating func note(
        _ callback: DatedCallback, at index: Int, now: Timestamp, hasChanged: Bool = false
    ) -> Bool {
        let isNewer = callback.date > operations[index].newest
        guard hasChanged || isNewer else { return false }
        operations[index].newest = max(operations[index].newest, callback.date)
        operations[index].changedAt = now
        changedAt = now
        return true
    }

    /// Keeps a duplicate's date where it is newer. Whether it is.
    private mutating func keepDate(
        of callback: DatedCallback, at index: Int, _ renewed: Operation?
    ) -> Bool {
        var hasNewerDate = false
        let fingerprint = callback.published.fingerprint
        for place in operations[index].seen
        where seen[Int(place)].fingerprint == fingerprint && callback.date > seen[Int(place)].date {
            seen[Int(place)].date = callback.date
            hasNewerDate = true
        }
        guard let renewed else { return hasNewerDate }
        operations[index].published = renewed.published
        return true
    }

    /// Remembers a callback that is published. `as_of` never goes back, also where an operation's latest
    /// status does.
    private mutating func publish(
        _ row: DecisionTable.Row, _ callback: DatedCallback, at index: Int,
        _ renewed: Operation? = nil, isReopening: Bool = false, now: Timestamp,
        settings: DeduplicationSettings
    ) -> Outcome {
        let before = operations[index].latest
        var outcome = Outcome(row, hasChanged: true, previous: before)
        if row == .renewal {
            _ = keepDate(of: callback, at: index, renewed)
        } else {
            if isReopening { operations[index].isClosed = false }
            outcome.isSuperseded = !accept(callback, at: index, after: before, settings: settings)
        }
        _ = note(callback, at: index, now: now, hasChanged: true)
        insert(callback, to: index, settings: settings)
        revision += 1
        if let date = latest?.date { asOf = max(asOf ?? date, date) }
        while operations.count > settings.operationsPerPayment {
            let oldest = operations.indices.min { operations[$0].newest < operations[$1].newest } ?? 0
            forget(at: oldest, settings: settings)
        }
        return outcome
    }

    /// Takes a callback into its operation. A published callback that gives way and is not among the
    /// remembered ones raises the operation's mark. Whether the callback is the operation's latest.
    private mutating func accept(
        _ callback: DatedCallback, at index: Int, after before: PublishedCallback?,
        settings: DeduplicationSettings
    ) -> Bool {
        var accepted = callback
        if let before { accepted.published.inherit(from: before) }
        if let replaced = operations[index][callback.slot],
            !seen(of: operations[index]).contains(where: { $0.fingerprint == replaced.fingerprint })
        {
            forget(callbacksThrough: replaced.date, of: index, settings: settings)
        }
        return operations[index].accept(accepted)
    }

    private mutating func forget(
        callbacksThrough date: Timestamp, of index: Int, settings: DeduplicationSettings
    ) {
        let end = date.advanced(by: settings.dateToleranceMilliseconds)
        operations[index].forgottenThrough = max(operations[index].forgottenThrough ?? end, end)
    }

    /// Moves an operation's remembered callbacks to the end of the array, the published one behind them. The
    /// one of the oldest date makes room where there are too many, and leaves a mark.
    private mutating func insert(
        _ callback: DatedCallback, to index: Int, settings: DeduplicationSettings
    ) {
        let start = seen.count
        let fingerprint = callback.published.fingerprint
        for place in operations[index].seen where seen[Int(place)].fingerprint != fingerprint {
            seen.append(seen[Int(place)])
        }
        while seen.count - start >= settings.fingerprintsPerOperation {
            let oldest = (start..<seen.count).min { seen[$0].date < seen[$1].date } ?? start
            forget(callbacksThrough: seen[oldest].date, of: index, settings: settings)
            seen.remove(at: oldest)
        }
        seen.append(SeenCallback(fingerprint: fingerprint, date: callback.date))
        operations[index].seen = Int32(start)..<Int32(seen.count)
    }
}
