// SPDX-License-Identifier: Apache-2.0
internal import Kafka
public import Payments
internal import StateStore
public import Telemetry

/// Proves that the topics hold what the callbacks lead to, one partition after the other.
public struct Proof {
    /// What is proved.
    public struct Settings: Sendable {
        public var log: TopicReader.Settings
        /// As the workers are set: other settings would lead elsewhere.
        public var processor: ProcessorSettings
        /// Nil means the beginning of the log.
        public var from: TopicBound?
        /// Nil means all that the workers have decided; it never goes further.
        public var to: TopicBound?
        /// Nil means all.
        public var partitions: [Int32]?
        /// Where the scratch stores are; nil means the system's folder for temporary files.
        public var scratch: String?
        /// Only what the progress covers is looked at: the group's committed offsets do not count.
        public var isBoundByProgress = false
        /// The time by the clock, for what topics keep and for times in `from` and `to`.
        public var now: Timestamp

        public init(
            log: TopicReader.Settings, processor: ProcessorSettings, from: TopicBound? = nil,
            to: TopicBound? = nil,
            partitions: [Int32]? = nil, scratch: String? = nil, now: Timestamp
        ) {
            self.log = log
            self.processor = processor
            self.from = from
            self.to = to
            self.partitions = partitions
            self.scratch = scratch
            self.now = now
        }
    }

    /// How far a proof has come.
    public struct Progress: Sendable {
        public var partition: Int32
        /// Callbacks checked in all partitions so far.
        public var callbacks = 0
        /// Callbacks to be checked, by their offsets.
        public var total: Int64 = 0
        public var faults = 0
    }

    let settings: Settings
    private let makeProcessor: (ProcessorSettings) -> RecordProcessor
    let reader: TopicReader

    /// - Parameter checks: makes a record processor of these settings, with the keys that there are.
    /// - Throws: topics that are not there.
    public init(
        _ settings: Settings, makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor, log: Log
    ) throws(TopicReadError) {
        self.init(
            settings, reader: try TopicReader(settings.log, log: log), makeProcessor: makeProcessor)
    }

    /// With a reader that its owner uses too, before and after a run.
    package init(
        _ settings: Settings, reader: TopicReader,
        makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor
    ) {
        self.settings = settings
        self.makeProcessor = makeProcessor
        self.reader = reader
    }

    /// - Parameters:
    ///   - fault: is reported each fault when it is found.
    ///   - output: is reported each output that is missing or differs, with the bytes that are due.
    ///   - progress: is reported now and then how far it has come.
    public func run(
        fault: @escaping (Fault) -> Void, output: ((OutputFault) throws(TopicReadError) -> Void)? = nil,
        progress: (Progress) -> Void
    ) throws(TopicReadError) -> ProofReport {
        let scratch = try Scratch(in: settings.scratch)
        let horizons = try horizons()
        let plans = try plans()
        var report = ProofReport()
        var state = Progress(partition: 0)
        state.total = plans.reduce(0) { $0 + $1.partition.end - $1.partition.start }
        for plan in plans {
            state.partition = plan.partition.partition
            let proved = try prove(plan, scratch, horizons, fault, output) { callbacks, faults in
                var now = state
                now.callbacks += callbacks
                now.faults += faults
                progress(now)
            }
            scratch.remove(partition: plan.partition.partition)
            state.callbacks += proved.account.callbacks
            state.faults += proved.faultCount
            report.partitions.append(proved)
        }
        report.partitions += try unprocessedPartitions(plans, fault)
        (report.recordsRead, report.bytesRead) = reader.readSoFar
        return report
    }

    private func horizons() throws(TopicReadError) -> [Topic: Timestamp] {
        var horizons: [Topic: Timestamp] = [:]
        for topic in Topic.outputs {
            guard let kept = try reader.retention(of: topic) else { continue }
            horizons[topic] = Timestamp(
                milliseconds: settings.now.milliseconds - kept.components.seconds * 1000)
        }
        return horizons
    }

    // MARK: one partition

    private func prove(
        _ plan: Plan, _ scratch: borrowing Scratch, _ horizons: [Topic: Timestamp],
        _ fault: @escaping (Fault) -> Void, _ output: ((OutputFault) throws(TopicReadError) -> Void)?,
        progress: (_ callbacks: Int, _ faults: Int) -> Void
    ) throws(TopicReadError) -> ProofReport.Partition {
        var report = plan.partition
        let partition = report.partition
        let setup = ProofSetup(
            partition: partition, partitionCount: plan.progress?.partitionCount ?? reader.partitionCount,
            processor: settings.processor,
            isWholeLog: report.isWholeLog, horizons: horizons)
        let proof = PartitionProof(
            setup, outputs: try outputs(plan),
            scratch: try scratch.store(partition: partition), makeProcessor: makeProcessor,
            fault: fault, output: output)
        if report.start > 0 { try proof.skip(before: report.start) }
        let decided = max(report.committed ?? 0, report.progress ?? 0)
        if decided > report.logEnd {
            proof.report(.logEndsEarly(committed: decided), topic: .callbacks, offset: report.logEnd)
        }
        for gap in plan.gaps {
            proof.report(
                gap.cause == .lost
                    ? .callbacksLost(from: gap.from, to: gap.to)
                    : .callbacksSkipped(from: gap.from, to: gap.to),
                topic: .callbacks)
        }

        let callbacks = try reader.open(.callbacks, partition, from: report.start, to: report.end)
        while let callback = try callbacks.next() {
            if plan.isSkipped(callback.offset) { proof.skip(callback) } else { try proof.replay(callback) }
            if proof.account.callbacks % 4096 == 0 { progress(proof.account.callbacks, proof.faultCount) }
        }
        try proof.finish(end: report.end, logEnd: report.isStateCompared ? report.logEnd : nil)
        if report.isStateCompared {
            report.undecided = try noteUndecided(plan, proof)
            let range = try range(of: .changelog, plan)
            var changelog = try reader.open(.changelog, partition, from: range.start, to: range.end)
            report.payments = try proof.compare(changelog: &changelog, now: settings.now)
        } else {
            report.undecided = Int(
                max(0, report.logEnd - (report.progress ?? report.committed ?? report.start)))
            report.payments = try proof.countPayments()
        }
        report.account = proof.account
        report.faultCount = proof.faultCount
        progress(proof.account.callbacks, proof.faultCount)
        return report
    }

    /// Reads on to the end of the log; how many callbacks that were. Then all that were written again are
    /// known.
    private func noteUndecided(
        _ plan: Plan, _ proof: PartitionProof<PartitionReader, LMDBStore>
    ) throws(TopicReadError) -> Int {
        let callbacks = try reader.open(
            .callbacks, plan.partition.partition, from: plan.partition.end, to: plan.partition.logEnd)
        var count = 0
        while let callback = try callbacks.next() {
            try proof.note(undecided: callback)
            count += 1
        }
        if !plan.isReplacedLog {
            try noteLaterResolutions(plan, proof)
            proof.compareResolutions()
        }
        return count
    }

    /// Reads what was written to the topics of items since their ends were asked for: a release between that
    /// and the end of the callbacks has its record there.
    private func noteLaterResolutions(
        _ plan: Plan, _ proof: PartitionProof<PartitionReader, LMDBStore>
    ) throws(TopicReadError) {
        let partition = plan.partition.partition
        for topic in [Topic.review, .deadLetter] {
            let end = try reader.bounds(topic, partition).high
            let source = try reader.open(
                topic, partition, from: plan.outputEnds[topic]?.high ?? end, to: end)
            while let record = try source.next() { proof.noteLater(record) }
        }
    }

    /// Opens the topics that readers read. Where their records begin is found out here, before the readers
    /// of the pass are in use; a topic that is read once more has a separate reader.
    private func outputs(_ plan: Plan) throws(TopicReadError) -> ProofOutputs<PartitionReader> {
        var ranges: [Topic: (start: Int64, end: Int64)] = [:]
        for topic in Topic.outputs { ranges[topic] = try range(of: topic, plan) }
        let (partition, found) = (plan.partition.partition, ranges)
        for (topic, range) in found {
            _ = try reader.open(topic, partition, from: range.start, to: range.end)
        }
        return ProofOutputs(
            status: reader.reader(.status), review: reader.reader(.review),
            deadLetter: reader.reader(.deadLetter),
            reopen: { (topic, offset) throws(TopicReadError) in
                let source = try reader.makeReader()
                guard let range = found[topic] else { throw .missingTopic(reader.settings.topics[topic]) }
                try source.open(
                    reader.name(topic, partition), from: max(range.start, offset ?? range.start),
                    to: range.end)
                return source
            })
    }

    /// The records of a topic that are read: from where the range's begin, or before.
    private func range(of topic: Topic, _ plan: Plan) throws(TopicReadError) -> (start: Int64, end: Int64) {
        let name = reader.name(topic, plan.partition.partition)
        guard let bounds = plan.outputEnds[topic] else { throw .missingTopic(name.topic) }
        var start = bounds.low
        if topic != .changelog, plan.partition.start > 0, plan.partition.start < plan.partition.end {
            start = try firstOffset(of: topic, plan, bounds)
        }
        return (start, bounds.high)
    }

    /// An offset of an output topic at or before the first record of the range, found by time and checked by
    /// what the record there comes from: clocks of producers may differ, and records were copied from
    /// elsewhere.
    private func firstOffset(
        of topic: Topic, _ plan: Plan, _ bounds: Watermarks
    ) throws(TopicReadError) -> Int64 {
        let partition = plan.partition.partition
        let callbacks = try reader.open(
            .callbacks, partition, from: plan.partition.start, to: plan.partition.end)
        guard let first = try callbacks.next() else { return bounds.low }
        var origins = OriginReader(topic: settings.processor.topics[.callbacks], partition: partition)
        for hours in [1, 24, 24 * 7] as [Int64] {
            let time = Timestamp(milliseconds: first.time.milliseconds - hours * 3_600_000)
            guard let candidate = try reader.offset(topic, partition, at: time), candidate > bounds.low
            else { continue }
            let source = try reader.open(topic, partition, from: candidate, to: bounds.high)
            guard let record = try source.next(), let origin = origins.offset(of: record, topic),
                origin < plan.partition.start
            else { continue }
            return candidate
        }
        return bounds.low
    }
}
