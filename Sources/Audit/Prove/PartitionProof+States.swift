// SPDX-License-Identifier: Apache-2.0
public import Payments
import StateStore

/// The changelog against the payment states that the callbacks lead to.
///
/// The worker trims and removes what has expired when its sweep comes by; so both sides are compared after
/// they have forgotten all that has expired at the partition's newest record.
extension PartitionProof where Store: ~Copyable {
    /// Takes note of a callback behind the range: what the changelog remembers of its payment may be newer
    /// than what was derived.
    public func note(undecided callback: LoggedRecord) throws(TopicReadError) {
        newest = max(newest ?? callback.time, callback.time)
        noteRepeated(callback)
        var file = try ask(callback, .configured).1
        if file == nil { file = try ask(callback, .all).1 }
        guard var file, !file.auditRecord.isMoving else { return }
        file.auditRecord.isMoving = true
        try keep(file)
    }

    /// Reads the partition's changelog, from its beginning to its end, and compares what it remembers in the
    /// end of each payment. After the last callback.
    ///
    /// - Parameter now: holds back what a record dated years ahead would make forgotten, as it does in the
    ///   worker.
    public func compare(changelog: inout Source, now: Timestamp) throws(TopicReadError) -> PaymentCounts {
        var states = PaymentStateComparison(setup.processor.deduplication, at: min(newest ?? now, now))
        while let record = try changelog.next() { try note(record, &states) }
        var counts = PaymentCounts()
        try auditRecords.forEach { (key, auditRecord) throws(TopicReadError) in
            counts.add(auditRecord)
            if auditRecord.isMoving || auditRecord.kind == .unknown { return }
            var file = File(key: key, auditRecord: auditRecord)
            try close(&file, &states)
        }
        return counts
    }

    /// How many payments the range reports, where the changelog is not compared.
    public func countPayments() throws(TopicReadError) -> PaymentCounts {
        var counts = PaymentCounts()
        try auditRecords.forEach { (_, auditRecord) throws(TopicReadError) in counts.add(auditRecord) }
        return counts
    }

    /// The newest record of a key counts.
    private func note(_ record: LoggedRecord, _ states: inout PaymentStateComparison) throws(TopicReadError) {
        guard let keyRange = record.key else {
            return report(.unexpected(.noOrigin), topic: .changelog, offset: record.offset)
        }
        let key = record.bytes.span.bytes.extracting(keyRange)
        if PartitionProgress.isKey(key) { return }
        var auditRecord: PaymentAuditRecord
        if let known = try auditRecords.auditRecord(of: key) {
            auditRecord = known
        } else {
            // With a history before the range the changelog knows more payments than the range.
            guard setup.isWholeLog else { return }
            auditRecord = PaymentAuditRecord(.stranger)
        }
        let before = auditRecord
        let reported = try states.compare(auditRecord.state, with: record.valueBytes)
        auditRecord.changelog = reported.state
        auditRecord.changelogRevision = reported.revision
        if auditRecord != before { try auditRecords.set(auditRecord, of: key) }
    }

    /// What the changelog finally says of one payment.
    private func close(
        _ file: inout File, _ states: inout PaymentStateComparison
    ) throws(TopicReadError) {
        let auditRecord = file.auditRecord
        let isForgotten = try states.isForgotten(auditRecord.state)
        if auditRecord.isAssumedNew {
            if auditRecord.changelog == .agrees { try report(output: .confirmed(key: file.key)) }
            // Otherwise there may be a history before the range, of which nothing is known.
            return
        }
        switch (auditRecord.changelog, isForgotten) {
        case (.agrees, _), (.unseen, true), (.empty, true): return
        case (.unseen, false), (.empty, false): report(.stateMissing, topic: .changelog, key: file.key)
        case (.differs, true): report(.stateUnexpected, topic: .changelog, key: file.key)
        case (.differs, false):
            guard auditRecord.kind == .resumed else {
                return report(.stateDiffers, topic: .changelog, key: file.key)
            }
            // Of its operations less is known here than there; the revisions still report whether events are
            // gone.
            let gap = auditRecord.changelogRevision - (try revision(of: auditRecord.state))
            if gap > 0 { try settleGap(gap, of: &file, before: nil) }
            if gap < 0 { report(.stateDiffers, topic: .changelog, key: file.key) }
        }
    }
}
