// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// A broker that answers for its topics and refuses every record.
@Suite struct UnwrittenTests {
    /// INVALID_TIMESTAMP: not tried again, so each callback has its error.
    private static let refusal = KafkaError.Code(rawValue: 32)

    private static func refuse(_ ingress: TestIngress) {
        ingress.cluster.answer(.produce, with: Array(repeating: refusal, count: 100_000))
    }

    @Test(
        "what Kafka refuses is counted and logged by Kafka's name, and the ingress is not ready until it is taken"
    )
    func refused() throws {
        let log = try LogFile()
        let ingress = try TestIngress(log: log.log)
        #expect(eventually(within: .seconds(60)) { ingress.service.readiness.isReady })
        #expect(try ingress.post(try signed(callback()))?.status == 200)
        // Every series is there before anything was refused.
        let series = "tidings_ingress_unwritten_total{reason=\"INVALID_TIMESTAMP\"}"
        #expect(ingress.metric(series) == 0)
        #expect(ingress.metric("tidings_ingress_unwritten_total{reason=\"OTHER\"}") == 0)

        Self.refuse(ingress)
        let reason = try #require(reasonOfRefusal(by: ingress.service))
        #expect(reason.contains("INVALID_TIMESTAMP") && reason.contains(TestIngress.topic))
        #expect((ingress.metric(series) ?? 0) >= 3)
        // The broker answers all the time.
        #expect(eventually(within: .seconds(60)) { ingress.metric("tidings_ingress_broker_reachable") == 1 })
        let lines = log.lines(with: "Kafka did not take a callback")
        #expect(lines.count == 1, "\(lines)")
        #expect(lines[0].contains("\"error\":\"INVALID_TIMESTAMP\""))
        #expect(log.lines(with: "no callback is written any more").count >= 1)

        ingress.cluster.answerNormally(.produce)
        eventually(within: .seconds(60)) {
            (try? ingress.post(try signed(callback(operation: 48))))?.status == 200
        }
        #expect(eventually(within: .seconds(60)) { ingress.service.readiness.isReady })
    }

    @Test("two instances that are both not ready, and so get no callbacks, become ready again")
    func recovery() throws {
        let one = try TestIngress()
        var settings = IngressService.Settings(
            address: BindAddress(host: "127.0.0.1", port: 0),
            kafka: try KafkaConfiguration(bootstrapServers: one.cluster.bootstrapServers),
            topic: TestIngress.topic)
        settings.drain = .seconds(1)
        let keys = try TestIngress.ring([SigningKey(id: "main", secret: TestIngress.secret)])
        let other = try IngressService(settings, keys: keys, log: .silent, metrics: MetricsRegistry())
        try other.start()
        defer { other.stop() }
        #expect(eventually(within: .seconds(60)) { one.service.readiness.isReady && other.readiness.isReady })
        Self.refuse(one)
        #expect(reasonOfRefusal(by: one.service) != nil)
        #expect(reasonOfRefusal(by: other) != nil)
        // Nothing is posted from here on.
        #expect(eventually(within: .seconds(60)) { one.service.readiness.isReady && other.readiness.isReady })
        // The cause goes on, and the next callback shows it.
        #expect(try one.post(try signed(callback()))?.status == 503)
        #expect(eventually(within: .seconds(60)) { !one.service.readiness.isReady })
    }

    @Test("however many callbacks fail, brokers are asked at most five times a second")
    func lookUps() throws {
        let log = try LogFile()
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create(TestIngress.topic, partitions: 1)
        try cluster.create("changelog", partitions: 1)
        // librdkafka's own lines show each metadata request and who asked for it.
        let kafka = try KafkaConfiguration([
            ("bootstrap.servers", cluster.bootstrapServers), ("debug", "metadata"), ("log_level", "7"),
        ])
        var settings = IngressService.Settings(
            address: BindAddress(host: "127.0.0.1", port: 0), kafka: kafka, topic: TestIngress.topic)
        settings.changelogTopic = "changelog"
        let keys = try TestIngress.ring([SigningKey(id: "main", secret: TestIngress.secret)])
        let service = try IngressService(settings, keys: keys, log: log.log, metrics: MetricsRegistry())
        try service.start()
        defer { service.stop() }
        #expect(eventually(within: .seconds(60)) { service.readiness.isReady })
        cluster.answer(.produce, with: Array(repeating: Self.refusal, count: 100_000))

        let asked = { log.lines(with: "application requested").count }
        let before = asked()
        let start = ContinuousClock.now
        for _ in 0..<300 {
            let client = try RawHTTP(port: service.port)
            client.post("/callbacks", try signed(callback()))
            #expect(client.answer(within: .seconds(60))?.status == 503)
        }
        let most = Int((ContinuousClock.now - start) / .milliseconds(200)) + 2
        // One line for the request and one for its answer, where librdkafka writes both.
        #expect(before > 0)
        #expect(asked() - before <= 2 * most, "\(asked() - before) lines")
    }
}
