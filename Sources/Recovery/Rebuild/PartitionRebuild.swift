// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments
internal import Telemetry

/// Builds one partition of the new topics. Confined to one thread.
final class PartitionRebuild {
    private static let batchCount = 2000
    private static let batchBytes = 4 << 20

    let settings: Rebuild.Settings
    let partition: Int32
    let plan: Rebuild.Plan.Partition
    private let partitionCount: Int32
    let makeProcessor: (ProcessorSettings) -> RecordProcessor
    /// Of the callbacks topic and the new topics.
    let reader: TopicReader
    let store: DerivedStateStore
    let publisher: RebuildPublisher
    private var replayer: Replayer
    private var outputs: [DerivedOutput] = []
    private var bytes = 0
    var report: RebuildReport.Partition

    /// Takes over the partition's transactional id, which ends what a killed rebuild left open.
    init(_ rebuild: Rebuild, _ plan: Rebuild.Plan.Partition, _ all: Rebuild.Plan) throws(ReplayError) {
        settings = rebuild.settings
        partition = plan.partition
        self.plan = plan
        partitionCount = all.partitionCount
        makeProcessor = rebuild.makeProcessor
        publisher = try RebuildPublisher(settings, partition: plan.partition, log: rebuild.log)
        Failpoint.rebuildAfterTakeover.reach()
        let settings = settings
        reader = try reading { () throws(TopicReadError) in
            try TopicReader(
                TopicReader.Settings(
                    kafka: settings.log.kafka, topics: settings.names, group: settings.group,
                    patience: settings.log.patience), log: rebuild.log)
        }
        store = try reading { () throws(TopicReadError) in
            try DerivedStateStore(in: settings.scratch, partition: plan.partition)
        }
        replayer = Replayer(
            settings.processor, partition: plan.partition, partitionCount: all.partitionCount,
            makeProcessor: rebuild.makeProcessor)
        report = RebuildReport.Partition(
            partition: plan.partition, start: plan.start, end: plan.end, gone: plan.gone)
    }

    /// Builds it up to the end that was planned.
    func run(progress: (_ callbacks: Int) -> Void) throws(ReplayError) -> RebuildReport.Partition {
        var position: PartitionProgress
        if let found = try restore() {
            position = found
            try checkLog(from: position.next)
        } else {
            position = PartitionProgress(
                next: plan.start, partitionCount: partitionCount, epoch: settings.now.milliseconds)
            if !plan.isWholeLog { try seed(position) }
        }
        report.start = position.next
        report.end = max(position.next, plan.end)
        let callbacks = try reading { () throws(TopicReadError) in
            try reader.open(.callbacks, partition, from: position.next, to: plan.end)
        }
        var count = 0
        while let callback = try reading({ () throws(TopicReadError) in try callbacks.next() }) {
            try process(callback)
            count += 1
            position.next = callback.offset + 1
            if count >= Self.batchCount || bytes >= Self.batchBytes {
                try publish(position)
                progress(count)
                count = 0
            }
        }
        // Markers of transactions may be behind the last callback.
        position.next = report.end
        try publish(position)
        progress(count)
        try copyResolutions()
        return report
    }

    private func process(_ callback: LoggedRecord) throws(ReplayError) {
        let output = try reading { () throws(TopicReadError) in try replayer.replay(callback, by: store) }
        report.callbacks += 1
        report.decisions[Int(output.decision.rawValue)] += 1
        if let state = output.state {
            store.put(output.key.span.bytes, state.span.bytes)
        }
        if let derived = output.derived(for: callback, partition: partition) {
            outputs.append(derived)
            bytes += derived.value?.count ?? 0
        }
    }

    /// Publishes what the batch has come to, with the progress, and keeps its states.
    func publish(_ position: PartitionProgress) throws(ReplayError) {
        try publisher.publish(
            outputs, store.changes(), position,
            offset: PartitionOffset(
                topic: settings.names[.callbacks], partition: partition, offset: position.next,
                metadata: OffsetMetadata(partitionCount: partitionCount).text))
        outputs.removeAll(keepingCapacity: true)
        bytes = 0
        try reading { () throws(TopicReadError) in try store.apply() }
    }
}

extension Replayer {
    /// Decides a callback by the payment states of a store.
    mutating func replay(
        _ callback: LoggedRecord, by states: DerivedStateStore
    ) throws(TopicReadError) -> ReplayedOutput {
        var failure: TopicReadError?
        do throws(PaymentStateError) {
            return try replay(callback, .configured) { (key, state) throws(PaymentStateError) in
                do throws(TopicReadError) {
                    return try states.lookUp(key, into: &state)
                } catch {
                    failure = error
                    throw .unavailable
                }
            }
        } catch {
            throw failure ?? .paymentState(error)
        }
    }
}
