// SPDX-License-Identifier: Apache-2.0
package import Payments
internal import StateStore

/// Makes a payment's history of the records of its partition.
package struct HistoryBuilder {
    private let key: [UInt8]
    private let setup: ProofSetup
    private let makeProcessor: (ProcessorSettings) -> RecordProcessor

    package init(
        key: [UInt8], _ setup: ProofSetup, makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor
    ) {
        self.key = key
        self.setup = setup
        self.makeProcessor = makeProcessor
    }

    /// - Parameters:
    ///   - callbacks: of all payments; those of this one are picked out.
    ///   - outputs: of this payment alone.
    ///   - start: the first callback's offset.
    ///   - decided: the offset of the first callback that no worker has decided.
    ///   - end: the offset behind the last callback.
    package func history<Callbacks: RecordSource, Outputs: RecordSource>(
        of callbacks: Callbacks, _ outputs: ProofOutputs<Outputs>, start: Int64, decided: Int64, end: Int64,
        progress: (_ read: Int) -> Void = { _ in }
    ) throws(TopicReadError) -> PaymentHistory {
        var history = PaymentHistory(
            key: key, partition: setup.partition, partitionCount: setup.partitionCount,
            isWholeLog: setup.isWholeLog)
        var entries = EntryReader(limits: setup.processor.limits)
        let proof = PartitionProof(
            setup, outputs: outputs, scratch: InMemoryStore(), makeProcessor: makeProcessor,
            fault: { history.faults.append($0) },
            finding: { if $0.key == key { history.entries.append(entries.read($0)) } })
        if start > 0 { try proof.skip(before: start) }
        var selection = Selection(key: key, setup, makeProcessor: makeProcessor)
        var callbacks = callbacks
        var count = 0
        while let callback = try callbacks.next() {
            count += 1
            if count % 4096 == 0 { progress(count) }
            guard try selection.contains(callback) else { continue }
            if callback.offset < decided {
                try proof.replay(callback)
            } else {
                history.entries.append(entries.read(undecided: callback))
            }
        }
        try proof.finish(end: max(start, min(decided, end)), logEnd: end)
        for resolution in proof.resolutions {
            let index = history.entries.firstIndex { entry in
                resolution.callback
                    == CallbackPosition(
                        topic: setup.processor.topics[.callbacks], partition: setup.partition,
                        offset: entry.offset)
            }
            if let index { history.entries[index].resolution = resolution }
        }
        progress(count)
        history.callbacksRead = count
        return history
    }
}

/// Reports whether a callback is of the payment.
private struct Selection {
    private let key: [UInt8]
    private var replayer: Replayer

    init(key: [UInt8], _ setup: ProofSetup, makeProcessor: (ProcessorSettings) -> RecordProcessor) {
        self.key = key
        replayer = Replayer(
            setup.processor, partition: setup.partition, partitionCount: setup.partitionCount,
            makeProcessor: makeProcessor)
    }

    /// Our ingress names a record by its payment. Other producers may not: what has no receipt is read to
    /// know.
    mutating func contains(_ callback: LoggedRecord) throws(TopicReadError) -> Bool {
        if callback.keyBytes?.elementsEqual(key) ?? false { return true }
        if callback.hasReceipt { return false }
        do throws(PaymentStateError) {
            let context = try replayer.replay(callback, .all) { (_, _) throws(PaymentStateError) in false }
            return context.key.elementsEqual(key)
        } catch {
            throw .paymentState(error)
        }
    }
}

/// Makes entries of a history.
///
/// Belongs to one thread: its readers' storage is used again.
private struct EntryReader {
    private var summaries: SummaryReader
    private var events = EventReader()

    init(limits: JSONLimits) {
        summaries = SummaryReader(limits: limits)
    }

    mutating func read(_ finding: Finding) -> PaymentHistory.Entry {
        PaymentHistory.Entry(
            offset: finding.callback.offset, receivedAt: finding.callback.time, decision: finding.decision,
            reason: finding.reason, ground: finding.ground, summary: summaries.read(finding.callback),
            record: finding.record.flatMap { output($0, on: finding.decision.topic) },
            body: finding.callback.valueBytes.map { Array($0) },
            repeated: RepeatedCallback(finding.callback))
    }

    mutating func read(undecided callback: LoggedRecord) -> PaymentHistory.Entry {
        PaymentHistory.Entry(
            offset: callback.offset, receivedAt: callback.time, decision: nil, reason: "undecided",
            ground: .undetermined, summary: summaries.read(callback), record: nil,
            body: callback.valueBytes.map { Array($0) }, repeated: RepeatedCallback(callback))
    }

    private mutating func output(_ record: LoggedRecord, on topic: Topic?) -> PaymentHistory.Output? {
        guard let topic else { return nil }
        var output = PaymentHistory.Output(topic: topic, offset: record.offset)
        guard topic == .status, let event = record.valueBytes.flatMap({ events.read($0) }) else {
            return output
        }
        output.id = record.header(RecordHeader.eventID).map { String(decoding: $0, as: UTF8.self) }
        output.revision = event.revision
        output.paymentStatus = event.payment.map { String(decoding: $0.status, as: UTF8.self) }
        output.paymentSum = event.payment.flatMap { payment in
            payment.amount.map {
                CallbackSummary.Sum(amount: $0, currency: String(decoding: payment.currency, as: UTF8.self))
            }
        }
        return output
    }
}
