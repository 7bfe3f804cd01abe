// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("Errors of connections")
struct SingleReportTests {
    @Test("are logged by librdkafka's line alone, not again as its error event")
    func once() throws {
        let log = try LogFile(level: .info)
        // Nothing listens there.
        let configuration = try KafkaConfiguration(bootstrapServers: "127.0.0.1:\(freePort())")
        let producer = try AcknowledgedProducer(configuration, .init(topic: "any"), log: log.log) { _ in }
        // Both reports are made by the same failure; the event that all brokers are down comes after them.
        eventually(within: .seconds(60)) { !log.lines(with: "_ALL_BROKERS_DOWN").isEmpty }
        producer.close(within: .zero)
        #expect(!log.lines(with: "Connection refused").isEmpty)
        #expect(log.lines(with: "Connection refused").allSatisfy { $0.contains("\"facility\":\"FAIL\"") })
        #expect(log.lines(with: "\"_TRANSPORT\"").isEmpty, "\(log.lines)")
    }
}
