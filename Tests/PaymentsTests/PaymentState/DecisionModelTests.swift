// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The product beside the model of its decision table, over random histories in every order of arrival.
@Suite("Decision model")
struct DecisionModelTests {
    private static let start: Int64 = 1_700_000_000
    private static let statuses = [
        "processing", "awaiting 3ds result", "awaiting customer", "success", "decline", "decline", "expired",
        "error",
    ]

    /// Four callbacks of two operations with dates at least three seconds apart.
    private static func history(
        hasMoney: Bool, using random: inout SeededGenerator
    ) -> [DecisionModel.Message] {
        while true {
            let dates = (0..<4).map { _ in Int64.random(in: 0...120, using: &random) }
            let sorted = dates.sorted()
            guard zip(sorted, sorted.dropFirst()).allSatisfy({ $1 - $0 >= 3 }) else { continue }
            return dates.enumerated().map { index, date in
                message(at: start + date, number: index, hasMoney: hasMoney, using: &random)
            }
        }
    }

    private static func message(
        at date: Int64, number: Int, hasMoney: Bool, using random: inout SeededGenerator
    ) -> DecisionModel.Message {
        let isOdd = Int.random(in: 0..<10, using: &random) == 0
        let status = isOdd ? "?odd" : statuses.randomElement(using: &random) ?? "success"
        var message = DecisionModel.Message(
            operation: [1, 1, 2].randomElement(using: &random) ?? 1, status: status, date: date,
            request: Bool.random(using: &random) ? "r" : "r\(number)", paymentStatus: status)
        guard hasMoney else { return message }
        message.initial = [nil, 1000, 1000, 2000].randomElement(using: &random) ?? nil
        message.paymentSum = [nil, 1000, 1000, 2000].randomElement(using: &random) ?? nil
        if Int.random(in: 0..<4, using: &random) == 0 { message.paymentStatus = "partially refunded" }
        let mayAct = !message.isFinal && Bool.random(using: &random)
        message.action = mayAct ? ["a", "b"].randomElement(using: &random) ?? "" : ""
        return message
    }

    private static func orders<Element>(of elements: [Element]) -> [[Element]] {
        guard elements.count > 1 else { return [elements] }
        return elements.indices.flatMap { index in
            var rest = elements
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }

    /// Sends the messages to both and compares what each decided and published.
    private static func compare(
        _ messages: [(message: DecisionModel.Message, time: Int64)], _ model: inout DecisionModel,
        _ log: inout PaymentLog, _ seed: UInt64,
        accepting accepted: (Int) -> Set<String>? = { _ in nil }
    ) throws {
        for (index, (message, time)) in messages.enumerated() {
            let accepted = accepted(index)
            let expected = model.decide(message, at: time, accepting: accepted ?? [])
            let findings = accepted?.sorted().compactMap { ReviewFinding($0) }
            let decision = try log.send(CallbackDraft(message), at: time, accepting: findings)
            guard "\(decision.name)" == expected else {
                Issue.record("\(decision) instead of \(expected) for \(message), seed \(seed)")
                return
            }
        }
        let events = log.reported.map {
            DecisionModel.Event(
                message: DecisionModel.Message($0.draft), decision: "\($0.decision.name)",
                revision: $0.revision,
                asOf: $0.asOf ?? .min, paymentStatus: $0.paymentStatus, amount: $0.paymentAmount,
                isSuperseded: $0.isSuperseded)
        }
        #expect(events == model.events, "seed \(seed)")
    }

    @Test("in every order of arrival the product decides and publishes what the model does")
    func everyOrder() throws {
        for seed in UInt64(1)...400 {
            var random = SeededGenerator(seed: seed)
            let history = Self.history(hasMoney: true, using: &random)
            for order in Self.orders(of: history) {
                var model = DecisionModel()
                var log = PaymentLog()
                let twice = order + order.map { $0.moved(by: Int64.random(in: 0...1, using: &random)) }
                let messages = twice.map { (message: $0, time: Self.start + 200) }
                try Self.compare(messages, &model, &log, seed)
            }
        }
    }

    @Test("every order of arrival ends with one status; no newest final is lost, nothing is published again")
    func oneEnd() throws {
        for seed in UInt64(1)...600 {
            var random = SeededGenerator(seed: seed)
            let history = Self.history(hasMoney: false, using: &random)
            var ends: Set<String> = []
            for order in Self.orders(of: history) {
                var log = PaymentLog()
                var review: [DecisionModel.Message] = []
                for message in order {
                    let decision = try log.send(CallbackDraft(message), at: Self.start + 200)
                    if decision.topic == .review { review.append(message) }
                }
                ends.insert(log.keptByReader ?? "nothing")
                for operation in Set(history.map(\.operation)) {
                    let finals = history.filter { $0.operation == operation && $0.isFinal }
                    guard let newest = finals.max(by: { $0.date < $1.date }) else { continue }
                    let isPublished = log.reported.contains {
                        $0.draft.operation == operation && $0.draft.status == newest.status
                    }
                    #expect(isPublished || review.contains(newest), "a newest final is lost, seed \(seed)")
                }
                for message in order {
                    let decision = try log.send(CallbackDraft(message), at: Self.start + 200)
                    #expect(decision.topic != .status, "published again, seed \(seed)")
                }
            }
            #expect(ends.count == 1, "the order of arrival decides: \(ends), seed \(seed)")
        }
    }

    @Test(
        "with few operations and fingerprints, over years, the product decides what the model does",
        arguments: [false, true])
    func limits(hasReleases: Bool) throws {
        for seed in UInt64(1)...600 {
            var random = SeededGenerator(seed: seed)
            var log = PaymentLog()
            var model = DecisionModel()
            model.operationLimit = Int.random(in: 1...3, using: &random)
            model.fingerprintLimit = Int.random(in: 1...4, using: &random)
            log.settings = try DeduplicationSettings(
                operationsPerPayment: model.operationLimit, fingerprintsPerOperation: model.fingerprintLimit)
            var time = Self.start
            var sent: [DecisionModel.Message] = []
            var messages: [(message: DecisionModel.Message, time: Int64)] = []
            for number in 0..<60 {
                time += Int64.random(in: 0...30, using: &random)
                if Int.random(in: 0..<12, using: &random) == 0 {
                    time += Int64.random(in: 0...40, using: &random) * day
                }
                if Int.random(in: 0..<80, using: &random) == 0 { time += 401 * day }
                let ahead = Int.random(in: 0..<20, using: &random) == 0 ? 2 * day : 0
                var message = Self.message(
                    at: time + ahead - Int64.random(in: 0...90, using: &random), number: number,
                    hasMoney: true,
                    using: &random)
                message.operation = Int64.random(in: 1...5, using: &random)
                if !sent.isEmpty, Bool.random(using: &random) {
                    message = (sent.randomElement(using: &random) ?? message).moved(
                        by: Int64.random(in: 0...3, using: &random))
                }
                sent.append(message)
                messages.append((message, time))
            }
            // A third of the callbacks are released, whether they were held for that or not.
            let accepted = messages.indices.map { _ in
                Int.random(in: 0..<3, using: &random) == 0
                    ? Set(["future", "stale", "conflict"].filter { _ in Bool.random(using: &random) }) : nil
            }
            try Self.compare(messages, &model, &log, seed) { hasReleases ? accepted[$0] : nil }
        }
    }
}

extension DecisionModel.Message {
    fileprivate func moved(by seconds: Int64) -> Self {
        var copy = self
        copy.date += seconds
        return copy
    }

    fileprivate init(_ draft: CallbackDraft) {
        self.init(
            operation: draft.operation, status: draft.status, date: draft.date, request: draft.request,
            paymentStatus: draft.paymentStatus, initial: draft.initial?.amount,
            paymentSum: draft.paymentSum?.amount, action: draft.action?.lines.first?.1 ?? "")
    }
}

extension CallbackDraft {
    fileprivate init(_ message: DecisionModel.Message) {
        self.init(
            paymentStatus: message.paymentStatus, paymentSum: message.paymentSum.map { ($0, "USD") },
            operation: message.operation, status: message.status, request: message.request,
            date: message.date,
            initial: message.initial.map { ($0, "USD") }, converted: nil,
            action: message.action.isEmpty ? nil : (.acs, [("md", message.action)]))
    }
}
