// SPDX-License-Identifier: Apache-2.0
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing

/// `purchase gate --follow` on a real broker, where the test writes the events.
@Suite("purchase gate --follow", .serialized, .needsBroker)
struct PurchaseFollowTests {
    private static let accepted = #"{"status":"success","request_id":"r-1","payment_id":"payment_47"}"#
    private static let bank = "https://bank.example/pay?x=1"

    private enum Ending {
        case commit
        case abort
    }

    /// Writes an event of the payment in a transaction, as a worker does.
    private static func publish(
        _ status: String, action: Bool = false, _ ending: Ending = .commit, to installation: Installation
    ) throws {
        let statusClass = action ? "intermediate" : "final"
        let redirect = #","action":{"kind":"redirect","method":"GET","url":"\#(bank)"}"#
        let value = """
            {"type":"payment.status.changed","revision":"1","payment":{"id":"payment_47",\
            "status":"\(status)","status_class":"\(statusClass)"}\(action ? redirect : "")}
            """
        let topic = installation.topics[.status]
        let producer = try TransactionalProducer(
            installation.broker.configuration,
            .init(transactionalID: installation.broker.unique("follow"), topics: [topic]), log: .silent)
        let before = try end(of: installation)
        let transaction = try producer.begin()
        let (key, bytes) = (Array("1234:payment_47".utf8), Array(value.utf8))
        try transaction.produce(
            to: producer.topic(topic), key: key.span.bytes, value: bytes.span.bytes)
        switch ending {
        case .commit:
            guard case .committed = transaction.commit() else {
                throw Installation.Broken("an event was not written")
            }
        case .abort:
            // librdkafka drops what it has not sent yet, and then there is nothing to be read.
            eventually { (try? end(of: installation)) ?? 0 > before }
            _ = transaction.abort()
        }
        producer.close()
    }

    /// The records of the status topic, those of open and aborted transactions too.
    private static func end(of installation: Installation) throws -> Int64 {
        let admin = try Admin(installation.broker.configuration, log: .silent)
        return try (0..<installation.partitions).reduce(0) { sum, number in
            let partition = TopicPartition(topic: installation.topics[.status], partition: number)
            return sum + (try admin.watermarks(of: partition, within: .seconds(60)).high)
        }
    }

    /// A platform that does something while a purchase waits for its answer. What it throws fails the test.
    private func platform(
        answer: ScriptedServer.Step = .json(accepted),
        _ body: @escaping @Sendable () throws -> Void = {}
    ) throws -> ScriptedServer {
        try ScriptedServer { request, _ in
            guard request.path.hasSuffix("/sale") else {
                return .json(#"{"status":"error","code":"3061","message":"Transaction not found"}"#)
            }
            do { try body() } catch { Issue.record(error) }
            return answer
        }
    }

    private func start(
        _ installation: Installation, gate: String, deadline: String = "120s", _ arguments: [String] = []
    ) throws -> MerchantCommand {
        var environment = installation.environment.filter {
            $0.key.contains("KAFKA") || $0.key.contains("TOPIC")
        }
        environment["TIDINGS_GATE_TIMEOUT"] = "300s"
        environment["TIDINGS_GATE_STATUS_DEADLINE"] = "1s"
        environment["TIDINGS_LOG_LEVEL"] = "error"
        let follow = ["--follow", "--follow-deadline", deadline, "--json"]
        return try MerchantCommand(
            MerchantCommand.purchase + follow + arguments, gate: gate, environment)
    }

    @Test("an event that is published between the sending and the answer is seen")
    func early() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let server = try platform { try Self.publish("success", to: installation) }
        let command = try start(installation, gate: server.url)
        #expect(command.ending() == .exit(0), "\(command.process.errors)")
        #expect(command.process.output.contains(#""outcome":"accepted""#))
    }

    @Test("an older event of the same payment id, and one of an aborted transaction, are not its outcome")
    func others() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        try Self.publish("success", to: installation)
        let server = try platform {
            try Self.publish("success", .abort, to: installation)
            try Self.publish("decline", to: installation)
        }
        let command = try start(installation, gate: server.url)
        #expect(command.ending() == .exit(1), "\(command.process.errors)")
        #expect(command.process.output.contains(#""status":"decline""#))
        #expect(!command.process.output.contains(#""status":"success""#))
    }

    @Test("a redirect is printed as soon as it comes, although the platform has not answered yet")
    func action() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let gate = AnswerGate()
        let server = try platform {
            try Self.publish("awaiting redirect result", action: true, to: installation)
            gate.wait()
        }
        let command = try start(installation, gate: server.url)
        let process = command.process
        try #require(
            eventually(within: .seconds(180)) { process.output.contains(Self.bank) }, "\(process.errors)")
        #expect(process.isRunning && !process.output.contains("outcome"))
        gate.open()
        try #require(eventually(within: .seconds(180)) { process.output.contains(#""outcome":"accepted""#) })
        try Self.publish("success", to: installation)
        #expect(command.ending() == .exit(0), "\(process.errors)")
    }

    @Test("a purchase of unknown outcome has succeeded where its event says so")
    func unknown() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let server = try platform(answer: .reset([])) { try Self.publish("success", to: installation) }
        let command = try start(installation, gate: server.url)
        #expect(command.ending() == .exit(0), "\(command.process.errors)")
        #expect(command.process.output.contains(#""outcome":"unknown""#))
        #expect(server.requests.count { $0.path.hasSuffix("/sale") } == 1)
    }

    @Test("a payment id that is taken is a refusal, whatever the events of that payment say")
    func taken() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let refusal = #"{"status":"error","code":"3041","message":"Payment ID already exists"}"#
        let server = try platform(answer: .json(refusal, status: 400)) {
            try Self.publish("success", to: installation)
        }
        let command = try start(installation, gate: server.url)
        #expect(command.ending() == .exit(1), "\(command.process.errors)")
        #expect(command.process.output.contains(#""outcome":"refused""#))
    }

    @Test("without a final event it ends at its deadline with exit code 6; what was not sent is not followed")
    func deadline() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let server = try platform {
            try Self.publish("awaiting redirect result", action: true, to: installation)
        }
        let late = try start(installation, gate: server.url, deadline: "1s")
        #expect(late.ending() == .exit(6), "\(late.process.errors)")
        #expect(late.process.errors.contains("no final status within"))
        let unsent = try start(installation, gate: "http://127.0.0.1:\(try freePort())")
        #expect(unsent.ending() == .exit(5), "\(unsent.process.errors)")
    }
}

/// Holds a server's answer back until a test has seen what it waits for.
private final class AnswerGate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() { eventually(within: .seconds(300)) { isOpen.load(ordering: .acquiring) } }
}
