// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import WebClient

/// One connection's share of a load. Confined to its thread.
///
/// The times of its callbacks are fixed when a payment begins, whatever the answers take, and an answer's
/// latency is measured from that time: a slow server cannot slow the load down and hide it.
struct LoadConnection {
    private let load: CallbackLoad.Settings
    private let sender: KeptConnection
    private var random: SeededRandom
    private var queue = LoadQueue()
    private var result = LoadResult()
    /// When the next payment begins, from the start of the load.
    private var nextPayment: Duration
    private let gap: Duration
    /// Seconds since 1970 at the start of the load.
    private let date: Int64
    private let sent: @Sendable (CallbackLoad.Sent) -> Void

    init(
        _ load: CallbackLoad.Settings, index: Int, date: Int64,
        sent: @escaping @Sendable (CallbackLoad.Sent) -> Void
    ) {
        self.load = load
        self.date = date
        self.sent = sent
        sender = KeptConnection(
            .init(connectTimeout: load.timeout, timeout: load.timeout, responseLimit: 64 * 1024))
        // Each connection has separate numbers: SplitMix64 spreads seeds that are near to one another.
        var seeds = SeededRandom(load.seed &+ UInt64(index))
        random = SeededRandom(seeds.next())
        let between = Duration.seconds(load.histories.meanCallbacks / load.rate)
        gap = between * load.connections
        nextPayment = between * index
    }

    /// - Parameter start: of the load, for all connections.
    mutating func run(from start: ContinuousClock.Instant) -> LoadResult {
        while true {
            let begins = nextPayment < load.duration ? nextPayment : nil
            if let begins, queue.first.map({ begins <= $0.due }) ?? true {
                begin(at: begins)
                nextPayment += gap
                continue
            }
            guard let due = queue.first?.due, due < load.duration else { break }
            Self.pause(until: start + due)
            if let next = queue.removeFirst() { send(next, from: start) }
        }
        result.unsent = queue.remaining
        return result
    }

    private mutating func begin(at offset: Duration) {
        let run = ScenarioRun(
            id: "load", scenario: load.histories.next(&random), seed: random.next(),
            start: date + offset.components.seconds, projectID: load.projectID)
        let plan = ScenarioPlan(
            run, secret: load.secret, origin: "https://example.com", timeScale: load.timeScale)
        result.payments += 1
        for entry in plan.entries {
            let due = offset + entry.offset * load.timeScale
            queue.insert(entry, due: due, isGenuine: !entry.isForged)
            // An answer that was lost is followed by the first redelivery.
            if entry.losesAnswer, let gap = DeliverySchedule.gap(after: 1) {
                queue.insert(entry, due: due + gap * load.timeScale, isGenuine: !entry.isForged)
            }
        }
    }

    private mutating func send(_ callback: LoadQueue.Element, from start: ContinuousClock.Instant) {
        let payment = callback.entry.payment
        sent(
            .init(
                projectID: payment.projectID, paymentID: payment.id, status: payment.status,
                due: start + callback.due, isGenuine: callback.isGenuine))
        result.sent += 1
        do throws(WebError) {
            let status = try sender.send(.json(callback.entry.body, to: load.address)).status
            result.answers.add(ContinuousClock.now - (start + callback.due))
            result.statuses[status, default: 0] += 1
            if (status == 200) != callback.isGenuine { result.unexpected += 1 }
        } catch {
            result.unanswered += 1
        }
    }

    private static func pause(until time: ContinuousClock.Instant) {
        while true {
            let (seconds, attoseconds) = ContinuousClock.now.duration(to: time).components
            guard seconds > 0 || attoseconds > 0 else { return }
            var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            nanosleep(&left, nil)
        }
    }
}
