// SPDX-License-Identifier: Apache-2.0
import Gate
import Synchronization
import TestSupport
import Testing
import WebClient

/// When the status of a purchase of unknown outcome is asked for, on a clock that only the client moves.
@Suite("Purchases, the time of status requests")
struct StatusDeadlineTests {
    private static let notFound = #"{"status":"error","code":"3061","message":"Transaction not found"}"#
    private static let found = #"{"payment":{"id":"payment_47","status":"processing"},"operations":[]}"#

    /// A request and the time at which it arrived.
    private struct Arrival: Equatable {
        var isPurchase: Bool
        var time: Duration

        static func purchase(at seconds: Int) -> Self { .init(isPurchase: true, time: .seconds(seconds)) }
        static func status(at seconds: Int) -> Self { .init(isPurchase: false, time: .seconds(seconds)) }
    }

    /// Buys from a server that gives the purchase no answer.
    ///
    /// - Parameters:
    ///   - deadline: of asking; nil is the default.
    ///   - duration: how long each answer to a status request takes.
    ///   - answers: to the status requests in turn; the last one is repeated.
    private func buy(
        deadline: Duration? = nil, taking duration: Duration = .zero,
        _ answers: [ScriptedServer.Step] = [.json(notFound)]
    ) throws -> (outcome: PurchaseOutcome, arrivals: [Arrival]) {
        let (time, counter) = (TestTime().gateTime, Counter())
        let arrivals = Log()
        let server = try ScriptedServer { request, _ in
            let isPurchase = request.path.hasSuffix("/sale")
            arrivals.add(Arrival(isPurchase: isPurchase, time: time.now()))
            if isPurchase { return .answer([]) }
            time.pause(duration)
            return answers[min(counter.next("status"), answers.count - 1)]
        }
        let pacing = deadline.map { PurchasePacing(statusDeadline: $0) } ?? PurchasePacing()
        let client = GateClient(
            .init(
                address: try WebAddress(server.url), connection: .init(timeout: .seconds(60)),
                pacing: pacing), key: Purchase.key, time: time)
        let outcome = try client.purchase(Purchase.request())
        return (outcome, arrivals.all)
    }

    private final class Log: Sendable {
        private let arrivals = Mutex<[Arrival]>([])

        func add(_ arrival: Arrival) { arrivals.withLock { $0.append(arrival) } }

        var all: [Arrival] { arrivals.withLock { $0 } }
    }

    @Test("it is asked for first after 10 s, then every 10 s until 60 s have passed")
    func fallback() throws {
        let (outcome, arrivals) = try buy()
        #expect(outcome.name == "unknown")
        #expect(arrivals == [.purchase(at: 0)] + [10, 20, 30, 40, 50, 60].map { .status(at: $0) })
    }

    @Test(
        "it is asked for until the deadline of the setting, and a last time then",
        arguments: [
            (120, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]), (25, [10, 20, 25]),
            (10, [10]), (3, [3]), (0, [0]),
        ])
    func deadline(seconds: Int, times: [Int]) throws {
        let (outcome, arrivals) = try buy(deadline: .seconds(seconds))
        #expect(outcome.name == "unknown")
        #expect(arrivals == [.purchase(at: 0)] + times.map { .status(at: $0) })
    }

    @Test("the time that the answers take counts")
    func slowAnswers() throws {
        let (outcome, arrivals) = try buy(taking: .seconds(15))
        #expect(outcome.name == "unknown")
        #expect(arrivals == [.purchase(at: 0), .status(at: 10), .status(at: 35), .status(at: 60)])
    }

    @Test("once the payment is found it is not asked for again")
    func answered() throws {
        let (outcome, arrivals) = try buy([.json(Self.notFound), .answer([]), .json(Self.found)])
        #expect(outcome.name == "accepted")
        #expect(arrivals == [.purchase(at: 0)] + [10, 20, 30].map { .status(at: $0) })
    }
}
