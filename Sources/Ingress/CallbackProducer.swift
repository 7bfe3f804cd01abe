// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import HTTP
internal import Kafka
internal import Payments
internal import Synchronization
internal import System
internal import Telemetry

/// Writes callbacks to Kafka: the producer in use, its replacement after a fatal error, and whether callbacks
/// are written at all.
///
/// librdkafka 2.0.2 may raise a fatal error after a mere disconnect (#4438). Then a new producer takes over,
/// and the old one is closed, which reports all that it still held: their requests are answered 503. That
/// happens on the watching thread, since a report thread cannot close its own producer and a loop thread must
/// not block.
final class CallbackProducer: Sendable {
    /// How often brokers are asked and how long they may take: together well below the 10 s within which
    /// readiness has to follow.
    static let lookUpInterval = DispatchTimeInterval.seconds(2)
    static let lookUpPatience = Duration.seconds(3)
    /// A failed record asks for a look-up; however many fail, a cluster in trouble gets no more than five a
    /// second.
    static let leastLookUpInterval = DispatchTimeInterval.milliseconds(200)
    /// How often the changelog's partitions are counted.
    static let changelogInterval = Duration.seconds(10)
    /// How many records may wait while no broker answers: enough to notice when one answers again, few enough
    /// that everybody else gets the 503 immediately and librdkafka does not spin on a long queue.
    static let inFlightWhileUnreachable = 64

    private struct State {
        var isWatching = false
        var isClosing = false
        /// What the last look-up found.
        var lookUp: Readiness.Obstacle? = .init("broker", "no broker has answered yet")
        /// What of the last look-up can be why records are not written.
        var weakness: String?
        var partitions = PartitionCounts()
        /// When the changelog was last looked up, and why it could not be; nil where it could.
        var changelogLookUp: (time: ContinuousClock.Instant, failure: KafkaError.Code?)?
        var changelogPartitions: Int?
    }

    let producer: Replaceable<AcknowledgedProducer>
    /// False once brokers were asked and did not answer.
    let isReachable = Atomic<Bool>(true)
    private let kafka: KafkaConfiguration
    private let settings: AcknowledgedProducer.Settings
    private let outcomes: ProduceOutcomes
    private let telemetry: IngressTelemetry
    private let state = Mutex(State())
    private let watchEnded = DispatchSemaphore(value: 0)

    /// Returns immediately: the brokers need not be there.
    init(
        _ kafka: KafkaConfiguration, _ settings: AcknowledgedProducer.Settings, confirmation: Confirmation,
        telemetry: IngressTelemetry
    ) throws(KafkaError) {
        self.kafka = kafka
        self.settings = settings
        self.telemetry = telemetry
        outcomes = ProduceOutcomes(confirmation, telemetry: telemetry)
        producer = Replaceable(try Self.makeProducer(kafka, settings, outcomes, telemetry.log))
    }

    private static func makeProducer(
        _ kafka: KafkaConfiguration, _ settings: AcknowledgedProducer.Settings, _ outcomes: ProduceOutcomes,
        _ log: Log
    ) throws(KafkaError) -> AcknowledgedProducer {
        try AcknowledgedProducer(kafka, settings, log: log) { outcomes.received($0) }
    }

    /// Begins to ask the brokers, on a separate thread until ``close(within:)``. Once.
    func watch() {
        state.withLock { $0.isWatching = true }
        OSThread(name: "kafka-lookup") { [self] in
            while !state.withLock({ $0.isClosing }) {
                replaceIfFailed()
                // First, so that it is not ready before the two were compared.
                if isChangelogDue {
                    lookUpChangelog()
                    outcomes.signal.wait(
                        atLeast: Self.leastLookUpInterval, atMost: Self.leastLookUpInterval)
                }
                lookUp()
                outcomes.signal.wait(atLeast: Self.leastLookUpInterval, atMost: Self.lookUpInterval)
            }
            watchEnded.signal()
        }.detach()
    }

    /// Why callbacks are not written; empty when they are.
    var notReadyReasons: [Readiness.Obstacle] {
        let (lookUp, weakness, partitions) = state.withLock { ($0.lookUp, $0.weakness, $0.partitions) }
        var reasons = lookUp.map { [$0] } ?? []
        if partitions.isDifferent { reasons.append(.init("partitions", sentence(about: partitions))) }
        if let code = outcomes.lastingError {
            let right = code.missingRight(among: KafkaRight(.write, on: .topic(settings.topic)))
            let cause = right.map { "the principal lacks \($0)" } ?? weakness
            let hint = cause.map { " (\($0))" } ?? ""
            reasons.append(.init("write", "\(settings.topic) takes no callbacks: \(code.name)\(hint)"))
        }
        return reasons
    }

    /// A callback that was not even handed over to librdkafka. Any thread.
    func noteRefusal(_ error: KafkaError) {
        outcomes.recordFailure(error.code)
        telemetry.unwritten.callbackUnwritten(error.code)
        if error.severity == .fatal { outcomes.signal.raise() }
    }

    /// Writes what still waits, or gives it up, and ends. Blocks.
    func close(within limit: Duration) {
        let isWatching = state.withLock { state in
            state.isClosing = true
            return state.isWatching
        }
        outcomes.signal.raise()
        if isWatching { watchEnded.wait() }
        producer.current.close(within: limit)
    }

    private func lookUp() {
        do throws(KafkaError) {
            let reach = try producer.current.topicReach(within: Self.lookUpPatience)
            state.withLock { $0.weakness = reach.weakness }
            notePartitions(reach.partitions)
            outcomes.recordLookUp()
            note(nil)
        } catch {
            note(
                error.isUnreachable
                    ? .init("broker", error.message) : .init("topic", "\(error.name): \(error.message)"))
        }
    }

    private func notePartitions(_ count: Int) {
        let (isNew, partitions) = state.withLock { state in
            (state.partitions.note(callbacks: count, changelog: state.changelogPartitions), state.partitions)
        }
        if isNew { telemetry.partitionCountDiffers(partitions, changelog: settings.comparedTopic) }
    }

    private var isChangelogDue: Bool {
        guard settings.comparedTopic != nil else { return false }
        guard let last = state.withLock({ $0.changelogLookUp }) else { return true }
        return last.time.duration(to: .now) >= Self.changelogInterval
    }

    /// Counts the changelog's partitions. That the ingress may not see it, or that it is not there yet, costs
    /// no callback.
    private func lookUpChangelog() {
        var found: Int?
        var failure: KafkaError?
        do throws(KafkaError) {
            found = try producer.current.comparedPartitions(within: Self.lookUpPatience)
        } catch {
            failure = error
        }
        let before = state.withLock { state in
            defer { state.changelogLookUp = (.now, failure?.code) }
            state.changelogPartitions = found
            return state.changelogLookUp
        }
        if let failure, failure.code != before?.failure, let topic = settings.comparedTopic {
            telemetry.changelogNotSeen(failure, topic: topic)
        }
    }

    private func sentence(about partitions: PartitionCounts) -> String {
        let (topic, count) = (settings.topic, partitions.callbacks ?? 0)
        let fact: String =
            if let expected = partitions.expected, expected != count {
                "\(topic) has \(count) partitions instead of \(expected): callbacks are accepted, and those in "
                    + "other partitions than before are not processed. "
            } else {
                "\(topic) has \(count) partitions and \(settings.comparedTopic ?? "") has "
                    + "\(partitions.changelog ?? 0): callbacks are accepted, and workers do not start. "
            }
        return fact + PartitionCountChange.procedure
    }

    private func note(_ found: Readiness.Obstacle?) {
        let before = state.withLock { state in
            defer { state.lookUp = found }
            return state.lookUp
        }
        let wasReachable = isReachable.exchange(found == nil, ordering: .relaxed)
        // The first answer is reported in any case, later ones when they differ.
        if before?.name != found?.name || wasReachable != (found == nil) {
            telemetry.brokerChanged(found?.reason)
        }
    }

    private func replaceIfFailed() {
        let failed = producer.current
        guard let error = failed.fatalError else { return }
        telemetry.producerFailed(error.description)
        do throws(KafkaError) {
            producer.replace(try Self.makeProducer(kafka, settings, outcomes, telemetry.log))
        } catch {
            // Tried again at the next look-up; until then every request is answered 503.
            telemetry.producerNotMade(error.description)
            return
        }
        failed.close(within: .zero)
    }
}
