internal import Dispatch
internal import HTTP
internal import Kafka
internal import Synchronization

/// The way into the log: the producer in use, whether brokers answer it, and its replacement when it has failed for
/// good.
///
/// librdkafka 2.0.2 may raise a fatal error after a mere disconnect (#4438). Then a new producer takes over, and the
/// old one is closed, which reports all that it still held: their requests are answered 503. That happens on the
/// watching thread, since a report thread cannot close its own producer and a loop thread must not block.
final class LogWriter: Sendable {
    /// How often brokers are asked and how long they may take: together well below the 10 s within which readiness
    /// must tell the truth.
    static let watchInterval = DispatchTimeInterval.seconds(2)
    static let watchPatience = Duration.seconds(3)
    /// How many records may wait while no broker answers: enough to notice at once that one does again, few enough
    /// that everybody else has the 503 at once and librdkafka does not spin on a long queue.
    static let inFlightWhileUnreachable = 64

    private struct State {
        var obstacle: Readiness.Obstacle? = .init("broker", "no broker has answered yet")
        var isWatching = false
        var isClosing = false
    }

    typealias Make =
        @Sendable (@escaping AcknowledgedProducer.Reports) throws(KafkaError) -> AcknowledgedProducer

    let producer: Replaceable<AcknowledgedProducer>
    /// False once brokers were asked and did not answer.
    let isReachable = Atomic<Bool>(true)
    private let makeProducer: @Sendable () throws(KafkaError) -> AcknowledgedProducer
    private let telemetry: IngressTelemetry
    private let state = Mutex(State())
    private let bell: Bell
    private let watchEnded = DispatchSemaphore(value: 0)

    /// Wakes the watching thread, once for any number of rings.
    private final class Bell: Sendable {
        private let isRung = Atomic<Bool>(false)
        private let semaphore = DispatchSemaphore(value: 0)

        func ring() {
            if !isRung.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
        }

        func wait(for interval: DispatchTimeInterval) {
            _ = semaphore.wait(timeout: .now() + interval)
            isRung.store(false, ordering: .releasing)
        }
    }

    /// - Parameters:
    ///   - make: makes a producer with the reports it is given.
    ///   - reported: told of every report, on a report thread.
    init(
        telemetry: IngressTelemetry, make: @escaping Make,
        reported: @escaping @Sendable (borrowing DeliveryReport) -> Void
    ) throws(KafkaError) {
        let bell = Bell()
        self.bell = bell
        self.telemetry = telemetry
        makeProducer = { () throws(KafkaError) in
            try make { reports in
                var hasFailure = false
                for index in reports.indices {
                    reported(reports[index])
                    if reports[index].outcome != .persisted { hasFailure = true }
                }
                // Perhaps a fatal one: the watching thread looks.
                if hasFailure { bell.ring() }
            }
        }
        producer = Replaceable(try makeProducer())
    }

    /// Begins to ask the brokers, on a thread of its own until ``close(within:)``. Once.
    func watch() {
        state.withLock { $0.isWatching = true }
        DispatchQueue(label: "tidings.log-writer").async { [self] in
            while !state.withLock({ $0.isClosing }) {
                replaceIfFailed()
                askBrokers()
                bell.wait(for: Self.watchInterval)
            }
            watchEnded.signal()
        }
    }

    /// What stands against being ready.
    var obstacle: Readiness.Obstacle? { state.withLock { $0.obstacle } }

    /// Looks at the producer as soon as may be: somebody saw it fail. Any thread.
    func lookSoon() {
        bell.ring()
    }

    /// Writes what still waits, or gives it up, and ends. Blocks.
    func close(within limit: Duration) {
        let isWatching = state.withLock { state in
            state.isClosing = true
            return state.isWatching
        }
        bell.ring()
        if isWatching { watchEnded.wait() }
        producer.current.close(within: limit)
    }

    private func askBrokers() {
        do throws(KafkaError) {
            try producer.current.reachTopic(within: Self.watchPatience)
            note(nil)
        } catch {
            note(.init("broker", error.message))
        }
    }

    private func note(_ obstacle: Readiness.Obstacle?) {
        let wasReachable = state.withLock { state in
            let before = state.obstacle
            state.obstacle = obstacle
            return before == nil
        }
        let wasAsked = isReachable.exchange(obstacle == nil, ordering: .relaxed)
        // The first answer is told in any case, later ones when they differ.
        if wasReachable != (obstacle == nil) || wasAsked != (obstacle == nil) {
            telemetry.brokerChanged(obstacle?.reason)
        }
    }

    private func replaceIfFailed() {
        let failed = producer.current
        guard let error = failed.fatalError else { return }
        telemetry.producerFailed(error.description)
        do throws(KafkaError) {
            producer.replace(try makeProducer())
        } catch {
            // Tried again at the next look; until then every request is answered 503.
            telemetry.producerNotMade(error.description)
            return
        }
        failed.close(within: .zero)
    }
}
