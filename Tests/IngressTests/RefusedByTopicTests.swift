// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import Ingress
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// A real topic that takes no callback, and takes them again when an operator has changed it.
@Suite(.serialized, .needsBroker) struct RefusedByTopicTests {
    @Test(
        "a topic's limit below every callback is named by log, metric and readiness, and raised it is accepted again",
        .enabled(if: Broker.isHomeGiven, Broker.howToGiveHome), .timeLimit(.minutes(30)))
    func tooLarge() throws {
        let broker = try Broker.shared()
        try broker.withTopic("callbacks", settings: [("max.message.bytes", "500")]) { topic in
            var settings = IngressService.Settings(
                address: BindAddress(host: "127.0.0.1", port: 0), kafka: try broker.configuration,
                topic: topic)
            settings.drain = .seconds(1)
            let log = try LogFile()
            let metrics = MetricsRegistry()
            let keys = try TestIngress.ring([SigningKey(id: "main", secret: TestIngress.secret)])
            let service = try IngressService(settings, keys: keys, log: log.log, metrics: metrics)
            try service.start()
            defer { service.stop() }
            #expect(eventually(within: .seconds(60)) { service.readiness.isReady })

            let reason = try #require(reasonOfRefusal(by: service))
            #expect(reason.contains("MSG_SIZE_TOO_LARGE") && reason.contains(topic))
            let text = String(decoding: metrics.text(), as: UTF8.self)
            #expect(text.contains(/tidings_ingress_unwritten_total\{reason="MSG_SIZE_TOO_LARGE"\} [1-9]/))
            let lines = log.lines(with: "Kafka did not take a callback")
            #expect(lines.first?.contains("MSG_SIZE_TOO_LARGE") == true)

            try Self.raiseLimit(of: topic, at: broker)
            eventually(within: .seconds(60)) { Self.post(to: service) == 200 }
            #expect(eventually(within: .seconds(60)) { service.readiness.isReady })
        }
    }

    private static func post(to service: IngressService) -> Int? {
        let client = try? RawHTTP(port: service.port)
        client?.post("/callbacks", (try? signed(callback())) ?? [])
        return client?.answer(within: .seconds(60))?.status
    }

    private static func raiseLimit(of topic: String, at broker: Broker) throws {
        let home = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let tool = try ChildProcess(
            URL(fileURLWithPath: home).appendingPathComponent("bin/kafka-configs.sh"),
            [
                "--bootstrap-server", broker.bootstrapServers, "--alter", "--entity-type", "topics",
                "--entity-name", topic, "--add-config", "max.message.bytes=1048588",
            ])
        try #require(tool.waitForEnd(within: .seconds(120)) == .exit(0), "\(tool.errors)")
    }
}
