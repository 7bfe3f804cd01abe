// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments
internal import Telemetry

/// Publishes planned records in transactions, each with the position that it has come to.
///
/// In each transaction, before anything is written: the workers' progress must be above the callbacks, and
/// what was published to the topics since the last look is read, so that a record which has appeared is not
/// published again. Confined to one thread.
final class ReplayPublisher {
    /// The most records of one transaction, and bytes.
    private static let batchCount = 500
    private static let batchBytes = 4 << 20

    private let settings: Replay.Settings
    private let reader: TopicReader
    private let producer: ReplayProducer
    private var items: [RecordPosition: ReplayPlan.Item] = [:]
    private var planID = ""
    private var batch: [DerivedOutput] = []
    private var batchBytes = 0
    private var arrivals: [Topic: Arrivals] = [:]
    private var stamp: [UInt8] = []
    private var pace: Pace
    private var report: (_ done: Int) -> Void = { _ in }
    private(set) var published = 0
    private var done = 0
    /// Why `take` threw.
    private(set) var failure: ReplayError?

    /// Takes over the transactional id.
    init(_ replay: Replay) throws(ReplayError) {
        settings = replay.settings
        reader = replay.reader
        pace = Pace(perSecond: settings.rate)
        // The group whose offsets say how far a replay has come; also its transactional id.
        let group = "\(settings.log.group)-replay"
        let topics = settings.log.topics
        producer = try ReplayProducer(
            settings.log.kafka, transactionalID: group, group: group,
            topics: Topic.outputs.map { topics[$0] }, log: replay.log)
        settings.now.append(to: &stamp, .milliseconds)
    }

    /// What is to be published. From here on it notices what others publish.
    func begin(_ plan: ReplayPlan, _ report: @escaping (_ done: Int) -> Void) throws(ReplayError) {
        planID = plan.id
        for item in plan.items { items[item.position] = item }
        self.report = report
        for topic in Topic.outputs { arrivals[topic] = Arrivals(topic, reader) }
        for partition in Set(plan.items.map(\.partition)) {
            for topic in Topic.outputs {
                try reading { () throws(TopicReadError) in try arrivals[topic]?.begin(partition) }
            }
        }
    }

    /// Takes the next record that is missing; publishes a batch when it is full.
    ///
    /// - Throws: `stopped`, with the reason in `failure`.
    func take(_ output: DerivedOutput) throws(TopicReadError) {
        guard let item = items[output.position] else { return }
        do throws(ReplayError) {
            guard output.digest == item.digest else {
                throw .changed(partition: output.partition, callback: output.callback)
            }
            if let last = batch.last, last.partition != output.partition || isFull { try publish() }
            batch.append(output)
            batchBytes += (output.value?.count ?? 0) + (output.key?.count ?? 0)
        } catch {
            failure = error
            throw .stopped
        }
    }

    private var isFull: Bool {
        batch.count >= min(Self.batchCount, settings.rate ?? .max) || batchBytes >= Self.batchBytes
    }

    /// Publishes the rest.
    func end() throws(ReplayError) {
        if !batch.isEmpty { try publish() }
    }

    private func publish() throws(ReplayError) {
        pace.wait(for: batch.count)
        try producer.commit { () throws(ReplayError) in try publishOnce() }
        Failpoint.replayAfterCommit.reach()
        done += batch.count
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
        report(done)
    }

    private func publishOnce() throws(ReplayError) -> TransactionOutcome {
        guard let first = batch.first, let last = batch.last else { return .committed }
        let partition = first.partition
        let transaction = try producer.begin()
        Failpoint.replayAfterBegin.reach()
        try checkProgress(partition, last.callback)
        for topic in Set(batch.map(\.topic)) {
            try reading { () throws(TopicReadError) in try arrivals[topic]?.look(at: partition) }
        }
        let fresh = batch.filter { arrivals[$0.topic]?.contains($0.callback, of: partition) == false }
        Failpoint.replayAfterCheck.reach()
        do throws(KafkaError) {
            for output in fresh { try write(output, in: transaction) }
            Failpoint.replayAfterProduce.reach()
            try transaction.sendOffsets(
                [
                    PartitionOffset(
                        topic: settings.log.topics[.callbacks], partition: partition,
                        offset: last.callback + 1, metadata: "tidings-replay/1 plan=\(planID)")
                ], of: producer.member)
        } catch {
            return transaction.abort(after: error)
        }
        Failpoint.replayAfterOffsets.reach()
        Failpoint.replayDuringCommit.reachDuringNextCall()
        let outcome = transaction.commit()
        if case .committed = outcome { published += fresh.count }
        return outcome
    }

    /// What a worker has yet to decide is not missing. The progress only falls where an operator accepted
    /// that a topic lost data.
    private func checkProgress(_ partition: Int32, _ callback: Int64) throws(ReplayError) {
        let progress = try reading { () throws(TopicReadError) in try reader.progress(of: partition)?.next }
        guard let progress, callback < progress else {
            throw .notDecided(partition: partition, callback: callback, progress: progress)
        }
    }

    private func write(_ output: DerivedOutput, in transaction: borrowing Transaction) throws(KafkaError) {
        guard let topic = producer.topic(settings.log.topics[output.topic]) else { return }
        var headers = RecordHeaders(of: output)
        let (stamp, key, value) = (stamp, output.key, output.value)
        headers.add(RecordHeader.replayed, stamp.span.bytes)
        try transaction.produce(
            to: topic, partition: output.partition, key: key?.span.bytes, value: value?.span.bytes,
            headers: headers)
    }
}

extension RecordHeaders {
    /// The headers of a derived record.
    init(of output: DerivedOutput) {
        self.init()
        for header in output.headers {
            let name = Array(header.name.utf8)
            add(name: name.span.bytes, value: header.value.span.bytes)
        }
    }
}
