import Payments
import State

/// Payments that may have a history before the range.
///
/// What can be known of them: an event of revision 1 has no history before it. Any other tells the payment's truth and
/// its revision, and the payment is judged on from there. Of its operations the older history stays unknown, so a
/// callback that tells nothing may have been told before the range; whether an event is missing is then shown by the
/// revision of the payment's next event, or by the one in the changelog. An operation's detail is kept no longer than
/// `deduplication.window`: of a payment that is met later than that for the first time, all operations are known.
extension PartitionProof where Memory: ~Copyable {
    /// A callback of a payment of which no event was met yet. The judgement was made without any memory.
    func settleUnknown(_ callback: LoggedRecord, _ judgement: Judgement, _ file: File) throws(LogError) {
        guard judgement.decision == .advance || judgement.decision == .stale else {
            return try settle(callback, judgement, nil)
        }
        if let record = try take(.status, from: callback, judgement.decision) {
            guard let event = record.valueBytes.flatMap({ events.read($0) }), event.revision >= 1 else {
                return misfit(callback, judgement, record, on: .status)
            }
            if event.revision > 1 { return try resume(callback, judgement, file, record, event) }
            return try begin(callback, judgement, file, record)
        }
        if let record = try take(.review, from: callback, judgement.decision) {
            return try settleReview(callback, judgement, file, record)
        }
        try doubt(callback, judgement, file)
    }

    /// A callback of a payment that was taken up at an event.
    func settleResumed(_ callback: LoggedRecord, _ judgement: Judgement, _ file: File) throws(LogError) {
        if let record = try take(.status, from: callback, judgement.decision) {
            return try settleNextEvent(callback, judgement, file, record)
        }
        if let record = try take(.review, from: callback, judgement.decision) {
            return try settleReview(callback, judgement, file, record)
        }
        // A conflict with what is known may be late or a duplicate beside what is not.
        if judgement.decision == .conflict, file.trail.isIncomplete {
            account.undetermined += 1
            return tell(callback, judgement, .undetermined, nil)
        }
        guard let topic = judgement.decision.topic, topic == .status || judgement.decision == .stale else {
            return try settle(callback, judgement, file)
        }
        try doubt(callback, judgement, file)
    }

    // MARK: events

    /// The payment's first event of all: its whole history lies in the range.
    private func begin(
        _ callback: LoggedRecord, _ judgement: Judgement, _ file: File, _ record: LoggedRecord
    ) throws(LogError) {
        guard judgement.decision.topic == .status else {
            return misfit(callback, judgement, record, on: .status)
        }
        var file = file
        file.trail.kind = .whole
        // Nothing was known before it, so all that came before it should have been told.
        settleDoubts(of: &file, areMissing: true)
        try accept(callback, judgement, file, record)
    }

    private func settleNextEvent(
        _ callback: LoggedRecord, _ judgement: Judgement, _ file: File, _ record: LoggedRecord
    ) throws(LogError) {
        var file = file
        if judgement.isEqual(record, for: callback) {
            settleDoubts(of: &file, areMissing: false)
            return try accept(callback, judgement, file, record)
        }
        let known = try revision(of: file.trail.memory)
        // Beside the operation's older history a callback may be news that is late or a duplicate without it: the
        // operation's latest status may be another one.
        guard judgement.decision.topic != nil || file.trail.isIncomplete,
            let event = record.valueBytes.flatMap({ events.read($0) }), event.revision > known
        else { return misfit(callback, judgement, record, on: .status) }
        let gap = event.revision - known - 1
        if gap > 0 {
            settleGap(gap, of: &file, before: callback)
        } else {
            settleDoubts(of: &file, areMissing: false)
        }
        try resume(callback, judgement, file, record, event)
    }

    /// Takes up a payment at an event: from its revision, and the truth that it tells.
    private func resume(
        _ callback: LoggedRecord, _ judgement: Judgement, _ file: File, _ record: LoggedRecord,
        _ event: PublishedEvent
    ) throws(LogError) {
        var file = file
        file.trail.kind = .resumed
        file.trail.forgetDoubts()
        var last = judgement
        for outranking in [false, true] {
            let memory = try supposed(
                event, event.revision - 1, callback, beside: file.trail.memory, outranking: outranking)
            let again = try ask(callback, judgement.trust, supposing: memory)
            guard again.decision.topic == .status else { continue }
            if again.isEqual(record, for: callback) { return try accept(callback, again, file, record) }
            if tellsAlike(record, event, again, callback) {
                return try accept(callback, again, file, record, asTold: Self.decision(of: record))
            }
            last = again
        }
        if file.trail.isIncomplete, try isEventOfUnknownHistory(callback, judgement, record, event) {
            account.takenAsTold += 1
            file.trail.memory = try supposed(
                event, event.revision, callback, beside: file.trail.memory, outranking: false)
            let decision = Self.decision(of: record)
            account[decision] += 1
            try keep(file)
            return tell(callback, last, .asTold, record, decision: decision, reason: "\(decision.name)")
        }
        // An old operation may be known to the worker and go on; to us it is stale, and leaves no memory.
        if last.decision == .stale { account.takenAsTold += 1 } else { compare(record, last, callback) }
        file.trail.memory = try supposed(
            event, event.revision, callback, beside: file.trail.memory, outranking: false)
        file.trail.isIncomplete = true
        let decision = last.decision == .stale ? Self.decision(of: record) : last.decision
        account[decision] += 1
        try keep(file)
        tell(callback, last, .asTold, record, decision: decision, reason: "\(decision.name)")
    }

    /// Whether a record is the event of a callback in all that its operations' older history does not decide.
    private func isEventOfUnknownHistory(
        _ callback: LoggedRecord, _ judgement: Judgement, _ record: LoggedRecord, _ event: PublishedEvent
    ) throws(LogError) -> Bool {
        for outranking in [false, true] {
            let state = try supposed(event, event.revision - 1, callback, beside: [], outranking: outranking)
            let alone = try ask(callback, judgement.trust, supposing: state)
            if alone.decision.topic == .status, tellsAlike(record, event, alone, callback) { return true }
        }
        return false
    }

    private func accept(
        _ callback: LoggedRecord, _ judgement: Judgement, _ file: File, _ record: LoggedRecord,
        asTold decision: Decision? = nil
    ) throws(LogError) {
        var file = file
        account[decision ?? judgement.decision] += 1
        if decision == nil { compare(record, judgement, callback) } else { account.takenAsTold += 1 }
        if let memory = judgement.memory { file.trail.memory = Array(memory) }
        try keep(file)
        tell(
            callback, judgement, decision == nil ? .derived : .asTold, record, decision: decision,
            reason: decision.map { "\($0.name)" })
    }

    /// Whether a record is the event of the callback in all that does not hang on the operation's older history: a
    /// correction differs from an advance in its type and in what was told before.
    private func tellsAlike(
        _ record: LoggedRecord, _ event: PublishedEvent, _ judgement: Judgement, _ callback: LoggedRecord
    ) -> Bool {
        guard let value = judgement.value(for: callback), let due = events.read(value) else { return false }
        let differences = judgement.differences(record, for: callback)
        return due.callbackMembers == event.callbackMembers && due.paymentMember == event.paymentMember
            && due.revision == event.revision
            && differences.allSatisfy { $0 == .value || $0 == .header("ce_type") }
    }

    private static func decision(of record: LoggedRecord) -> Decision {
        let type = "\(EventType.statusCorrected.name)".utf8
        return record.header("ce_type")?.elementsEqual(type) ?? false ? .correction : .advance
    }

    /// The memory that an event tells of, with what else is known.
    private func supposed(
        _ event: PublishedEvent, _ revision: Int64, _ callback: LoggedRecord, beside known: [UInt8],
        outranking: Bool
    ) throws(LogError) -> [UInt8] {
        var memory = PaymentState()
        if !known.isEmpty {
            do throws(MemoryError) { try memory.decode(known.span.bytes) } catch { throw .memory(error) }
        }
        memory.resume(
            at: revision, reported: event.payment?.reported, changedAt: callback.time, outranking: outranking)
        var bytes: [UInt8] = []
        memory.encode(into: &bytes)
        return bytes
    }

    // MARK: review

    /// Stale and conflict hang on what was known: where they are not derived they are believed, if the record is right
    /// otherwise.
    private func settleReview(
        _ callback: LoggedRecord, _ judgement: Judgement, _ file: File, _ record: LoggedRecord
    ) throws(LogError) {
        if judgement.decision.topic == .review, judgement.isEqual(record, for: callback) {
            account[judgement.decision] += 1
            // A conflict may have a newer date than its operation, which is kept.
            if let memory = judgement.memory {
                var file = file
                file.trail.memory = Array(memory)
                try keep(file)
            }
            return tell(callback, judgement, .derived, record)
        }
        let told = OutputHeader.decision(of: record)
        guard let told, told == .stale || told == .conflict, record.valueBytes == callback.valueBytes,
            record.keyBytes == judgement.key
        else { return misfit(callback, judgement, record, on: .review) }
        account[told] += 1
        account.takenAsTold += 1
        tell(callback, judgement, .asTold, record, decision: told, reason: "\(told.name)")
    }

    /// A record that claims this callback and cannot come from it.
    private func misfit(
        _ callback: LoggedRecord, _ judgement: Judgement, _ record: LoggedRecord, on topic: Topic
    ) {
        account[judgement.decision] += 1
        if judgement.decision.topic == topic {
            compare(record, judgement, callback)
        } else {
            report(
                .unexpected(.notDue), callback: callback.offset, decision: judgement.decision, topic: topic,
                offset: record.offset, key: record.keyBytes.map { Array($0) })
            reportMissing(judgement, callback)
        }
        tell(callback, judgement, .derived, record)
    }

    // MARK: doubt

    /// A callback that should tell something, as far as is known, and of which nothing is there.
    private func doubt(_ callback: LoggedRecord, _ judgement: Judgement, _ file: File) throws(LogError) {
        if !file.trail.isIncomplete, isDated(judgement, callback) {
            account[judgement.decision] += 1
            reportMissing(judgement, callback)
            if file.trail.kind == .resumed, let memory = judgement.memory {
                var file = file
                file.trail.memory = Array(memory)
                try keep(file)
            }
            return tell(callback, judgement, .derived, nil)
        }
        var file = file
        account.undetermined += 1
        file.trail.add(Trail.Doubt(offset: callback.offset, time: callback.time.milliseconds))
        try keep(file)
        tell(callback, judgement, .undetermined, nil)
    }

    private func isDated(_ judgement: Judgement, _ callback: LoggedRecord) -> Bool {
        guard judgement.decision.topic == .status else { return true }
        return judgement.value(for: callback).flatMap { events.read($0) }?.hasOperation ?? false
    }

    /// So many events are gone. If that is all that is in doubt, it is known which.
    func settleGap(_ gap: Int64, of file: inout File, before callback: LoggedRecord?) {
        file.trail.isIncomplete = true
        if gap == Int64(file.trail.doubtCount), file.trail.doubts.count == Int(gap) {
            settleDoubts(of: &file, areMissing: true)
        } else {
            report(.revisionGap(missing: gap), callback: callback?.offset, topic: .status, key: file.key)
            file.trail.forgetDoubts()
        }
    }

    private func settleDoubts(of file: inout File, areMissing: Bool) {
        if areMissing {
            for doubt in file.trail.doubts {
                account.undetermined -= 1
                account[.advance] += 1
                reportMissing(
                    on: .status, .advance, doubt.offset, at: Timestamp(milliseconds: doubt.time),
                    key: file.key)
            }
        }
        file.trail.forgetDoubts()
    }

    func revision(of memory: [UInt8]) throws(LogError) -> Int64 {
        guard !memory.isEmpty else { return 0 }
        do { return try PaymentState(decoding: memory.span.bytes).revision } catch { throw .memory(error) }
    }
}

extension PublishedEvent.Payment {
    /// Nil for what has no date.
    fileprivate var reported: PaymentState.Reported? {
        asOf.map {
            PaymentState.Reported(
                type: type, method: method, status: status, amount: amount, currency: currency, asOf: $0)
        }
    }
}
