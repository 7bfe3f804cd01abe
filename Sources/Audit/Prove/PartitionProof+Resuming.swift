// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore

/// Payments that may have a history before the range.
///
/// What can be known of them: an event of revision 1 has no history before it. Any other reports the
/// payment's truth and its revision, and the payment is checked on from there. Of its operations the older
/// history stays unknown, so a callback that reports nothing may have been published before the range;
/// whether an event is missing is then shown by the revision of the payment's next event, or by the one in
/// the changelog. An operation's detail is kept no longer than `deduplication.window`: of a payment that is
/// met later than that for the first time, all operations are known.
extension PartitionProof where Store: ~Copyable {
    /// A callback of a payment of which no event was met yet. The context was made without any payment state.
    func settleUnknown(_ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File)
        throws(TopicReadError)
    {
        guard context.decision == .advance || context.decision == .stale else {
            return try settle(callback, context, nil)
        }
        if let record = try take(.status, from: callback, context.decision) {
            guard let event = record.valueBytes.flatMap({ events.read($0) }), event.revision >= 1 else {
                return try misfit(callback, context, record, on: .status)
            }
            if event.revision > 1 { return try resume(callback, context, file, record, event) }
            return try begin(callback, context, file, record)
        }
        if let record = try take(.review, from: callback, context.decision) {
            return try settleReview(callback, context, file, record)
        }
        try doubt(callback, context, file)
    }

    /// A callback of a payment that was taken up at an event.
    func settleResumed(_ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File)
        throws(TopicReadError)
    {
        if let record = try take(.status, from: callback, context.decision) {
            return try settleNextEvent(callback, context, file, record)
        }
        if let record = try take(.review, from: callback, context.decision) {
            return try settleReview(callback, context, file, record)
        }
        // A conflict with what is known may be late or a duplicate beside what is not.
        if context.decision == .conflict, file.auditRecord.isIncomplete {
            account.undetermined += 1
            return report(callback, context, .undetermined, nil)
        }
        guard let topic = context.decision.topic, topic == .status || context.decision == .stale else {
            return try settle(callback, context, file)
        }
        try doubt(callback, context, file)
    }

    // MARK: events

    /// The payment's first event of all: its whole history is in the range.
    private func begin(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File, _ record: LoggedRecord
    ) throws(TopicReadError) {
        guard context.decision.topic == .status else {
            return try misfit(callback, context, record, on: .status)
        }
        var file = file
        file.auditRecord.kind = .whole
        // Nothing was known before it, so all that came before it should have been reported.
        try settleDoubts(of: &file, areMissing: true)
        try accept(callback, context, file, record)
    }

    private func settleNextEvent(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File, _ record: LoggedRecord
    ) throws(TopicReadError) {
        var file = file
        if context.isEqual(record, for: callback) {
            try settleDoubts(of: &file, areMissing: false)
            if file.auditRecord.isAssumedNew {
                file.auditRecord.isAssumedNew = false
                try report(output: .confirmed(key: file.key))
            }
            return try accept(callback, context, file, record)
        }
        if file.auditRecord.isAssumedNew { return try endAssumption(callback, context, file, record) }
        let known = try revision(of: file.auditRecord.state)
        // Beside the operation's older history a callback may be news that is late or a duplicate without it:
        // the operation's latest status may be another one.
        guard context.decision.topic != nil || file.auditRecord.isIncomplete,
            let event = record.valueBytes.flatMap({ events.read($0) }), event.revision > known
        else { return try misfit(callback, context, record, on: .status) }
        let gap = event.revision - known - 1
        if gap > 0 {
            try settleGap(gap, of: &file, before: callback)
        } else {
            try settleDoubts(of: &file, areMissing: false)
        }
        try resume(callback, context, file, record, event)
    }

    /// An event shows that the payment has a history before the range after all.
    private func endAssumption(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File, _ record: LoggedRecord
    ) throws(TopicReadError) {
        var file = file
        file.auditRecord.isAssumedNew = false
        file.auditRecord.kind = .unknown
        file.auditRecord.state = []
        let again = try ask(callback, context.trust, supposing: [])
        guard let event = record.valueBytes.flatMap({ events.read($0) }), event.revision >= 1 else {
            return try misfit(callback, again, record, on: .status)
        }
        if event.revision > 1 { return try resume(callback, again, file, record, event) }
        try begin(callback, again, file, record)
    }

    /// Takes up a payment at an event: from its revision, and the truth that it reports.
    private func resume(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File, _ record: LoggedRecord,
        _ event: PublishedEvent
    ) throws(TopicReadError) {
        var file = file
        file.auditRecord.kind = .resumed
        file.auditRecord.forgetDoubts()
        var last = context
        for outranking in [false, true] {
            let state = try supposed(
                event, event.revision - 1, callback, beside: file.auditRecord.state, outranking: outranking)
            let again = try ask(callback, context.trust, supposing: state)
            guard again.decision.topic == .status else { continue }
            if again.isEqual(record, for: callback) { return try accept(callback, again, file, record) }
            if isSameAs(record, event, again, callback) {
                return try accept(callback, again, file, record, asWritten: Self.decision(of: record))
            }
            last = again
        }
        if file.auditRecord.isIncomplete, try isEventOfUnknownHistory(callback, context, record, event) {
            account.takenAsWritten += 1
            file.auditRecord.state = try supposed(
                event, event.revision, callback, beside: file.auditRecord.state, outranking: false)
            let decision = Self.decision(of: record)
            account[decision] += 1
            try keep(file)
            return report(callback, last, .asWritten, record, decision: decision, reason: "\(decision.name)")
        }
        // An old operation may be known to the worker and go on; to us it is stale, and leaves no payment
        // state.
        if last.decision == .stale {
            account.takenAsWritten += 1
        } else {
            try compare(record, last, callback)
        }
        file.auditRecord.state = try supposed(
            event, event.revision, callback, beside: file.auditRecord.state, outranking: false)
        file.auditRecord.isIncomplete = true
        let decision = last.decision == .stale ? Self.decision(of: record) : last.decision
        account[decision] += 1
        try keep(file)
        report(callback, last, .asWritten, record, decision: decision, reason: "\(decision.name)")
    }

    /// Whether a record is the event of a callback in all that its operations' older history does not decide.
    private func isEventOfUnknownHistory(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ record: LoggedRecord, _ event: PublishedEvent
    ) throws(TopicReadError) -> Bool {
        for outranking in [false, true] {
            let state = try supposed(event, event.revision - 1, callback, beside: [], outranking: outranking)
            let alone = try ask(callback, context.trust, supposing: state)
            if alone.decision.topic == .status, isSameAs(record, event, alone, callback) { return true }
        }
        return false
    }

    private func accept(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File, _ record: LoggedRecord,
        asWritten decision: Decision? = nil
    ) throws(TopicReadError) {
        var file = file
        account[decision ?? context.decision] += 1
        if decision == nil { try compare(record, context, callback) } else { account.takenAsWritten += 1 }
        if let state = context.state { file.auditRecord.state = Array(state) }
        try keep(file)
        report(
            callback, context, decision == nil ? .derived : .asWritten, record, decision: decision,
            reason: decision.map { "\($0.name)" })
    }

    /// Whether a record is the event of the callback in all that does not hang on the operation's older
    /// history: a correction differs from an advance in its type and in what was published before.
    private func isSameAs(
        _ record: LoggedRecord, _ event: PublishedEvent, _ context: ReplayedOutput, _ callback: LoggedRecord
    ) -> Bool {
        guard let value = context.value(for: callback), let due = events.read(value) else { return false }
        let differences = context.differences(record, for: callback)
        return due.callbackMembers == event.callbackMembers && due.paymentMember == event.paymentMember
            && due.revision == event.revision
            && differences.allSatisfy { $0 == .value || $0 == .header("ce_type") }
    }

    private static func decision(of record: LoggedRecord) -> Decision {
        let type = "\(EventType.statusCorrected.name)".utf8
        return record.header("ce_type")?.elementsEqual(type) ?? false ? .correction : .advance
    }

    /// The payment state that an event reports, with what else is known.
    private func supposed(
        _ event: PublishedEvent, _ revision: Int64, _ callback: LoggedRecord, beside known: [UInt8],
        outranking: Bool
    ) throws(TopicReadError) -> [UInt8] {
        var state = PaymentState()
        if !known.isEmpty {
            do throws(PaymentStateError) { try state.decode(known.span.bytes) } catch {
                throw .paymentState(error)
            }
        }
        state.resume(
            at: revision, reported: event.payment?.reported, changedAt: callback.time, outranking: outranking)
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        return bytes
    }

    // MARK: review

    /// Stale and conflict hang on what was known: where they are not derived they are believed, if the record
    /// is right otherwise.
    private func settleReview(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File, _ record: LoggedRecord
    ) throws(TopicReadError) {
        if context.decision.topic == .review, context.isEqual(record, for: callback) {
            account[context.decision] += 1
            // A conflict may have a newer date than its operation, which is kept.
            if let state = context.state {
                var file = file
                file.auditRecord.state = Array(state)
                try keep(file)
            }
            return report(callback, context, .derived, record)
        }
        let reported = OutputHeader.decision(of: record)
        guard let reported, reported == .stale || reported == .conflict,
            record.valueBytes == callback.valueBytes,
            record.keyBytes == context.key
        else { return try misfit(callback, context, record, on: .review) }
        account[reported] += 1
        account.takenAsWritten += 1
        report(callback, context, .asWritten, record, decision: reported, reason: "\(reported.name)")
    }

    /// A record that claims this callback and cannot come from it.
    private func misfit(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ record: LoggedRecord, on topic: Topic
    ) throws(TopicReadError) {
        account[context.decision] += 1
        if context.decision.topic == topic {
            try compare(record, context, callback)
        } else {
            report(
                .unexpected(.notDue), callback: callback.offset, decision: context.decision, topic: topic,
                offset: record.offset, key: record.keyBytes.map { Array($0) })
            try reportMissing(context, callback, .unknownHistory)
        }
        report(callback, context, .derived, record)
    }
}
