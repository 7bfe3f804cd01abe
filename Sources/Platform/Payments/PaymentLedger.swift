// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The payments of the simulator, and the numbers it gives. Any thread.
final class PaymentLedger: Sendable {
    private struct State {
        var payments: [SimulatedPayment.Key: SimulatedPayment] = [:]
        var order: [SimulatedPayment.Key] = []
        var keys: [String: SimulatedPayment.Key] = [:]
        var operations: Int64
        var random: SeededRandom

        /// Puts a payment in the place of the one with its id, or adds it.
        mutating func insert(_ payment: SimulatedPayment) {
            if payments.updateValue(payment, forKey: payment.key) == nil { order.append(payment.key) }
            keys[payment.token] = payment.key
        }
    }

    private let state: Mutex<State>
    private let file: PaymentFile?

    /// - Parameters:
    ///   - seed: of the tokens and request ids.
    ///   - firstOperation: a number above those of an earlier run, so that no operation has the id of another
    ///     one.
    ///   - file: keeps the payments; without it they are in memory alone.
    init(seed: UInt64, firstOperation: Int64, file: PaymentFile? = nil) {
        self.file = file
        var state = State(operations: firstOperation, random: SeededRandom(seed))
        for payment in file?.payments ?? [] { state.insert(payment) }
        self.state = Mutex(state)
    }

    /// In the order in which they began.
    var all: [SimulatedPayment] {
        state.withLock { state in state.order.compactMap { state.payments[$0] } }
    }

    func payment(_ key: SimulatedPayment.Key) -> SimulatedPayment? { state.withLock { $0.payments[key] } }

    func payment(token: String) -> SimulatedPayment? {
        state.withLock { state in state.keys[token].flatMap { state.payments[$0] } }
    }

    /// Adds a payment; false where its id is taken.
    func add(_ payment: SimulatedPayment) -> Bool {
        state.withLock { state in
            guard state.payments[payment.key] == nil else { return false }
            state.insert(payment)
            file?.append(payment)
            return true
        }
    }

    /// Puts a payment in the place of the one with its id, or adds it.
    func put(_ payment: SimulatedPayment) {
        state.withLock { state in
            state.insert(payment)
            file?.append(payment)
        }
    }

    /// Changes a payment; nil where there is none, or where the change was refused.
    func change(
        _ key: SimulatedPayment.Key, _ body: (inout SimulatedPayment) -> Bool
    ) -> SimulatedPayment? {
        state.withLock { state in
            guard var payment = state.payments[key], body(&payment) else { return nil }
            state.payments[key] = payment
            file?.append(payment)
            return payment
        }
    }

    func nextOperation() -> Int64 {
        state.withLock { state in
            state.operations += 1
            return state.operations
        }
    }

    /// A random text of lower-case hexadecimal digits.
    func nextToken() -> String {
        state.withLock { $0.random.hexadecimal(32) }
    }
}
