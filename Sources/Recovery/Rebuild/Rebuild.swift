// SPDX-License-Identifier: Apache-2.0
public import Audit
internal import Dispatch
internal import Kafka
public import Payments
internal import Synchronization
public import Telemetry

/// Builds a fresh set of topics from the callbacks: events, review records, dead letters and changelog, by
/// the rules and settings of today, up to where the callbacks topic ended at the start.
///
/// Each partition is built as a worker would process it, in transactions with its progress and with the
/// offset of the rebuild's group. So a rebuild that was killed goes on when it is run again, and workers of a
/// new group start where it ended.
public struct Rebuild: Sendable {
    /// What is built, and how.
    public struct Settings: Sendable {
        /// The topics of today and the workers' group.
        public var log: TopicReader.Settings
        public var processor: ProcessorSettings
        /// What the names of the new topics begin with, before today's names.
        public var prefix: String
        /// How many partitions are built at the same time.
        public var threads: Int
        /// Where the scratch stores are; nil means the system's folder for temporary files.
        public var scratch: String?
        /// The time by the clock.
        public var now: Timestamp

        public init(
            log: TopicReader.Settings, processor: ProcessorSettings, prefix: String, threads: Int,
            scratch: String? = nil, now: Timestamp
        ) {
            self.log = log
            self.processor = processor
            self.prefix = prefix
            self.threads = threads
            self.scratch = scratch
            self.now = now
        }

        /// The callbacks topic of today, and the new topics.
        public var names: TopicNames {
            var named: [Topic: String] = [:]
            for topic in Topic.allCases {
                named[topic] = topic == .callbacks ? log.topics[topic] : prefix + log.topics[topic]
            }
            return TopicNames(prefix: "", named: named)
        }

        /// The group whose offsets say how far the rebuild has come; transactional ids begin with it.
        public var group: String { "\(log.group)-into-\(prefix)" }
    }

    /// What a rebuild would do.
    public struct Plan: Sendable {
        /// One partition of the callbacks topic.
        public struct Partition: Sendable {
            public var partition: Int32
            /// The first callback that the log has.
            public var start: Int64
            /// The offset behind the last.
            public var end: Int64
            /// The callbacks that the log no longer has. What they led to cannot be built.
            public var gone: [Range<Int64>]

            /// Whether every callback that there ever was is in the log.
            public var isWholeLog: Bool { gone.isEmpty }
        }

        public var partitions: [Partition]
        /// With how many partitions the workers process.
        public var partitionCount: Int32
        /// Whether the new topics would have what every callback led to.
        public var isComplete: Bool { partitions.allSatisfy(\.isWholeLog) }
        /// Of the callbacks topic.
        public var replication: Int
    }

    let settings: Settings
    let makeProcessor: @Sendable (ProcessorSettings) -> RecordProcessor
    let log: Log

    /// - Parameter makeProcessor: makes a record processor of these settings, with the keys that there are.
    public init(
        _ settings: Settings, makeProcessor: @escaping @Sendable (ProcessorSettings) -> RecordProcessor,
        log: Log
    ) {
        self.settings = settings
        self.makeProcessor = makeProcessor
        self.log = log
    }

    /// Looks at the log, and changes nothing.
    public func plan() throws(ReplayError) -> Plan {
        try reading { () throws(TopicReadError) in
            let reader = try TopicReader(settings.log, log: log)
            let count = try reader.processedPartitionCount()
            var partitions: [Plan.Partition] = []
            for partition in 0..<count {
                let bounds = try reader.bounds(.callbacks, partition)
                let lost = (try reader.progress(of: partition)?.gaps ?? []).filter { $0.cause == .lost }
                var gone = bounds.low > 0 ? [0..<bounds.low] : []
                gone += lost.filter { $0.to > bounds.low }.map { max($0.from, bounds.low)..<$0.to }
                partitions.append(
                    Plan.Partition(
                        partition: partition, start: bounds.low, end: bounds.high, gone: gone))
            }
            return Plan(
                partitions: partitions, partitionCount: count,
                replication: try reader.replication(of: .callbacks))
        }
    }

    private struct State {
        var waiting: [Plan.Partition]
        var built: [RebuildReport.Partition] = []
        var failure: ReplayError?
        var callbacks = 0
    }

    /// Builds the topics, which must be there: empty, or left by a rebuild that did not come to its end.
    ///
    /// - Parameter progress: is reported how many callbacks were processed; called from any thread.
    public func run(
        _ plan: Plan, progress: @escaping @Sendable (_ callbacks: Int) -> Void
    ) throws(ReplayError) -> RebuildReport {
        let state = Mutex(State(waiting: plan.partitions.reversed()))
        let began = ContinuousClock.now
        let group = DispatchGroup()
        for number in 0..<max(1, min(settings.threads, plan.partitions.count)) {
            // A serial queue is a thread while its work blocks.
            DispatchQueue(label: "tidings.rebuild.\(number)").async(group: group) {
                while let next = state.withLock({ $0.failure == nil ? $0.waiting.popLast() : nil }) {
                    do throws(ReplayError) {
                        let build = try PartitionRebuild(self, next, plan)
                        let built = try build.run { count in
                            progress(
                                state.withLock { state in
                                    state.callbacks += count
                                    return state.callbacks
                                })
                        }
                        state.withLock { $0.built.append(built) }
                    } catch {
                        state.withLock { $0.failure = $0.failure ?? error }
                    }
                }
            }
        }
        group.wait()
        let end = state.withLock { ($0.built, $0.failure) }
        if let failure = end.1 { throw failure }
        return RebuildReport(
            partitions: end.0.sorted { $0.partition < $1.partition }, duration: began.duration(to: .now))
    }
}

/// What a rebuild came to.
public struct RebuildReport: Sendable {
    /// What became of one partition.
    public struct Partition: Sendable {
        public var partition: Int32
        /// The first callback that this run processed.
        public var start: Int64
        /// Where the partition's progress is now.
        public var end: Int64
        public var callbacks = 0
        /// By raw value.
        public var decisions = [Int](repeating: 0, count: Decision.allCases.count)
        /// Payments whose first callbacks are gone, and which started from the summary in the old changelog.
        public var summaries = 0
        /// Payments without a callback in the log, whose states were copied.
        public var copiedStates = 0
        /// Records that resolve an item of the review topic, copied.
        public var copiedResolutions = 0
        /// The callbacks whose records are not in the new topics, because the log no longer has them.
        public var gone: [Range<Int64>] = []
        /// Whether an earlier run had begun it.
        public var wasResumed = false
    }

    public var partitions: [Partition]
    public var duration: Duration

    /// Whether the new topics have what every callback led to.
    public var isComplete: Bool { partitions.allSatisfy(\.gone.isEmpty) }

    /// The sum over all partitions.
    public var total: Partition {
        partitions.reduce(into: Partition(partition: -1, start: 0, end: 0)) { sum, part in
            sum.callbacks += part.callbacks
            for index in sum.decisions.indices { sum.decisions[index] += part.decisions[index] }
            sum.summaries += part.summaries
            sum.copiedStates += part.copiedStates
            sum.copiedResolutions += part.copiedResolutions
        }
    }
}
