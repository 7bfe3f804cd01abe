// SPDX-License-Identifier: Apache-2.0
public import Audit
internal import Kafka
public import Payments
public import Telemetry

/// Publishes what the callbacks lead to and the topics lack.
///
/// Two passes over the callbacks, each with the rules and code of the audit. The first one plans: it finds
/// what is missing, and refuses where published records differ, because what is missing would then not fit
/// them. The second derives the planned records again and publishes them as it comes to them, so that no more
/// than one batch is held (`ReplayPublisher`).
public struct Replay {
    /// What is replayed, and how.
    public struct Settings: Sendable {
        public var log: TopicReader.Settings
        /// As the workers are set.
        public var processor: ProcessorSettings
        public var range: ReplayRange
        /// Where the scratch stores are; nil means the system's folder for temporary files.
        public var scratch: String?
        /// The most records published in a second; nil means no limit.
        public var rate: Int?
        /// The time by the clock.
        public var now: Timestamp

        public init(
            log: TopicReader.Settings, processor: ProcessorSettings, range: ReplayRange = ReplayRange(),
            scratch: String? = nil, rate: Int? = nil, now: Timestamp
        ) {
            self.log = log
            self.processor = processor
            self.range = range
            self.scratch = scratch
            self.rate = rate
            self.now = now
        }
    }

    let settings: Settings
    let makeProcessor: (ProcessorSettings) -> RecordProcessor
    let log: Log
    let reader: TopicReader
    /// Nil is all.
    private let partitions: [Int32]?
    private let ranges: [Int32: Range<Int64>]

    /// - Parameter makeProcessor: makes a record processor of these settings, with the keys that there are.
    public init(
        _ settings: Settings, makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor, log: Log
    ) throws(ReplayError) {
        self.settings = settings
        self.makeProcessor = makeProcessor
        self.log = log
        (reader, partitions, ranges) = try reading { () throws(TopicReadError) in
            let reader = try TopicReader(settings.log, log: log)
            let partitions = settings.range.partitions(of: try reader.processedPartitionCount())
            var ranges: [Int32: Range<Int64>] = [:]
            for partition in partitions ?? Array(0..<reader.partitionCount)
            where partition < reader.partitionCount {
                ranges[partition] = try settings.range.offsets(of: partition, in: reader)
            }
            return (reader, partitions, ranges)
        }
    }

    /// Goes through the log once and reports what is missing or differs.
    func run(
        fault: @escaping (Fault) -> Void, output: @escaping (OutputFault) throws(TopicReadError) -> Void,
        progress: (Proof.Progress) -> Void
    ) throws(ReplayError) -> ProofReport {
        var proof = Proof.Settings(
            log: settings.log, processor: settings.processor, partitions: partitions,
            scratch: settings.scratch, now: settings.now)
        proof.isBoundByProgress = true
        return try reading { () throws(TopicReadError) in
            try Proof(proof, reader: reader, makeProcessor: makeProcessor)
                .run(fault: fault, output: output, progress: progress)
        }
    }

    /// Whether a record is of the range.
    func covers(_ partition: Int32, _ callback: Int64, key: [UInt8]?) -> Bool {
        if let wanted = settings.range.key, wanted != key { return false }
        return ranges[partition]?.contains(callback) ?? false
    }

    /// Plans, and changes nothing.
    public func plan(progress: (Proof.Progress) -> Void) throws(ReplayError) -> ReplayFindings {
        let collector = PlanCollector(self)
        let report = try run(fault: collector.note, output: collector.note, progress: progress)
        let cluster = try reading { () throws(TopicReadError) in try reader.clusterID() }
        let (items, notDerivable) = collector.end()
        let plan = ReplayPlan(
            cluster: cluster, topics: Topic.allCases.map { settings.log.topics[$0] },
            group: settings.log.group, createdAt: settings.now,
            partitions: report.partitions.map {
                ReplayPlan.Partition(
                    partition: $0.partition, progress: $0.progress, start: $0.start, end: $0.end)
            }, items: items)
        return ReplayFindings(
            plan: plan, notDerivable: notDerivable, differing: collector.differing,
            firstDiffering: collector.firstDiffering, expired: report.account.expired,
            skipped: report.account.skipped, callbacks: report.account.callbacks)
    }
}

/// What a plan came to.
public struct ReplayFindings: Sendable {
    /// A record that is missing and cannot be published as it was.
    public struct NotDerivable: Sendable, Equatable {
        public enum Reason: String, Sendable, CaseIterable {
            /// No key of today verifies the callback.
            case unverified
            /// The payment has a history before the log that decides it.
            case unknownHistory = "unknown-history"
        }

        public var partition: Int32
        public var callback: Int64
        public var reason: Reason
    }

    public var plan: ReplayPlan
    public var notDerivable: [NotDerivable]
    /// Published records that differ from what is derived.
    public var differing: Int
    public var firstDiffering: [Fault]
    /// Records that are gone because they are older than their topic keeps them.
    public var expired: Int
    /// Callbacks that an operator had the workers skip: they led to nothing.
    public var skipped: Int
    public var callbacks: Int

    /// Throws where published records differ.
    public func check() throws(ReplayError) {
        if differing > 0 { throw .differs(count: differing, first: firstDiffering) }
    }
}

/// Makes a plan of what a pass reports. Confined to one thread.
private final class PlanCollector {
    private static let mostShown = 10

    private let replay: Replay
    private var items: [ReplayPlan.Item] = []
    /// Indices of items that hold only if their payment has no history before the log.
    private var assumed: [Int] = []
    private var confirmed: Set<[UInt8]> = []
    private var notDerivable: [ReplayFindings.NotDerivable] = []
    private(set) var differing = 0
    private(set) var firstDiffering: [Fault] = []
    private var partition: Int32 = 0

    init(_ replay: Replay) { self.replay = replay }

    func note(_ fault: Fault) {
        partition = fault.partition
        guard case .differs = fault.kind else { return }
        if let key = replay.settings.range.key, key != fault.key { return }
        differing += 1
        if firstDiffering.count < Self.mostShown { firstDiffering.append(fault) }
    }

    func note(_ fault: OutputFault) {
        switch fault {
        case .missing(let output, let certainty): note(output, certainty)
        case .missingUnknown(let callback, let key):
            if replay.covers(partition, callback, key: key) {
                notDerivable.append(
                    .init(partition: partition, callback: callback, reason: .unknownHistory))
            }
        case .confirmed(let key): confirmed.insert(key)
        case .differs: break
        }
    }

    private func note(_ output: DerivedOutput, _ certainty: OutputFault.Certainty) {
        guard replay.covers(output.partition, output.callback, key: output.key) else { return }
        switch certainty {
        case .unverified, .unknownHistory:
            notDerivable.append(
                .init(
                    partition: output.partition, callback: output.callback,
                    reason: certainty == .unverified ? .unverified : .unknownHistory))
        case .exact, .assumed:
            if certainty == .assumed { assumed.append(items.count) }
            items.append(
                ReplayPlan.Item(
                    partition: output.partition, callback: output.callback, decision: output.decision,
                    key: output.key, digest: output.digest))
        }
    }

    /// The items, in order, and what cannot be derived.
    func end() -> (items: [ReplayPlan.Item], notDerivable: [ReplayFindings.NotDerivable]) {
        let refuted = Set(assumed.filter { !confirmed.contains(items[$0].key ?? []) })
        var kept: [ReplayPlan.Item] = []
        for (index, item) in items.enumerated() {
            if refuted.contains(index) {
                notDerivable.append(
                    .init(partition: item.partition, callback: item.callback, reason: .unknownHistory))
            } else {
                kept.append(item)
            }
        }
        return (kept.sorted { ($0.partition, $0.callback) < ($1.partition, $1.callback) }, notDerivable)
    }
}
