// SPDX-License-Identifier: Apache-2.0

/// A second implementation of the decision table, on plain values, to compare the product with. It follows
/// `decisions_model.py`, by which the rules were found, with money, actions, expiry and limits added.
struct DecisionModel {
    /// A callback of an operation; times are seconds.
    struct Message: Equatable {
        var operation: Int64
        /// `?…` is a status that the table does not have.
        var status: String
        var date: Int64
        var request: String
        var paymentStatus: String
        var initial: Int64?
        var paymentSum: Int64?
        var action = ""
        /// Of the operation's callback before it, where it has separate none.
        var inheritedSum: Int64?

        var sum: Int64? { paymentSum ?? inheritedSum }

        var content: [String] {
            [
                "\(operation)", status, request, paymentStatus, "\(initial ?? -1)", "\(paymentSum ?? -1)",
                action,
            ]
        }

        var isFinal: Bool { DecisionModel.followers[status] != nil }
        var isClosing: Bool { DecisionModel.followers[status] == 0 }
        var isUnknown: Bool { status.hasPrefix("?") }
        var slot: Int { isFinal ? 0 : isUnknown ? 2 : 1 }
    }

    struct Known: Equatable {
        var content: [String]
        var date: Int64
    }

    struct Operation {
        var slots: [Message?] = [nil, nil, nil]
        var isClosed = false
        /// In the order of their events.
        var known: [Known] = []
        var newest: Int64
        var changedAt: Int64
        var mark: Int64?

        func date(of content: [String]) -> Int64? { known.first { $0.content == content }?.date }

        var latest: Message? {
            let (final, other, unknown) = (slots[0], slots[1], slots[2])
            var known = other
            if let final, isClosed || final.date >= other?.date ?? .min { known = final }
            if let unknown, unknown.date > known?.date ?? .min { return unknown }
            return known
        }
    }

    struct Event: Equatable {
        var message: Message
        var decision: String
        var revision: Int64
        var asOf: Int64
        var paymentStatus: String?
        var amount: Int64?
        var isSuperseded: Bool
    }

    /// How many statuses may follow a final one.
    static let followers = ["success": 0, "expired": 0, "decline": 2, "error": 99]

    var tolerance: Int64 = 2
    var operationLimit = 64
    var fingerprintLimit = 16
    var window: Int64 = 35 * day
    var retention: Int64 = 400 * day
    var maxAge: Int64 = 30 * day

    private(set) var operations: [Int64: Operation] = [:]
    private(set) var order: [Int64] = []
    private(set) var revision: Int64 = 0
    private(set) var events: [Event] = []
    private var asOf = Int64.min
    private var mark: Int64?
    private var dropped: [Message] = []
    private var changedAt = Int64.min

    // MARK: the payment

    private static func isLess(_ left: Message, _ right: Message) -> Bool {
        (left.date, left.isFinal ? 1 : 0, left.operation) < (
            right.date, right.isFinal ? 1 : 0, right.operation
        )
    }

    private var candidates: [Message] {
        operations.values.compactMap(\.latest) + dropped
    }

    private var latest: Message? { candidates.max(by: Self.isLess) }

    private mutating func publish(_ message: Message, _ decision: String, isSuperseded: Bool = false)
        -> String
    {
        revision += 1
        asOf = max(asOf, latest?.date ?? .min)
        let amount = candidates.filter { $0.sum != nil }.max(by: Self.isLess)?.sum
        events.append(
            Event(
                message: message, decision: decision, revision: revision, asOf: asOf,
                paymentStatus: latest?.paymentStatus, amount: amount, isSuperseded: isSuperseded))
        while operations.count > operationLimit {
            let oldest = order.min { newest(of: $0) < newest(of: $1) } ?? 0
            drop(oldest)
        }
        return decision
    }

    private func newest(of number: Int64) -> Int64 { operations[number]?.newest ?? .max }

    private mutating func drop(_ number: Int64) {
        guard let operation = operations.removeValue(forKey: number) else { return }
        order.removeAll { $0 == number }
        mark = max(mark ?? .min, operation.newest + tolerance)
        if let latest = operation.latest { dropped.append(latest) }
    }

    private mutating func expire(at now: Int64) {
        if revision > 0, now >= changedAt + retention {
            (operations, order, revision, asOf, mark, dropped) = ([:], [], 0, .min, nil, [])
        }
        for number in order where now >= (operations[number]?.changedAt ?? .max) + window { drop(number) }
    }

    // MARK: the table

    /// - Parameter accepted: the decisions that a release accepts.
    mutating func decide(_ message: Message, at time: Int64, accepting accepted: Set<String> = []) -> String {
        let now = max(time, changedAt)
        expire(at: now)
        if message.date > time + day, !accepted.contains("future") { return "future" }
        guard var operation = operations[message.operation] else {
            let isStale = message.date < now - maxAge || message.date <= mark ?? .min
            if isStale, !accepted.contains("stale") { return "stale" }
            changedAt = now
            order.append(message.operation)
            let first = Operation(newest: message.date, changedAt: now)
            operations[message.operation] = first
            return accept(message, first)
        }
        let before = operation
        var decision = decide(message, &operation, accepting: accepted)
        var isReopening = false
        if decision == "conflict", accepted.contains("conflict") {
            // Accepted against a closing status, it opens the operation again.
            isReopening =
                message.slot == 1 && operation.isClosed
                && operation.slots[0].map { message.date > $0.date + 3600 } ?? false
            decision = "accept"
        }
        if decision == "accept" {
            operation.newest = max(operation.newest, message.date)
            (operation.changedAt, changedAt) = (now, now)
            return accept(message, operation, isReopening: isReopening)
        }
        if decision == "stale" { return decision }
        let isRenewal = decision == "renewal"
        let hasChanged =
            operation.isClosed != before.isClosed || operation.known != before.known
            || operation.slots != before.slots || isRenewal || message.date > operation.newest
        operation.newest = max(operation.newest, message.date)
        if hasChanged { (operation.changedAt, changedAt) = (now, now) }
        if isRenewal { remember(message, &operation) }
        operations[message.operation] = operation
        return isRenewal ? publish(message, "advance") : decision
    }

    private func decide(
        _ message: Message, _ operation: inout Operation, accepting accepted: Set<String>
    ) -> String {
        let (final, other, unknown) = (operation.slots[0], operation.slots[1], operation.slots[2])
        guard let latest = operation.latest else { return "accept" }
        let held = operation.slots[message.slot]
        let knownAt =
            operation.date(of: message.content) ?? (held?.content == message.content ? held?.date : nil)
        let isCertainlyNew = held == nil || (message.isClosing && !operation.isClosed)
        if knownAt == nil, message.date <= operation.mark ?? .min, !isCertainlyNew,
            !accepted.contains("stale")
        {
            return "stale"
        }
        let isNear = knownAt.map { abs($0 - message.date) <= tolerance } ?? false
        let isLikeLatest = latest.content == message.content
        if let final, message.isFinal {
            if latest.isFinal, !isLikeLatest, isNear, message.date >= final.date { return "conflict" }
            if message.date == final.date, message.status != final.status { return "conflict" }
        }
        if let held, held.date == message.date, held.request == message.request,
            held.status == message.status,
            held.paymentStatus == message.paymentStatus, Self.differ(held, message)
        {
            return "conflict"
        }
        let repeatsFinal =
            final.map { Self.repeats($0, message) && (latest.isFinal || message.date <= $0.date) } ?? false
        if isLikeLatest || repeatsFinal || isNear {
            return duplicate(message, &operation, latest, isNear: isNear)
        }
        if message.isUnknown {
            if let unknown, message.date < unknown.date { return "late" }
        } else if message.isFinal {
            let isFirstClosing = message.isClosing && !operation.isClosed && !latest.isFinal
            if let final, final.date > message.date, !isFirstClosing {
                operation.isClosed = operation.isClosed || message.isClosing
                return "late"
            }
        } else {
            if let final, operation.isClosed, message.date > final.date + 3600 { return "conflict" }
            if operation.isClosed || message.date <= final?.date ?? .min || message.date < other?.date ?? .min
            {
                return "late"
            }
        }
        return "accept"
    }

    private func duplicate(
        _ message: Message, _ operation: inout Operation, _ latest: Message, isNear: Bool
    ) -> String {
        let before = self.latest?.operation
        for index in operation.known.indices where operation.known[index].content == message.content {
            operation.known[index].date = max(operation.known[index].date, message.date)
        }
        if let held = operation.slots[message.slot], message.date > held.date {
            let isSame = held.content == message.content
            if isSame || (message.isFinal && Self.repeats(held, message)),
                held == latest || (isNear && isSame)
            {
                operation.slots[message.slot]?.date = message.date
            }
        }
        var after = self
        after.operations[message.operation] = operation
        return after.latest?.operation == before || isNear ? "duplicate" : "renewal"
    }

    private mutating func accept(
        _ message: Message, _ known: Operation, isReopening: Bool = false
    ) -> String {
        var operation = known
        let before = operation.latest
        if isReopening { operation.isClosed = false }
        var accepted = message
        accepted.inheritedSum = before?.sum
        let replaced = operation.slots[message.slot]
        let isNewest = !message.isFinal || message.date >= replaced?.date ?? .min
        if isNewest {
            if let replaced, operation.date(of: replaced.content) == nil {
                operation.mark = max(operation.mark ?? .min, replaced.date + tolerance)
            }
            operation.slots[message.slot] = accepted
        }
        operation.isClosed = operation.isClosed || message.isClosing
        let isLatest = isNewest && operation.latest == accepted
        remember(message, &operation)
        operations[message.operation] = operation
        let corrects =
            before.map {
                $0.isFinal && ($0.status != message.status || Self.differ($0, message, published: true))
            } ?? false
        return publish(message, isLatest && corrects ? "correction" : "advance", isSuperseded: !isLatest)
    }

    private func remember(_ message: Message, _ operation: inout Operation) {
        operation.known.removeAll { $0.content == message.content }
        while operation.known.count >= fingerprintLimit {
            guard let oldest = operation.known.min(by: { $0.date < $1.date }) else { break }
            operation.mark = max(operation.mark ?? .min, oldest.date + tolerance)
            operation.known.removeAll { $0 == oldest }
        }
        operation.known.append(Known(content: message.content, date: message.date))
    }

    // MARK: money

    /// What one of them leaves out is not a difference. A sum that was inherited was published, but not by
    /// that callback.
    private static func differ(_ left: Message, _ right: Message, published: Bool = false) -> Bool {
        func differ(_ left: Int64?, _ right: Int64?) -> Bool { left != nil && right != nil && left != right }
        return differ(left.initial, right.initial)
            || differ(published ? left.sum : left.paymentSum, right.paymentSum)
    }

    private static func repeats(_ final: Message, _ message: Message) -> Bool {
        final.status == message.status && final.paymentStatus == message.paymentStatus
            && (message.initial == nil || message.initial == final.initial)
            && (message.paymentSum == nil || message.paymentSum == final.sum)
    }
}
