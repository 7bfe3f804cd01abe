// SPDX-License-Identifier: Apache-2.0

/// The decisions of one purchase, without any I/O: a retry can never buy twice.
///
///     sending ── accepted, refused ──────────────▶ ended
///        │  └─── not sent ──▶ sending again (same payment id), at last ended: not sent
///        └─ no readable answer, or 3041 after a repeat ──▶ asking ── found ──▶ ended: accepted
///                                                             └─ deadline ──▶ ended: unknown
///
/// There is no way back from `asking` to `sending`: "payment not found" does not prove that a purchase did
/// not arrive.
package struct PurchaseFlow {
    /// What happened.
    package enum Event {
        case accepted(Acknowledgement)
        case refused(PlatformRefusal)
        /// Nothing of the request was sent.
        case notSent(String)
        /// The request may have arrived, and has no readable answer.
        case uncertain(String)
        case found(PaymentStatus)
        /// The status is not known: not found, refused, or not answered.
        case notFound(String)
    }

    /// What to do next.
    package enum Action {
        case send(after: Duration)
        case askStatus(after: Duration)
        case end(PurchaseOutcome)
    }

    private enum Phase {
        /// Valid events: accepted, refused, notSent, uncertain.
        case sending(attempt: Int)
        /// Valid events: found, notFound.
        case asking(since: Duration, reason: String)
        case ended
    }

    private let pacing: PurchasePacing
    private let money: Money
    private var phase = Phase.sending(attempt: 1)

    package init(money: Money, pacing: PurchasePacing) {
        self.money = money
        self.pacing = pacing
    }

    /// - Parameter now: on a clock that only goes forwards.
    package mutating func event(_ event: Event, at now: Duration) -> Action {
        switch phase {
        case .sending(let attempt): return sent(event, attempt: attempt, at: now)
        case .asking(let since, let reason): return asked(event, since: since, reason: reason, at: now)
        case .ended: preconditionFailure("an event arrived after the purchase had ended")
        }
    }

    private mutating func sent(_ event: Event, attempt: Int, at now: Duration) -> Action {
        switch event {
        case .accepted(let acknowledgement):
            return end(.accepted(requestID: acknowledgement.requestID, status: nil))
        case .refused(let refusal) where refusal.isDuplicatePayment && attempt > 1:
            return ask("the platform has a payment with this id already: \(refusal)", at: now)
        case .refused(let refusal): return end(.refused(refusal))
        case .notSent(let reason):
            guard attempt < pacing.attempts else { return end(.notSent(reason)) }
            phase = .sending(attempt: attempt + 1)
            return .send(after: pacing.pauseBetweenAttempts)
        case .uncertain(let reason): return ask(reason, at: now)
        case .found, .notFound: preconditionFailure("a status arrived before it was asked for")
        }
    }

    private mutating func asked(
        _ event: Event, since: Duration, reason: String, at now: Duration
    ) -> Action {
        switch event {
        case .found(let status):
            if let other = status.money, other != money {
                return end(
                    .unknown("the platform has a payment with this id and \(other.text), not \(money.text)"))
            }
            return end(.accepted(requestID: status.operations.first?.requestID, status: status))
        case .notFound(let answer):
            let left = pacing.statusDeadline - (now - since)
            guard left > .zero else { return end(.unknown("\(reason); asked for the status: \(answer)")) }
            return .askStatus(after: min(pacing.statusInterval, left))
        case .accepted, .refused, .notSent, .uncertain:
            preconditionFailure("a purchase was sent while its status was being asked for")
        }
    }

    private mutating func ask(_ reason: String, at now: Duration) -> Action {
        phase = .asking(since: now, reason: reason)
        return .askStatus(after: min(pacing.firstStatus, pacing.statusDeadline))
    }

    private mutating func end(_ outcome: PurchaseOutcome) -> Action {
        phase = .ended
        return .end(outcome)
    }
}
