internal import Dispatch
internal import HTTP
internal import Kafka
internal import Payments
internal import Synchronization
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
        /// How many partitions the topic had when a broker first answered, and has now.
        var partitions: (first: Int, now: Int)?
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
        DispatchQueue(label: "tidings.callback-producer").async { [self] in
            while !state.withLock({ $0.isClosing }) {
                replaceIfFailed()
                lookUp()
                outcomes.signal.wait(atLeast: Self.leastLookUpInterval, atMost: Self.lookUpInterval)
            }
            watchEnded.signal()
        }
    }

    /// Why callbacks are not written; empty when they are.
    var notReadyReasons: [Readiness.Obstacle] {
        let (lookUp, weakness, partitions) = state.withLock { ($0.lookUp, $0.weakness, $0.partitions) }
        var reasons = lookUp.map { [$0] } ?? []
        if let partitions, partitions.first != partitions.now {
            reasons.append(
                .init(
                    "partitions",
                    "\(settings.topic) has \(partitions.now) partitions instead of \(partitions.first): callbacks are "
                        + "accepted, and those in other partitions than before are processed by nobody. "
                        + PartitionCountChange.procedure))
        }
        if let code = outcomes.lastingError {
            let hint = missingRight(code) ?? weakness.map { " (\($0))" } ?? ""
            reasons.append(.init("write", "\(settings.topic) takes no callbacks: \(code.name)\(hint)"))
        }
        return reasons
    }

    /// The right behind a broker's denial, for a person.
    private func missingRight(_ code: KafkaError.Code) -> String? {
        KafkaError(code, severity: .retriable)
            .naming(
                KafkaRight(.write, on: .topic(settings.topic)), KafkaRight(.idempotentWrite, on: .cluster)
            )
            .missingRight.map { " (the principal lacks \($0))" }
    }

    /// A callback that was not even handed over to librdkafka. Any thread.
    func noteRefusal(_ error: KafkaError) {
        outcomes.recordFailure(error.code)
        telemetry.callbackUnwritten(error.code)
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
            note(partitions: reach.partitions)
            outcomes.recordLookUp()
            note(nil)
        } catch {
            note(
                error.isUnreachable
                    ? .init("broker", error.message) : .init("topic", "\(error.name): \(error.message)"))
        }
    }

    /// A payment's partition follows from the count, so added partitions take payments away from their state.
    private func note(partitions count: Int) {
        let (before, first) = state.withLock { state in
            let before = state.partitions
            let first = before?.first ?? count
            state.partitions = (first, count)
            return (before?.now ?? count, first)
        }
        if before != count { telemetry.partitionCountChanged(from: first, to: count) }
    }

    private func note(_ found: Readiness.Obstacle?) {
        let before = state.withLock { state in
            let before = state.lookUp
            state.lookUp = found
            return before
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
