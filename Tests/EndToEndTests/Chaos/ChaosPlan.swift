import Payments

/// What is done to the processes, and how long after one another. The same seed gives the same plan.
struct ChaosPlan {
    enum Blow {
        case killWorker(slot: Int)
        case killIngress
        /// Stops a worker where it stands, for longer than its session lasts. A supervisor may take it for dead and
        /// start another in its slot, on another host: then it must not come back.
        case freeze(slot: Int, Duration, isReplaced: Bool)
        case killBroker(downFor: Duration)
    }

    private var random: SeededRandom
    private let slots: Int
    private var blowsToFreeze = 4
    private var blowsToBrokerKill = 8

    init(seed: UInt64, slots: Int) {
        random = SeededRandom(seed)
        self.slots = slots
    }

    /// The pause before the blow, and the blow.
    mutating func next() -> (pause: Duration, blow: Blow) {
        (milliseconds(300...3000), blow())
    }

    private mutating func blow() -> Blow {
        blowsToFreeze -= 1
        blowsToBrokerKill -= 1
        let slot = Int.random(in: 0..<slots, using: &random)
        if blowsToFreeze <= 0 {
            blowsToFreeze = Int.random(in: 10...20, using: &random)
            return .freeze(
                slot: slot, milliseconds(7000...12_000), isReplaced: Bool.random(using: &random))
        }
        if blowsToBrokerKill <= 0 {
            blowsToBrokerKill = Int.random(in: 20...35, using: &random)
            // For longer than the controller takes to notice (`Broker.start`).
            return .killBroker(downFor: milliseconds(4000...8000))
        }
        return Int.random(in: 0..<20, using: &random) == 0 ? .killIngress : .killWorker(slot: slot)
    }

    private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &random))
    }
}
