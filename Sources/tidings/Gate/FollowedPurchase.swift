// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Gate
import Payments

/// A purchase and the payment's events, each reported as soon as it comes.
///
/// 1. The follower has noted the partition's end.
/// 2. The purchase is sent, and events are reported while it has not ended.
/// 3. Its outcome is reported, whatever has become of Kafka.
/// 4. Unless it was refused or not sent, events are reported until one is final.
///
/// Confined to the thread that made it.
struct FollowedPurchase: ~Copyable {
    private let request: PurchaseRequest
    private let client: GateClient
    private var follower: PaymentFollower
    private let outcome: (PurchaseOutcome) -> Void
    private let event: (FollowedEvent) -> Bool
    private let line = ProgressLine()

    /// - Parameters:
    ///   - follower: made before, so that no event is missed.
    ///   - outcome: gets the outcome, once.
    ///   - event: gets each event, and returns false where it cannot be reported.
    init(
        _ request: PurchaseRequest, by client: GateClient, _ follower: consuming PaymentFollower,
        outcome: @escaping (PurchaseOutcome) -> Void, event: @escaping (FollowedEvent) -> Bool
    ) {
        self.request = request
        self.client = client
        self.follower = follower
        self.outcome = outcome
        self.event = event
    }

    /// - Parameter deadline: how long a final event is awaited behind the end of the purchase.
    mutating func run(deadline: Duration) throws -> ExitCode {
        let purchase = PurchaseInProgress(request, by: client)
        var failure: TopicReadError?
        var final: FollowedEvent?
        do throws(TopicReadError) {
            final = try followUntilOver(purchase)
        } catch {
            failure = error
        }
        let outcome = try purchase.wait()
        line.clear()
        self.outcome(outcome)
        switch outcome {
        // What was followed is another payment with this id.
        case .refused, .notSent: return outcome.exitCode
        case .accepted, .unknown: break
        }
        if let failure { throw failure }
        if final == nil { final = try nextFinal(within: deadline) }
        guard let final else { return .outcomeUnknown }
        return final.isSuccess ? .done : .wrong
    }

    /// - Returns: the first final event that came before the purchase had ended.
    private mutating func followUntilOver(
        _ purchase: PurchaseInProgress
    ) throws(TopicReadError) -> FollowedEvent? {
        while !purchase.isOver {
            if let step = purchase.takeStep() { line.show(step.text) }
            guard let event = try follower.next(until: .now + .milliseconds(200)) else { continue }
            line.clear()
            // Without a reader too: the purchase has not ended.
            _ = self.event(event)
            if event.statusClass == .final { return event }
        }
        return nil
    }

    /// - Returns: nil at the deadline, and where nobody reads what is printed.
    private mutating func nextFinal(within limit: Duration) throws(TopicReadError) -> FollowedEvent? {
        let deadline = ContinuousClock.now + limit
        while let event = try follower.next(until: deadline) {
            let isPrinted = self.event(event)
            if event.statusClass == .final { return event }
            if !isPrinted {
                StandardError.write("tidings: an event cannot be written to standard output\n")
                return nil
            }
        }
        StandardError.write("tidings: no final status within \(limit)\n")
        return nil
    }
}
