// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Kafka
internal import Payments
internal import Telemetry

/// What the ingress counts and logs: one method for each observable fact. Never a body, a signature or a
/// name.
struct IngressTelemetry: Sendable {
    let log: Log
    let metrics: MetricsRegistry
    let door: DoorTelemetry
    let unwritten: UnwrittenTelemetry

    private let accepted: Counter
    private let malformedCallbacks: Counter
    private let malformed: [Counter]
    private let unsigned: Counter
    private let withoutProject: Counter
    private let refused: Counter
    private let notAllowed: Counter
    private let limited: Counter
    private let unavailable: Counter
    private let unconfirmed: Counter
    /// Nil for the reasons that no larger limit would help.
    private let oversized: [Counter?]
    private let producersReplaced: Counter
    private let keyReloads: Counter
    private let brokerReachable: Gauge
    private let partitionCountDifferences: Counter

    /// - Parameters:
    ///   - topic: the topic of callbacks.
    ///   - logTime: milliseconds of a clock that never goes backwards.
    init(
        topic: String, log: Log, metrics: MetricsRegistry, logTime: @escaping @Sendable () -> Int64
    ) {
        self.log = log
        self.metrics = metrics
        metrics.declare(IngressMetrics.families)
        let outcome = { (outcome: IngressOutcome) in
            metrics.counter(IngressMetrics.callbacks, outcome.rawValue)
        }
        door = DoorTelemetry(log: log, logTime: logTime, outcome: outcome)
        unwritten = UnwrittenTelemetry(topic: topic, log: log, metrics: metrics, logTime: logTime)
        accepted = outcome(.accepted)
        malformedCallbacks = outcome(.malformed)
        unsigned = outcome(.unsigned)
        withoutProject = outcome(.withoutProject)
        refused = outcome(.refused)
        notAllowed = outcome(.addressNotAllowed)
        limited = outcome(.limited)
        unavailable = outcome(.unavailable)
        unconfirmed = outcome(.unconfirmed)
        malformed = metrics.counters(IngressMetrics.malformed)
        oversized = JSONError.Reason.allCases.map { reason in
            reason.isSize ? metrics.counter(IngressMetrics.oversized, "\(reason.name)") : nil
        }
        producersReplaced = metrics.counter(IngressMetrics.producersReplaced)
        keyReloads = metrics.counter(IngressMetrics.keyRingsReplaced)
        partitionCountDifferences = metrics.counter(IngressMetrics.partitionCountDifferences)
        brokerReachable = metrics.gauge(IngressMetrics.brokerReachable)
    }

    /// Lets the bodies that the server refuses by their length count beside those the scanner refuses.
    func countOversizedBodies(of server: Server) {
        metrics.read(IngressMetrics.oversized, "body") { [weak server] in
            Double(server?.oversizedBodies ?? 0)
        }
    }

    func started(allowsAnyAddress: Bool) {
        if allowsAnyAddress {
            log.warning(
                "callbacks are accepted from any address", next: "the signature alone protects the ingress",
                advice: "set ingress.allow to the platform's networks")
        }
    }

    func stopDelayed(by delay: Duration) {
        log.info(
            "stopping: not ready, still accepting until the load balancer has noticed",
            ["seconds": .integer(delay.components.seconds)])
    }

    func callbackAccepted() { accepted.add() }
    func callbackUnconfirmed() { unconfirmed.add() }
    func callbackUnavailable() { unavailable.add() }
    func callbackLimited() { limited.add() }
    func callbackUnsigned() { unsigned.add() }
    func callbackWithoutProject() { withoutProject.add() }
    func callbackRefused() { refused.add() }
    func addressNotAllowed() { notAllowed.add() }

    func callbackMalformed(_ error: JSONError) {
        malformedCallbacks.add()
        malformed[Int(error.reason.rawValue)].add()
        oversized[Int(error.reason.rawValue)]?.add()
        log.debug(
            "a body is not a valid JSON object; answered 400",
            ["reason": .text("\(error.reason.name)"), "offset": .integer(error.offset)])
    }

    func keysReplaced(projects: Int) {
        keyReloads.add()
        log.info("keys reloaded", ["projects": .integer(projects)])
    }

    /// - Parameter reason: why callbacks cannot be written; nil when a broker answers for the topic.
    func brokerChanged(_ reason: String?) {
        brokerReachable.set(reason == nil ? 1 : 0)
        if let reason {
            log.error(
                "Kafka cannot be reached or does not give the topic",
                next: "callbacks are answered 503 and the platform delivers them again",
                advice: "look at the brokers, the topic and the rights of this principal",
                ["reason": .text(reason)])
        } else {
            log.info("broker reachable")
        }
    }

    /// Readiness is lost until the counts are equal and what they were.
    ///
    /// - Parameter changelog: its name; nil where it is not compared.
    func partitionCountDiffers(_ partitions: PartitionCounts, changelog: String?) {
        partitionCountDifferences.add()
        log.error(
            "partition count of the callbacks topic differs", next: "callbacks are accepted, not ready",
            advice: "follow the procedure",
            [
                "partitions": .integer(partitions.callbacks ?? 0),
                "expected": .integer(partitions.expected ?? 0),
                "changelog": .text(changelog ?? "none"),
                "changelog_partitions": .text(partitions.changelog.map { "\($0)" } ?? "unknown"),
                "procedure": .text(PartitionCountChange.procedure),
            ])
    }

    /// The counts cannot be compared; callbacks are accepted all the same.
    func changelogNotSeen(_ error: KafkaError, topic: String) {
        if error.isUnreachable { return }
        log.warning(
            "cannot compare partition counts: the changelog is not visible",
            next: "callbacks are accepted all the same",
            advice: "grant DESCRIBE on it",
            ["error": .text(error.name), "topic": .text(topic)])
    }

    func producerFailed(_ error: String) {
        producersReplaced.add()
        log.error(
            "fatal producer error", next: "replacing the producer",
            advice: "look at the brokers' logs if it repeats",
            ["error": .text(error)])
    }

    func producerNotMade(_ error: String) {
        log.error(
            "cannot make a new producer", next: "trying again",
            advice: "correct the cause in `error`; callbacks are answered 503 until then",
            ["error": .text(error)])
    }
}
