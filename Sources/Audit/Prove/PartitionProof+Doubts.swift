// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore

/// Callbacks of payments with an earlier history that should have led to a record, as far as is known.
extension PartitionProof where Store: ~Copyable {
    /// A callback that should report something, as far as is known, and of which nothing is there.
    func doubt(_ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File)
        throws(TopicReadError)
    {
        if !file.auditRecord.isIncomplete, isDated(context, callback) {
            account[context.decision] += 1
            let isFirst = file.auditRecord.kind == .unknown && context.decision.topic == .status
            try reportMissing(
                context, callback, isFirst || file.auditRecord.isAssumedNew ? .assumed : .exact)
            if isFirst || file.auditRecord.kind == .resumed, let state = context.state {
                var file = file
                if isFirst {
                    file.auditRecord.kind = .resumed
                    file.auditRecord.isAssumedNew = true
                }
                file.auditRecord.state = Array(state)
                try keep(file)
            }
            return report(callback, context, .derived, nil)
        }
        var file = file
        account.undetermined += 1
        file.auditRecord.add(
            PaymentAuditRecord.Doubt(offset: callback.offset, time: callback.time.milliseconds))
        try keep(file)
        report(callback, context, .undetermined, nil)
    }

    private func isDated(_ context: ReplayedOutput, _ callback: LoggedRecord) -> Bool {
        guard context.decision.topic == .status else { return true }
        return context.value(for: callback).flatMap { events.read($0) }?.hasOperation ?? false
    }

    /// So many events are gone. If that is all that is in doubt, it is known which.
    func settleGap(
        _ gap: Int64, of file: inout File, before callback: LoggedRecord?
    ) throws(TopicReadError) {
        file.auditRecord.isIncomplete = true
        if gap == Int64(file.auditRecord.doubtCount), file.auditRecord.doubts.count == Int(gap) {
            try settleDoubts(of: &file, areMissing: true)
        } else {
            report(.revisionGap(missing: gap), callback: callback?.offset, topic: .status, key: file.key)
            file.auditRecord.forgetDoubts()
        }
    }

    func settleDoubts(of file: inout File, areMissing: Bool) throws(TopicReadError) {
        if areMissing {
            for doubt in file.auditRecord.doubts {
                account.undetermined -= 1
                account[.advance] += 1
                let isReported = reportMissing(
                    on: .status, .advance, doubt.offset, at: Timestamp(milliseconds: doubt.time),
                    key: file.key)
                if isReported {
                    try report(output: .missingUnknown(callback: doubt.offset, key: file.key))
                }
            }
        }
        file.auditRecord.forgetDoubts()
    }

    func revision(of state: [UInt8]) throws(TopicReadError) -> Int64 {
        guard !state.isEmpty else { return 0 }
        do { return try PaymentState(decoding: state.span.bytes).revision } catch {
            throw .paymentState(error)
        }
    }
}
