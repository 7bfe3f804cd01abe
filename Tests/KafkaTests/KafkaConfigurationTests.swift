// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

@Suite("KafkaConfiguration")
struct KafkaConfigurationTests {
    @Test(
        "a property that would break a guarantee is refused by name (#4381, #4528)",
        arguments: [
            ("enable.idempotence", "false"), ("acks", "1"), ("request.required.acks", "0"),
            ("transactional.id", "x"), ("transaction.timeout.ms", "1000"), ("partitioner", "random"),
            ("message.timeout.ms", "0"), ("delivery.report.only.error", "true"), ("group.id", "x"),
            ("group.instance.id", "x"), ("isolation.level", "read_uncommitted"),
            ("enable.auto.commit", "true"),
            ("enable.auto.offset.store", "true"), ("auto.offset.reset", "latest"),
            ("partition.assignment.strategy", "cooperative-sticky"), ("enable.partition.eof", "true"),
            ("allow.auto.create.topics", "true"), ("test.mock.num.brokers", "3"),
        ])
    func guarded(name: String, value: String) throws {
        let refusal = #expect(throws: KafkaConfiguration.Refusal.self) {
            try KafkaConfiguration([("bootstrap.servers", "localhost:9092"), (name, value)])
        }
        #expect(refusal?.property == name)
        guard case .guarded = refusal?.reason else {
            Issue.record("\(name) was refused for another reason: \(String(describing: refusal))")
            return
        }
    }

    @Test(
        "a value that only repeats a guarantee is let pass, and not set twice (#4710)",
        arguments: [
            ("acks", "all"), ("acks", "-1"), ("enable.idempotence", "true"), ("enable.auto.commit", "false"),
            ("isolation.level", "read_committed"), ("partitioner", "murmur2_random"),
        ])
    func harmless(name: String, value: String) throws {
        let configuration = try KafkaConfiguration([("bootstrap.servers", "localhost:9092"), (name, value)])
        #expect(configuration[name] == nil)
    }

    @Test("other properties pass through")
    func passesThrough() throws {
        let configuration = try KafkaConfiguration([
            ("bootstrap.servers", "localhost:9092"), ("socket.timeout.ms", "5000"),
            ("compression.type", "lz4"),
        ])
        #expect(configuration["socket.timeout.ms"] == "5000")
        #expect(configuration["compression.type"] == "lz4")
    }

    @Test("a property that librdkafka does not know is reported as unknown")
    func unknown() {
        let refusal = #expect(throws: KafkaConfiguration.Refusal.self) {
            try KafkaConfiguration([("bootstrap.servers", "localhost:9092"), ("bootstrap.server", "b")])
        }
        #expect(refusal?.property == "bootstrap.server")
        #expect(refusal?.reason == .unknown)
    }

    @Test("a value that librdkafka does not take is refused with its sentence")
    func invalid() {
        let refusal = #expect(throws: KafkaConfiguration.Refusal.self) {
            try KafkaConfiguration([("bootstrap.servers", "localhost:9092"), ("socket.timeout.ms", "soon")])
        }
        #expect(refusal?.property == "socket.timeout.ms")
        guard case .invalid(let sentence) = refusal?.reason else {
            Issue.record("it is not published as invalid: \(String(describing: refusal))")
            return
        }
        #expect(!sentence.isEmpty)
    }

    @Test("without an address there is no configuration", arguments: [[], [("bootstrap.servers", "")]])
    func missing(pairs: [(name: String, value: String)]) {
        let refusal = #expect(throws: KafkaConfiguration.Refusal.self) { try KafkaConfiguration(pairs) }
        #expect(refusal?.property == "bootstrap.servers")
        #expect(refusal?.reason == .missing)
    }

    @Test("no way of printing a configuration shows a secret")
    func masked() throws {
        let secret = "correct-horse"
        let configuration = try KafkaConfiguration([
            ("bootstrap.servers", "localhost:9092"), ("sasl.username", "alice"), ("sasl.password", secret),
            ("ssl.key.password", secret), ("ssl.keystore.password", secret),
        ])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(secret))
            #expect(text.contains("alice"))
        }
    }

    @Test("a refusal of a secret does not quote it")
    func refusalMasked() {
        // A misspelt name, and a value that librdkafka does not take.
        for (name, value) in [("sasl.secret", "correct-horse"), ("ssl.keystore.password", "correct-horse")] {
            do {
                let configuration = try KafkaConfiguration([("bootstrap.servers", "h:1"), (name, value)])
                #expect(!"\(configuration)".contains("correct-horse"))
            } catch {
                #expect(!"\(error)".contains("correct-horse"))
            }
        }
    }

    @Test("the version of librdkafka is reported")
    func version() {
        #expect(KafkaVersion.text.split(separator: ".").count >= 3)
    }
}
