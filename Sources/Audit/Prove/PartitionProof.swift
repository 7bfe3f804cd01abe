// SPDX-License-Identifier: Apache-2.0
public import Payments
public import StateStore

/// Derives again what every callback of one partition leads to, and compares it with what is on the topics.
///
/// It holds no more than a window of each topic; what it must know of every payment is in a store. A payment
/// whose whole history is in the range is checked exactly as the worker checked it. One that may have a
/// history before the range is taken up at its first event (`PartitionProof+Resuming.swift`).
public final class PartitionProof<Source: RecordSource, Store: PartitionStore & ~Copyable> {
    let setup: ProofSetup
    let auditRecords: PaymentAuditStore<Store>
    var replayer: Replayer
    let status: TopicWindow<Source>
    let review: TopicWindow<Source>
    let deadLetter: TopicWindow<Source>
    /// By topic.
    var replayed: [Topic: ReplayedRecords<Source>] = [:]
    /// The offset of the first callback of the range.
    var rangeStart: Int64 = 0
    var events = EventReader()
    /// The callbacks that were written again for a release or a redrive.
    var repeated: [ResolutionLedger.Repeated] = []
    /// Records that resolve items, behind the ends up to which the topics are compared.
    var laterResolutions: [Resolution] = []
    private let fault: (Fault) -> Void
    private let output: ((OutputFault) throws(TopicReadError) -> Void)?
    private let finding: ((Finding) -> Void)?

    public internal(set) var account = Account()
    public private(set) var faultCount = 0
    /// Times of the first callback and of the newest.
    private(set) var began: Timestamp?
    public internal(set) var newest: Timestamp?

    /// - Parameters:
    ///   - scratch: an empty store for what must be known of each payment.
    ///   - checks: makes a record processor of these settings, with the keys that there are.
    ///   - fault: is reported each fault when it is found.
    ///   - finding: is reported what became of each callback.
    ///   - output: is reported each output that is missing or differs, with the bytes that are due.
    public init(
        _ setup: ProofSetup, outputs: ProofOutputs<Source>, scratch: consuming Store,
        makeProcessor: (ProcessorSettings) -> RecordProcessor, fault: @escaping (Fault) -> Void,
        finding: ((Finding) -> Void)? = nil,
        output: ((OutputFault) throws(TopicReadError) -> Void)? = nil
    ) {
        self.setup = setup
        replayer = Replayer(
            setup.processor, partition: setup.partition, partitionCount: setup.partitionCount,
            makeProcessor: makeProcessor)
        auditRecords = PaymentAuditStore(scratch)
        let reader = OriginReader(topic: setup.processor.topics[.callbacks], partition: setup.partition)
        status = TopicWindow(.status, outputs.status, reader)
        review = TopicWindow(.review, outputs.review, reader)
        deadLetter = TopicWindow(.deadLetter, outputs.deadLetter, reader)
        self.fault = fault
        self.finding = finding
        self.output = output
        for topic in Topic.outputs {
            replayed[topic] = ReplayedRecords(topic, reader, outputs.reopen)
        }
    }

    /// Checks the next callback. They come in the order of their offsets.
    public func replay(_ callback: LoggedRecord) throws(TopicReadError) {
        account.callbacks += 1
        if began == nil { began = callback.time }
        newest = max(newest ?? callback.time, callback.time)
        noteRepeated(callback)
        var (context, file) = try ask(callback, .configured)
        let isDeadLetterThere = try isDeadLetterThere(for: callback, context)
        if context.isUnverified, !isDeadLetterThere {
            (context, file) = try ask(callback, .all)
        } else if isDeadLetterThere, context.decision != .deadLetter {
            if try acceptUnverified(callback, context) { return }
        }
        guard let file else { return try settle(callback, context, nil) }
        switch file.auditRecord.kind {
        case .whole, .stranger: try settle(callback, context, file)
        case .unknown: try settleUnknown(callback, context, file)
        case .resumed: try settleResumed(callback, context, file)
        }
    }

    /// Passes a callback that the workers skipped, as their progress says: it led to nothing and changed
    /// nothing.
    public func skip(_ callback: LoggedRecord) {
        account.callbacks += 1
        account.skipped += 1
        newest = max(newest ?? callback.time, callback.time)
    }

    /// A payment's key and what is known of it.
    struct File {
        var key: [UInt8]
        var auditRecord: PaymentAuditRecord
    }

    /// Checks a callback with what is known of its payment; the file is nil where no payment state was asked
    /// for.
    func ask(_ callback: LoggedRecord, _ trust: Replayer.Trust) throws(TopicReadError) -> (
        ReplayedOutput, File?
    ) {
        var file: File?
        var failure: TopicReadError?
        do throws(PaymentStateError) {
            let context = try replayer.replay(callback, trust) { (key, state) throws(PaymentStateError) in
                let name = key.withUnsafeBytes { [UInt8]($0) }
                do throws(TopicReadError) {
                    file = File(
                        key: name,
                        auditRecord: try auditRecords.auditRecord(of: key)
                            ?? newAuditRecord(at: callback.time))
                } catch {
                    failure = error
                    throw .unavailable
                }
                guard let known = file?.auditRecord.state, !known.isEmpty else { return false }
                state.append(contentsOf: known)
                return true
            }
            return (context, file)
        } catch {
            throw failure ?? .paymentState(error)
        }
    }

    /// Of a payment that is met for the first time.
    private func newAuditRecord(at time: Timestamp) -> PaymentAuditRecord {
        guard !setup.isWholeLog else { return PaymentAuditRecord(.whole) }
        var auditRecord = PaymentAuditRecord(.unknown)
        // Records before the range may carry a slightly later time than its first.
        let kept = (setup.processor.deduplication.window + .days(1)).components.seconds * 1000
        auditRecord.isIncomplete = began.map { time.milliseconds - $0.milliseconds <= kept } ?? true
        return auditRecord
    }

    /// Checks a callback with a payment state that is only supposed.
    func ask(
        _ callback: LoggedRecord, _ trust: Replayer.Trust, supposing supposed: [UInt8]
    ) throws(TopicReadError) -> ReplayedOutput {
        do throws(PaymentStateError) {
            return try replayer.replay(callback, trust) { (_, state) throws(PaymentStateError) in
                state.append(contentsOf: supposed)
                return !supposed.isEmpty
            }
        } catch {
            throw .paymentState(error)
        }
    }

    /// Compares with the one record that is due, which all that is known is in the range for.
    func settle(_ callback: LoggedRecord, _ context: ReplayedOutput, _ file: File?) throws(TopicReadError) {
        account[context.decision] += 1
        var found: LoggedRecord?
        if let topic = context.decision.topic {
            found = try expect(context, on: topic, for: callback)
        }
        if var file, let state = context.state {
            file.auditRecord.state = Array(state)
            try keep(file)
        }
        report(callback, context, .derived, found)
    }

    /// The record that a callback leads to; faults where it is not there or differs.
    private func expect(
        _ context: ReplayedOutput, on topic: Topic, for callback: LoggedRecord
    ) throws(TopicReadError) -> LoggedRecord? {
        let next = try window(topic).takeNext(from: callback.offset) { context.isEqual($0, for: callback) }
        if let next { return next }
        guard let found = try take(topic, from: callback, context.decision) else {
            try reportMissing(context, callback, .exact)
            return nil
        }
        try compare(found, context, callback)
        return found
    }

    func compare(
        _ record: LoggedRecord, _ context: ReplayedOutput, _ callback: LoggedRecord
    ) throws(TopicReadError) {
        let differences = context.differences(record, for: callback)
        guard !differences.isEmpty else { return }
        report(
            .differs(differences), callback: callback.offset, decision: context.decision,
            topic: context.decision.topic, offset: record.offset, key: Array(context.key))
        if let output, let derived = context.derived(for: callback, partition: setup.partition) {
            try output(.differs(derived, record))
        }
    }

    func reportMissing(
        _ context: ReplayedOutput, _ callback: LoggedRecord, _ certainty: OutputFault.Certainty
    ) throws(TopicReadError) {
        guard let topic = context.decision.topic else { return }
        let isReported = reportMissing(
            on: topic, context.decision, callback.offset, at: callback.time, key: Array(context.key))
        guard isReported, let output,
            let derived = context.derived(for: callback, partition: setup.partition)
        else { return }
        // It was derived as if it had verified, only because no dead letter says that it did not.
        try output(.missing(derived, context.trust == .all ? .unverified : certainty))
    }

    /// What is older than its topic keeps records is not a fault; whether it is one.
    @discardableResult
    func reportMissing(
        on topic: Topic, _ decision: Decision, _ callback: Int64, at time: Timestamp, key: [UInt8]
    ) -> Bool {
        if let horizon = setup.horizons[topic], time < horizon {
            account.expired += 1
            return false
        }
        report(.missing, callback: callback, decision: decision, topic: topic, key: key)
        return true
    }

    func report(output fault: OutputFault) throws(TopicReadError) { try output?(fault) }

    /// A dead letter that says the signature was not verified is believed: the keys of the day may have been
    /// others.
    private func acceptUnverified(
        _ callback: LoggedRecord, _ context: ReplayedOutput
    ) throws(TopicReadError) -> Bool {
        guard let letter = try take(.deadLetter, from: callback, .deadLetter) else { return false }
        guard OutputHeader.isUnverified(letter), letter.valueBytes == callback.valueBytes else {
            report(
                .unexpected(.notDue), callback: callback.offset, decision: context.decision,
                topic: .deadLetter, offset: letter.offset)
            return false
        }
        account[.deadLetter] += 1
        account.takenAsWritten += 1
        report(callback, context, .asWritten, letter, decision: .deadLetter, reason: "unverified")
        return true
    }

    func keep(_ file: File) throws(TopicReadError) {
        try auditRecords.set(file.auditRecord, of: file.key.span.bytes)
    }

    func report(
        _ callback: LoggedRecord, _ context: ReplayedOutput, _ ground: Finding.Ground,
        _ record: LoggedRecord?,
        decision: Decision? = nil, reason: String? = nil
    ) {
        guard let finding else { return }
        finding(
            Finding(
                callback: callback, key: Array(context.key), decision: decision ?? context.decision,
                reason: reason ?? "\(context.output.reason)", ground: ground, record: record))
    }

    func report(
        _ kind: Fault.Kind, callback: Int64? = nil, decision: Decision? = nil, topic: Topic? = nil,
        offset: Int64? = nil, key: [UInt8]? = nil
    ) {
        faultCount += 1
        fault(
            Fault(
                kind: kind, partition: setup.partition, callback: callback, decision: decision, topic: topic,
                offset: offset, key: key))
    }
}
