// SPDX-License-Identifier: Apache-2.0
public import Payments

/// A payment whose final status has not been published.
public struct WaitingPayment: Sendable {
    public let projectID: Int64
    /// As the platform or the merchant's list spells it.
    public let paymentID: String
    /// The latest published status; empty for a payment of the merchant's list without an event.
    public internal(set) var status = ""
    /// When the callback of the last event was received; nil without an event.
    public internal(set) var lastEventAt: Timestamp?
    /// Whether it is on the merchant's list.
    public internal(set) var isListed: Bool
    /// From here on its age counts: the last event, or when the list was read.
    var since: Timestamp
    var nextRequest: Timestamp
    /// The gap behind the next request.
    var interval: Duration
    /// The newest event of the payment, by which readers keep one row for each payment.
    var newest: (asOf: Timestamp?, revision: Int64) = (nil, 0)
    /// The newest published status of each operation.
    var operations: [Int64: PublishedOperation] = [:]

    var key: Key { Key(projectID: projectID, paymentID: paymentID) }

    /// The platform compares ids without regard to case.
    struct Key: Hashable {
        let projectID: Int64
        let foldedID: String

        init(projectID: Int64, paymentID: String) {
            self.projectID = projectID
            foldedID = paymentID.lowercased()
        }
    }
}

/// The payments without a final status, and when the platform is asked about each. Reads no clock.
package struct WaitingPayments {
    private let settings: RequestSchedule
    private var payments: [WaitingPayment.Key: WaitingPayment] = [:]
    /// Payments that became too old without a final status.
    package private(set) var givenUp = 0

    package init(_ settings: RequestSchedule) {
        self.settings = settings
    }

    package var count: Int { payments.count }

    /// The greatest age of a payment.
    package func oldest(at now: Timestamp) -> Duration {
        let since = payments.values.lazy.map(\.since).min()
        return since.map { .milliseconds(max(0, now.milliseconds - $0.milliseconds)) } ?? .zero
    }

    /// Takes a payment of the merchant's list: the platform is asked about it immediately, whatever its age.
    package mutating func list(projectID: Int64, paymentID: String, at now: Timestamp) {
        let key = WaitingPayment.Key(projectID: projectID, paymentID: paymentID)
        guard payments[key] == nil else { return }
        payments[key] = WaitingPayment(
            projectID: projectID, paymentID: paymentID, isListed: true, since: now, nextRequest: now,
            interval: settings.interval)
    }

    /// Takes an event. A final status ends the waiting.
    package mutating func read(_ event: StatusEvent) {
        let key = WaitingPayment.Key(projectID: event.projectID, paymentID: event.paymentID)
        var payment =
            payments[key]
            ?? WaitingPayment(
                projectID: event.projectID, paymentID: event.paymentID, isListed: false,
                since: event.receivedAt, nextRequest: event.receivedAt, interval: settings.interval)
        payment.note(event.operation)
        guard payment.isNews(event) else {
            // Published again, or late: it says nothing of the payment's latest status.
            if payments[key] != nil { payments[key] = payment }
            return
        }
        guard event.statusClass != .final else {
            payments[key] = nil
            return
        }
        payment.newest = (event.asOf, event.revision)
        payment.status = event.status
        payment.lastEventAt = event.receivedAt
        payment.interval = settings.interval
        if !payment.isListed {
            payment.since = event.receivedAt
            payment.nextRequest = event.receivedAt + settings.after
        }
        payments[key] = payment
    }

    /// The payments to ask the platform about now, the one that has waited longest first. Drops those that
    /// are too old.
    package mutating func due(at now: Timestamp) -> [WaitingPayment] {
        var due: [WaitingPayment] = []
        for (key, payment) in payments where payment.nextRequest <= now {
            if payment.since + settings.until < now {
                payments[key] = nil
                givenUp += 1
            } else {
                due.append(payment)
            }
        }
        return due.sorted { left, right in
            (left.nextRequest, left.projectID, left.paymentID)
                < (right.nextRequest, right.projectID, right.paymentID)
        }
    }

    /// The payment as it is known now; nil once it has a final status.
    package func current(_ payment: WaitingPayment) -> WaitingPayment? { payments[payment.key] }

    /// Notes that the platform was asked: the next request is due after a gap that doubles each time.
    package mutating func requested(_ payment: WaitingPayment, at now: Timestamp) {
        guard var known = payments[payment.key] else { return }
        known.nextRequest = now + known.interval
        known.interval = min(known.interval * 2, RequestSchedule.longestInterval)
        payments[payment.key] = known
    }
}

extension WaitingPayment {
    /// Whether an event is newer than all before it, by the rule for readers that keep one event of each
    /// payment.
    fileprivate func isNews(_ event: StatusEvent) -> Bool {
        let oldest = Timestamp(milliseconds: .min)
        return (event.asOf ?? oldest, event.revision) > (newest.asOf ?? oldest, newest.revision)
    }

    fileprivate mutating func note(_ operation: PublishedOperation?) {
        guard let operation else { return }
        if let known = operations[operation.id], known.updatedAt > operation.updatedAt { return }
        operations[operation.id] = operation
    }
}

extension Timestamp {
    static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(
            milliseconds: time.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
