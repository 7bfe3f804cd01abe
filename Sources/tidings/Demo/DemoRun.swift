import Configuration
import Kafka
import Payments
import Telemetry
import WebClient

/// One run of the scenario: sends, waits for the decisions, reads the events back, and holds all of it
/// against what must have come.
struct DemoRun {
    private let scenario: DemoScenario
    private var faults: [String] = []
    private var accepted = 0

    init() throws {
        scenario = try DemoScenario(now: Timestamp.now.seconds) { body in
            try DemoPlatform.sign(body, secret: DemoEnvironment.secret)
        }
    }

    mutating func run(in house: borrowing DemoEnvironment, until stop: Stop) throws -> ExitCode {
        send(to: DemoPlatform(address: try WebAddress(house.url)))
        let metrics = house.metrics
        let isDecided = try DemoCommand.wait(stop, for: "the decisions") { [accepted] in
            Self.decisions(metrics).values.reduce(0, +) >= accepted
        }
        if !isDecided { faults.append("not every accepted callback was decided") }
        try printEvents(house)
        printAccount(Self.decisions(metrics))
        for fault in faults { StandardOutput.write("  NOT AS EXPECTED: \(fault)\n") }
        StandardOutput.write(faults.isEmpty ? "\nall of it as expected\n" : "\n")
        return faults.isEmpty ? .done : .wrong
    }

    private mutating func send(to platform: DemoPlatform) {
        StandardOutput.write("\nwhat the platform posts to \(platform.address), and the answer\n")
        for step in scenario.steps {
            let answer = platform.post(step.body)
            let reported = answer.map(String.init) ?? "none"
            StandardOutput.write("  \(step.title.padded(to: 44)) \(reported)\n")
            if answer == 200 { accepted += 1 }
            if answer != step.answer { faults.append("\(step.title): \(reported), not \(step.answer)") }
        }
    }

    /// Reads the events with a separate consumer, as a downstream service would.
    private mutating func printEvents(_ house: borrowing DemoEnvironment) throws {
        var reader = try DemoReader(
            DemoEnvironment.topics[.status], partitions: DemoEnvironment.partitions, house.kafka,
            log: house.log)
        // Everything is decided, so what the topic holds now is all of it.
        let events = try reader.readToEnd()
        StandardOutput.write("\nwhat a service reads from \(DemoEnvironment.topics[.status])\n")
        for event in events.sorted(by: { $0.paymentAndRevision < $1.paymentAndRevision }) {
            StandardOutput.write("  \(event.line)\n")
        }
        let expected = scenario.expectedDecisions["advance"] ?? 0
        if events.count != expected { faults.append("\(events.count) events, not \(expected)") }
        let statuses = Dictionary(
            events.sorted { $0.revision < $1.revision }.map { ($0.paymentID, $0.status) },
            uniquingKeysWith: { $1 })
        if statuses != scenario.expectedStatuses { faults.append("the payments ended as \(statuses)") }
    }

    private mutating func printAccount(_ decisions: [String: Int]) {
        let reported = decisions.filter { $0.value > 0 }
        let terms = Decision.allCases.compactMap { decision in
            reported["\(decision.name)"].map { "\($0) \(decision.name)" }
        }
        let sum = reported.values.reduce(0, +)
        StandardOutput.write(
            """

            the account
              \(scenario.steps.count) posted = \(accepted) answered 200 + \(scenario.steps.count - accepted) refused
              \(accepted) accepted = \(terms.joined(separator: " + "))

            """)
        if sum != accepted { faults.append("\(sum) decided, not \(accepted)") }
        if reported != scenario.expectedDecisions { faults.append("the decisions were \(reported)") }
    }

    /// The worker's own counters, which count what is committed.
    private static func decisions(_ metrics: MetricsRegistry) -> [String: Int] {
        var counts: [String: Int] = [:]
        for decision in Decision.allCases {
            let counter = metrics.counter(
                "tidings_worker_callbacks_total", help: "Callbacks decided, by decision.",
                labels: ["decision": "\(decision.name)"])
            counts["\(decision.name)"] = counter.value
        }
        return counts
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
