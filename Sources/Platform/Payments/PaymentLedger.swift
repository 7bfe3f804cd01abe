internal import Synchronization

/// The payments of the simulator, and the numbers it gives. Any thread.
final class PaymentLedger: Sendable {
    private struct State {
        var payments: [SimulatedPayment.Key: SimulatedPayment] = [:]
        var order: [SimulatedPayment.Key] = []
        var keys: [String: SimulatedPayment.Key] = [:]
        var operations: Int64
        var random: SeededRandom
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - seed: of the tokens and request ids.
    ///   - firstOperation: a number above those of an earlier run, so that no operation has the id of another
    ///     one.
    init(seed: UInt64, firstOperation: Int64) {
        state = Mutex(State(operations: firstOperation, random: SeededRandom(seed)))
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
            state.payments[payment.key] = payment
            state.order.append(payment.key)
            state.keys[payment.token] = payment.key
            return true
        }
    }

    /// Puts a payment in the place of the one with its id, or adds it.
    func put(_ payment: SimulatedPayment) {
        state.withLock { state in
            if state.payments.updateValue(payment, forKey: payment.key) == nil {
                state.order.append(payment.key)
            }
            state.keys[payment.token] = payment.key
        }
    }

    /// Changes a payment; nil where there is none, or where the change was refused.
    func change(
        _ key: SimulatedPayment.Key, _ body: (inout SimulatedPayment) -> Bool
    ) -> SimulatedPayment? {
        state.withLock { state in
            guard var payment = state.payments[key], body(&payment) else { return nil }
            state.payments[key] = payment
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
