// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments
internal import Telemetry

/// Counts and logs what a comparison beside the workers finds. Safe from any thread.
///
/// A line names paths, never values: a value may be personal data. `tidings replay --diff` shows both values.
struct ShadowTelemetry: Sendable {
    /// Paths of fields in one line.
    private static let mostPaths = 10

    let log: Log
    private let metrics: MetricsRegistry
    /// By decision.
    private let callbacks: [Counter]
    private let partitions: Gauge
    private let begunPartitions: Counter
    private let failures: Counter
    private let differenceLines = LogIntervals()
    private let failureLines = LogIntervals()

    init(log: Log, metrics: MetricsRegistry) {
        self.log = log
        self.metrics = metrics
        metrics.declare(ShadowMetrics.families)
        callbacks = metrics.counters(ShadowMetrics.callbacks)
        partitions = metrics.gauge(ShadowMetrics.partitions)
        begunPartitions = metrics.counter(ShadowMetrics.begun)
        failures = metrics.counter(ShadowMetrics.failures)
        // There from the first scrape on, so that an alert on an increase sees the first one.
        for kind in ReplayDifference.Kind.allCases {
            for topic in Topic.outputs { _ = counter(kind, topic) }
        }
    }

    private func counter(_ kind: ReplayDifference.Kind, _ topic: Topic) -> Counter {
        metrics.counter(ShadowMetrics.differences, kind.rawValue, topic.outputName)
    }

    func begun(_ partition: Int32, at offset: Int64) {
        begunPartitions.add()
        partitions.add(1)
        log.info(
            "comparing beside the workers", ["partition": .integer(partition), "offset": .integer(offset)])
    }

    func ended(partitions count: Int) { partitions.add(-count) }

    func overtaken(_ partition: Int32, at offset: Int64) {
        log.warning(
            "the workers do not go on from here", next: "beginning again from their payment states",
            advice: "nothing to do unless it repeats without a restart of a worker",
            ["partition": .integer(partition), "offset": .integer(offset)])
    }

    func advanced(_ partition: Int32, from old: Account, to new: Account, lag: Int64) {
        for decision in Decision.allCases where new[decision] > old[decision] {
            callbacks[Int(decision.rawValue)].add(new[decision] - old[decision])
        }
        note(lag: lag, of: partition)
    }

    func note(lag: Int64, of partition: Int32) {
        metrics.gauge(ShadowMetrics.lag, "\(partition)").set(Int(lag))
    }

    func found(_ difference: ReplayDifference) {
        counter(difference.kind, difference.topic).add()
        let topic = difference.topic.outputName
        let decision = difference.decision.map { "\($0.name)" } ?? "none"
        guard let omitted = differenceLines.next("\(difference.kind.rawValue) \(topic) \(decision)") else {
            return
        }
        let paths = difference.kind == .differs ? difference.fields.map(\.path) : []
        log.warning(
            "output differs from what the workers published",
            next: "it is counted and the comparison goes on",
            advice: "compare with `tidings replay --diff`",
            [
                "kind": .text(difference.kind.rawValue), "topic": .text(topic),
                "partition": .integer(difference.partition),
                "callback_offset": .text(difference.callback.map { "\($0)" } ?? "none"),
                "record_offset": .text(difference.offset.map { "\($0)" } ?? "none"),
                "decision": .text(decision),
                "fields": .text(paths.prefix(Self.mostPaths).joined(separator: ", ")),
                "omitted": .integer(omitted),
            ])
    }

    func failed(_ error: TopicReadError) {
        failures.add()
        guard let omitted = failureLines.next(error.description) else { return }
        log.warning(
            "cannot read the topics", next: "beginning again from the workers' payment states",
            advice: "correct what `reason` names: the brokers, the topics or the rights",
            ["reason": .text(error.description), "omitted": .integer(omitted)])
    }
}
