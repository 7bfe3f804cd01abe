// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization
internal import System
internal import WebClient

/// Delivers callbacks on a separate thread, one after the other, in the order in which they are due.
///
/// Only an answer of exactly 200 counts. After anything else the callback is due again by
/// ``DeliverySchedule``.
final class CallbackDelivery: Sendable {
    struct Due: Sendable {
        var time: ContinuousClock.Instant
        /// Among equal times the earlier one goes first.
        var number: Int
        var callback: OutgoingCallback
    }

    private struct State {
        var queue: [Due] = []
        var count = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let thread = Mutex<OSThread?>(nil)
    private let wakeUp = DispatchSemaphore(value: 0)
    private let sender: RequestSender
    private let timeScale: Double
    private let report: @Sendable (PlatformEvent) -> Void
    private let begun: @Sendable (OutgoingCallback) -> Void

    /// - Parameters:
    ///   - timeScale: every wait is multiplied by it.
    ///   - report: is called after each attempt, from the delivery thread.
    ///   - begun: is called before the first attempt of a callback, from the delivery thread.
    init(
        timeScale: Double, timeout: Duration, report: @escaping @Sendable (PlatformEvent) -> Void,
        begun: @escaping @Sendable (OutgoingCallback) -> Void
    ) {
        self.begun = begun
        self.timeScale = timeScale
        self.report = report
        sender = RequestSender(.init(connectTimeout: timeout, timeout: timeout, responseLimit: 64 * 1024))
    }

    /// - Parameter delay: before scaling.
    func enqueue(_ callback: OutgoingCallback, after delay: Duration = .zero) {
        enqueue([(callback, delay)])
    }

    /// Queues callbacks whose delays count from one instant. No attempt begins before all are queued, so
    /// their order is that of their delays, however slow the machine is.
    ///
    /// - Parameters:
    ///   - callbacks: each with its delay before scaling.
    ///   - start: what the delays count from.
    func enqueue(
        _ callbacks: [(callback: OutgoingCallback, delay: Duration)],
        from start: ContinuousClock.Instant = .now
    ) {
        state.withLock { state in
            for (callback, delay) in callbacks {
                state.count += 1
                let due = Due(time: start + delay * timeScale, number: state.count, callback: callback)
                let index = state.queue.firstIndex { ($0.time, $0.number) > (due.time, due.number) }
                state.queue.insert(due, at: index ?? state.queue.count)
            }
        }
        wakeUp.signal()
    }

    /// How many callbacks are waiting for an attempt.
    var waitingCount: Int { state.withLock { $0.queue.count } }

    func start() {
        thread.withLock {
            $0 = OSThread(name: "platform-send") { [self] in
                while let due = nextDue() { deliver(due) }
            }
        }
    }

    /// Ends the thread after the attempt in progress. What waits is dropped.
    func stop() {
        state.withLock { $0.isStopping = true }
        wakeUp.signal()
        let running = thread.withLock { $0.take() }
        running?.join()
    }

    /// Waits for the next callback that is due; nil at the stop.
    private func nextDue() -> Due? {
        while true {
            let wait: Duration? = state.withLock { state in
                if state.isStopping { return nil }
                guard let first = state.queue.first else { return .seconds(3600) }
                return ContinuousClock.now.duration(to: first.time)
            }
            guard let wait else { return nil }
            if wait <= .zero {
                if let due = state.withLock({ $0.queue.isEmpty ? nil : $0.queue.removeFirst() }) {
                    return due
                }
            } else {
                _ = wakeUp.wait(timeout: .now() + .nanoseconds(Int(wait / .nanoseconds(1))))
            }
        }
    }

    private func deliver(_ due: Due) {
        var callback = due.callback
        if callback.attempt == 1 { begun(callback) }
        var status: Int?
        var error: String?
        do throws(WebError) {
            status = try sender.send(.json(callback.body, to: callback.address)).status
        } catch let failure {
            error = "\(failure)"
        }
        let isLost = callback.losesAnswer && status == 200
        if isLost { callback.losesAnswer = false }
        let isAccepted = status == 200 && !isLost
        let gap = isAccepted ? nil : DeliverySchedule.gap(after: callback.attempt)
        report(
            .callback(
                callback, status: status, error: isLost ? "the answer was lost" : error,
                isAccepted: isAccepted, nextAfter: gap.map { $0 * timeScale }))
        guard let gap else { return }
        callback.attempt += 1
        // A lost answer is a part of a scenario, which repeats exactly: its redelivery does not depend on
        // how long the attempt took.
        enqueue([(callback, gap)], from: isLost ? due.time : .now)
    }
}
