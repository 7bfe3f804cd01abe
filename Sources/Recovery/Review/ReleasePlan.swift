// SPDX-License-Identifier: Apache-2.0
internal import Audit
public import Payments

/// A release before it is done: the record that it would write, and what a worker would make of it.
public struct ReleasePlan: Sendable {
    /// All findings that it would accept, those of earlier releases included.
    public var accepts: [ReviewFinding]
    /// Of the item, those that no release may accept.
    public var unacceptable: [ReviewFinding]
    /// Nil where there is nothing to accept.
    public var preview: Preview?
    let record: RepeatedRecord

    /// Why it would not be done; nil where it would publish an event.
    public var refusal: String? {
        if !unacceptable.isEmpty {
            let names = unacceptable.map(\.text).joined(separator: ", ")
            return "no event can be made of it (\(names)): it can only be dismissed"
        }
        guard let preview else { return "there is nothing to accept: it can only be dismissed" }
        switch preview.decision {
        case .advance, .correction: return nil
        case .duplicate, .late:
            return "a release would publish nothing, because it is \(preview.decision.name) by now: "
                + "dismiss it"
        case .deadLetter:
            return "a release would make it a dead letter (\(preview.reason))"
        case .stale, .future, .conflict, .ambiguous, .unknownShape, .wrongPartition:
            let names = preview.findings.map(\.text).joined(separator: ", ")
            let further = preview.findings.filter { !accepts.contains($0) }
            guard further.allSatisfy(\.isAcceptable), !further.isEmpty else {
                return "a release would not change that it is held (\(names)): it can only be dismissed"
            }
            return "released, it would be held again (\(names)): "
                + "accept that too with --accept \(preview.decision.name)"
        }
    }

    /// - Parameters:
    ///   - further: decisions that are accepted besides what the item is held for.
    ///   - policy: of the workers.
    init(
        of item: Item, _ callback: LoggedRecord, by person: Operator, at time: Timestamp,
        accepting further: Set<Decision>, state: [UInt8]?, _ previewer: Previewer
    ) throws(RecoveryError) {
        guard case .review(let findings) = item.kind else {
            preconditionFailure("a dead letter was to be released")
        }
        var receipt = ReceiptHeaders()
        callback.fill(&receipt)
        var accepts: [ReviewFinding] = []
        if case .release(let before) = receipt.readRelease() { accepts = before.accepts }
        unacceptable = findings.filter { !$0.isAcceptable }
        Self.add(findings.filter(\.isAcceptable), to: &accepts)
        let from = item.callback
        func make(_ accepts: [ReviewFinding]) -> RepeatedRecord {
            RepeatedRecord(
                callback,
                releasedBy: Release(
                    by: person.name, at: time, reason: person.reason, from: from, accepts: accepts))
        }
        var record = make(accepts)
        var preview: Preview?
        if !accepts.isEmpty {
            preview = try previewer.preview(record, in: from.partition, state: state)
        }
        // A finding that was hidden behind another one is accepted only where that was asked for.
        while let found = preview, further.contains(found.decision),
            found.findings.contains(where: { !accepts.contains($0) }),
            found.findings.allSatisfy(\.isAcceptable)
        {
            Self.add(found.findings, to: &accepts)
            record = make(accepts)
            preview = try previewer.preview(record, in: from.partition, state: state)
        }
        self.accepts = accepts
        self.preview = preview
        self.record = record
    }

    private static func add(_ findings: [ReviewFinding], to accepts: inout [ReviewFinding]) {
        for finding in findings where !accepts.contains(finding) { accepts.append(finding) }
    }
}

extension RepeatedRecord {
    /// A released callback. The headers of an earlier release and redrive give way: the new ones say all.
    fileprivate init(_ callback: LoggedRecord, releasedBy release: Release) {
        self.init(callback, dropping: Self.releaseHeaders + Self.redriveHeaders)
        add(RecordHeader.releasedBy, release.by)
        add(RecordHeader.releasedAt, release.at.text)
        add(RecordHeader.releaseReason, release.reason)
        add(RecordHeader.releasedFrom, release.from.text)
        add(RecordHeader.releaseAccepts, release.acceptsText)
    }
}
