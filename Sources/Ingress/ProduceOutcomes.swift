// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Kafka
internal import Synchronization
internal import Telemetry

/// Takes the reports of all producers, past and present: answers their requests, and keeps what the outcomes
/// say about readiness. Any thread.
final class ProduceOutcomes: Sendable {
    /// Raised when a record failed: the error may be a fatal one, which the watching thread looks at.
    let signal = WakeSignal()
    private let confirmation: Confirmation
    private let telemetry: IngressTelemetry
    private let health = Mutex(ProduceHealth())

    init(_ confirmation: Confirmation, telemetry: IngressTelemetry) {
        self.confirmation = confirmation
        self.telemetry = telemetry
    }

    /// All reports of one event. Report thread.
    func received(_ reports: Span<DeliveryReport>) {
        var hasSuccess = false
        var failure: KafkaError.Code?
        for index in reports.indices {
            confirmation.received(reports[index])
            switch reports[index].outcome {
            case .persisted: hasSuccess = true
            case .possiblyPersisted(let code), .failed(let code): failure = code
            }
        }
        // One event may carry both; the success then shows that records are written.
        if hasSuccess { change { $0.recordSuccess() } }
        guard let failure else { return }
        if !hasSuccess { recordFailure(failure) }
        signal.raise()
    }

    /// A record was refused, by a report or already by `produce`.
    func recordFailure(_ code: KafkaError.Code) {
        change { $0.recordFailure(code, at: LogInterval.now) }
    }

    /// A broker answered for the topic.
    func recordLookUp() {
        change { $0.recordLookUp(at: LogInterval.now) }
    }

    /// The error of the records while they fail for long enough that the instance is not ready.
    var lastingError: KafkaError.Code? {
        health.withLock { $0.isFailing ? $0.lastError : nil }
    }

    private func change(_ step: (inout ProduceHealth) -> Void) {
        let (before, after, error) = health.withLock { health in
            let before = health.isFailing
            step(&health)
            return (before, health.isFailing, health.lastError)
        }
        if !before, after, let error { telemetry.unwritten.writingFails(error) }
        if before, !after { telemetry.unwritten.writingMayGoOn(isProven: error == nil) }
    }
}

/// Wakes one waiting thread, once for any number of calls.
final class WakeSignal: Sendable {
    private let isRaised = Atomic<Bool>(false)
    private let semaphore = DispatchSemaphore(value: 0)
    private let never = DispatchSemaphore(value: 0)

    func raise() {
        if !isRaised.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
    }

    /// Waits until it is raised, but not less than `least` and not more than `most`.
    func wait(atLeast least: DispatchTimeInterval, atMost most: DispatchTimeInterval) {
        let start = DispatchTime.now()
        _ = semaphore.wait(timeout: start + most)
        _ = never.wait(timeout: start + least)
        isRaised.store(false, ordering: .releasing)
    }
}
