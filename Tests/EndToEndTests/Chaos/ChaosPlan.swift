// SPDX-License-Identifier: Apache-2.0
import Payments

/// What is done to the processes, and how long after one another. The same seed gives the same plan.
///
/// The blows come in rounds of ten kills of workers, one of a broker, one of the ingress and one freeze, each
/// round in an separate order: so a thousand kills of workers go with a hundred of each of the others.
struct ChaosPlan {
    enum Blow: Equatable {
        case killWorker(slot: Int)
        case killIngress
        case killBroker(number: Int, downFor: Duration)
        case freeze(Frozen, Duration)
    }

    /// What is frozen for longer than its session lasts.
    enum Frozen: Equatable {
        /// A supervisor may take the worker for dead and start another in its slot, on another host: then it
        /// must not come back.
        case worker(slot: Int, isReplaced: Bool)
        case ingress
        /// Of a cluster only: its partitions get other leaders meanwhile.
        case broker(number: Int)
    }

    static let killsPerRound = 10

    private var random: SeededRandom
    private let slots: Int
    private let brokers: Int
    private var round: [Kind] = []

    private enum Kind { case worker, ingress, broker, freeze }

    init(seed: UInt64, slots: Int, brokers: Int) {
        random = SeededRandom(seed)
        self.slots = slots
        self.brokers = brokers
    }

    /// The pause before the blow, and the blow.
    mutating func next() -> (pause: Duration, blow: Blow) {
        if round.isEmpty {
            round = Array(repeating: .worker, count: Self.killsPerRound) + [.ingress, .broker, .freeze]
            round.shuffle(using: &random)
        }
        let kind = round.removeLast()
        return (milliseconds(300...3000), blow(kind))
    }

    /// True after the last blow of a round.
    var isRoundOver: Bool { round.isEmpty }

    private mutating func blow(_ kind: Kind) -> Blow {
        let slot = Int.random(in: 0..<slots, using: &random)
        let broker = Int.random(in: 0..<brokers, using: &random)
        switch kind {
        case .worker: return .killWorker(slot: slot)
        case .ingress: return .killIngress
        case .broker:
            // For longer than the controller takes to notice (`Broker.start`).
            return .killBroker(number: broker, downFor: milliseconds(4000...8000))
        case .freeze:
            let duration = milliseconds(7000...12_000)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return .freeze(.ingress, duration)
            case 1,
                2 where brokers > 1:
                return .freeze(.broker(number: broker), duration)
            default:
                let isReplaced = Bool.random(using: &random)
                return .freeze(.worker(slot: slot, isReplaced: isReplaced), duration)
            }
        }
    }

    private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &random))
    }
}
