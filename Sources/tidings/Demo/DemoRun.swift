// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate
import Kafka
import Payments
import Platform
import Telemetry
import WebClient
import Worker

/// One run: a merchant buys through the simulated platform's Gate, a customer decides at its bank, and
/// scenarios show what happens to callbacks on their way. All of it is compared with what must have come.
struct DemoRun {
    private let log: DemoLog
    private var faults: [String] = []

    init(log: DemoLog) {
        self.log = log
    }

    mutating func run(in house: borrowing DemoEnvironment, until stop: Stop) throws -> ExitCode {
        try buy(house)
        var reader = try DemoReader(
            DemoEnvironment.topics[.status], partitions: DemoEnvironment.partitions, house.kafka,
            log: house.log)
        try visitBank(&reader, stop)
        try trigger(house)
        let metrics = house.metrics
        let (log, accepted) = (log, DemoScenario.acceptedCount)
        let isDecided = try DemoCommand.wait(stop, for: "the decisions") {
            log.accepted.count >= accepted && log.refused.count >= DemoScenario.refusedCount
                && Self.decisions(metrics).values.reduce(0, +) >= accepted
        }
        if !isDecided { faults.append("not every callback was posted and decided") }
        showCallbacks(house)
        try showEvents(&reader)
        showAccount(Self.decisions(metrics))
        for fault in faults { StandardOutput.write("  NOT AS EXPECTED: \(fault)\n") }
        StandardOutput.write(faults.isEmpty ? "\nall of it as expected\n" : "\n")
        return faults.isEmpty ? .done : .wrong
    }

    // MARK: The merchant and the customer

    /// Asks for the banks and buys, as the merchant's shop does.
    private mutating func buy(_ house: borrowing DemoEnvironment) throws {
        StandardOutput.write("\nwhat the merchant asks of Gate at \(house.platformURL), and the answer\n")
        let client = GateClient(
            .init(address: try WebAddress(house.platformURL), connection: .init(timeout: .seconds(30))),
            key: ProjectKey(projectID: Int64(DemoCallback.projectID), secret: DemoEnvironment.secret))
        let money = Money(10_000, "USD")
        let question = BankListRequest(paymentID: DemoScenario.purchases[0].paymentID, money: money)
        if case .content(let list) = try client.banks(question) {
            show("the banks", list.banks.map { "\($0.name) \($0.id)" }.joined(separator: ", "))
        } else {
            faults.append("Gate gave no list of banks")
        }
        for purchase in DemoScenario.purchases {
            let request = PurchaseRequest(
                paymentID: purchase.paymentID, money: money,
                customer: .init(id: "customer_123", ipAddress: "198.51.100.47"),
                account: .init(bankID: 61021, customerName: "John Doe"),
                returnURL: .init(success: "https://example.com/success/"))
            let outcome = try client.purchase(request)
            show("purchase \(purchase.paymentID), \(money.text)", outcome.name)
            if outcome.name != "accepted" { faults.append("purchase \(purchase.paymentID): \(outcome.name)") }
        }
    }

    /// Takes the address of the bank from the event, as the shop that redirects its customer does.
    private mutating func visitBank(_ reader: inout DemoReader, _ stop: Stop) throws {
        var addresses: [String: String] = [:]
        let wanted = DemoScenario.purchases.count
        let isRedirected = try DemoCommand.wait(stop, for: "the redirects") {
            for event in try reader.readToEnd() { addresses[event.paymentID] = event.action?.url }
            return addresses.count >= wanted
        }
        guard isRedirected else { return faults.append("not every purchase has a redirect") }
        StandardOutput.write("\nwhat the customer does at the bank\n")
        let sender = RequestSender(.init(timeout: .seconds(30)))
        for purchase in DemoScenario.purchases {
            guard let button = purchase.button, let address = addresses[purchase.paymentID] else {
                show(purchase.paymentID, "leaves without an answer")
                continue
            }
            let answer = try sender.send(WebRequest(.post, try WebAddress("\(address)/\(button)")))
            show(purchase.paymentID, button == "pay" ? "pays" : "declines")
            if answer.status != 303 { faults.append("the bank answered \(answer.status)") }
        }
    }

    private mutating func trigger(_ house: borrowing DemoEnvironment) throws {
        let sender = RequestSender(.init(timeout: .seconds(30)))
        for scenario in DemoScenario.scenarios {
            let body: JSONValue = ["scenario": .string(scenario)]
            let answer = try sender.send(
                .json(body.encoded, to: try WebAddress("\(house.platformURL)/platform/trigger")))
            if answer.status != 200 { faults.append("scenario \(scenario): \(answer.status)") }
        }
    }

    // MARK: What came of it

    private func showCallbacks(_ house: borrowing DemoEnvironment) {
        StandardOutput.write("\nwhat the platform posts to \(house.url), and the answer\n")
        for delivery in log.accepted + log.refused {
            let note = delivery.error.map { ", \($0)" } ?? ""
            show(
                "\(DemoScenario.name(of: delivery.paymentID)): \(delivery.summary)",
                (delivery.status.map(String.init) ?? "none") + note)
        }
    }

    /// Reads the events with its own consumer, as a downstream service would.
    private mutating func showEvents(_ reader: inout DemoReader) throws {
        let events = try reader.readToEnd()
        StandardOutput.write("\nwhat a service reads from \(DemoEnvironment.topics[.status])\n")
        for event in events.sorted(by: { $0.paymentAndRevision < $1.paymentAndRevision }) {
            StandardOutput.write("  \(event.line)\n")
        }
        let expected = DemoScenario.expectedDecisions["advance"] ?? 0
        if events.count != expected { faults.append("\(events.count) events, not \(expected)") }
        let statuses = Dictionary(
            events.sorted { $0.revision < $1.revision }.map {
                (DemoScenario.name(of: $0.paymentID), $0.status)
            }, uniquingKeysWith: { $1 })
        if statuses != DemoScenario.expectedStatuses { faults.append("the payments ended as \(statuses)") }
    }

    private mutating func showAccount(_ decisions: [String: Int]) {
        let counts = decisions.filter { $0.value > 0 }
        let terms = Decision.allCases.compactMap { decision in
            counts["\(decision.name)"].map { "\($0) \(decision.name)" }
        }
        let (accepted, refused) = (log.accepted.count, log.refused.count)
        StandardOutput.write(
            """

            the account
              \(accepted + refused) posted = \(accepted) answered 200 + \(refused) refused
              \(accepted) accepted = \(terms.joined(separator: " + "))

            """)
        if counts.values.reduce(0, +) != accepted { faults.append("not \(accepted) decisions") }
        if counts != DemoScenario.expectedDecisions { faults.append("the decisions were \(counts)") }
    }

    /// The worker's own counters, which count what is committed.
    private static func decisions(_ metrics: MetricsRegistry) -> [String: Int] {
        var counts: [String: Int] = [:]
        for decision in Decision.allCases {
            counts["\(decision.name)"] = WorkerTelemetry.counter(of: decision, in: metrics).value
        }
        return counts
    }

    private func show(_ title: String, _ value: String) {
        StandardOutput.write(
            "  \(title)\(String(repeating: " ", count: max(1, 45 - title.count)))\(value)\n")
    }
}
