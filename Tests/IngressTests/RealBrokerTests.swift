import HTTP
import Ingress
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// What only a real broker shows: what a 200 means when it dies.
@Suite(.serialized) struct RealBrokerTests {
    private static let key = Array("secret of 1234".utf8)

    private static func ingress(
        on broker: Broker, topic: String, metrics: MetricsRegistry = MetricsRegistry()
    ) throws -> IngressService {
        var settings = IngressService.Settings(
            address: BindAddress(host: "127.0.0.1", port: 0), kafka: try broker.configuration, topic: topic)
        settings.server.deadlines.answer = .seconds(2)
        settings.drain = .seconds(1)
        let keys = try TestIngress.ring([SigningKey(id: "main", secret: Self.key)])
        let service = try IngressService(settings, keys: keys, log: .silent, metrics: metrics)
        try service.start()
        return service
    }

    private static func post(_ payment: String, to service: IngressService) throws -> RawHTTP.Answer? {
        let client = try RawHTTP(port: service.port)
        client.post("/callbacks", try signed(callback(payment: payment)))
        return client.answer()
    }

    @Test(
        "a broker that is killed costs a 503, never a 200 without a record; when it is back, callbacks are accepted",
        .needsBrokerOfItsOwn, .timeLimit(.minutes(5)))
    func killed() throws {
        let broker = try Broker.start()
        let topic = "ingress-killed"
        let admin = try Admin(try broker.configuration, log: .silent)
        let outcomes = try admin.create(
            [NewTopic(topic, partitions: 3, replication: 1)], within: .seconds(30))
        #expect(outcomes.allSatisfy { $0 == nil })
        let service = try Self.ingress(on: broker, topic: topic)
        defer { service.stop() }
        eventually { service.readiness.isReady }

        var accepted: [String] = []
        for number in 0..<50 where try Self.post("before-\(number)", to: service)?.status == 200 {
            accepted.append("1234:before-\(number)")
        }
        #expect(accepted.count == 50)

        broker.kill()
        for number in 0..<3 {
            let answer = try Self.post("during-\(number)", to: service)
            #expect(answer?.status == 503)
            #expect(answer?["retry-after"] == "10")
        }
        eventually { !service.readiness.isReady }

        try broker.restart()
        eventually { service.readiness.isReady }
        eventually {
            guard (try? Self.post("after", to: service))?.status == 200 else { return false }
            accepted.append("1234:after")
            return true
        }
        let written = Set(try readAll(topic, at: broker.bootstrapServers).compactMap(\.keyText))
        for key in accepted { #expect(written.contains(key)) }
    }

    @Test(
        "a broker that stands still is noticed within ten seconds, both ways", .needsBrokerOfItsOwn,
        .timeLimit(.minutes(5)))
    func paused() throws {
        let broker = try Broker.start()
        let topic = "ingress-paused"
        let admin = try Admin(try broker.configuration, log: .silent)
        _ = try admin.create([NewTopic(topic, partitions: 1, replication: 1)], within: .seconds(30))
        let service = try Self.ingress(on: broker, topic: topic)
        defer { service.stop() }
        eventually { service.readiness.isReady }
        broker.pause()
        defer { broker.resume() }
        #expect(try Self.post("during", to: service)?.status == 503)
        eventually { !service.readiness.isReady }
        broker.resume()
        eventually { service.readiness.isReady }
        eventually { (try? Self.post("after", to: service))?.status == 200 }
    }

    @Test(
        "partitions that are added make it not ready with the procedure, and callbacks are accepted and counted",
        .needsBrokerOfItsOwn, .timeLimit(.minutes(5)))
    func partitionsAdded() throws {
        let broker = try Broker.shared()
        let topic = broker.unique("ingress-grown")
        let admin = try Admin(try broker.configuration, log: .silent)
        _ = try admin.create([NewTopic(topic, partitions: 3, replication: 1)], within: .seconds(30))
        let metrics = MetricsRegistry()
        let service = try Self.ingress(on: broker, topic: topic, metrics: metrics)
        defer { service.stop() }
        eventually { service.readiness.isReady }
        _ = try broker.runTool("kafka-topics.sh", ["--alter", "--topic", topic, "--partitions", "6"])
        eventually { !service.readiness.isReady }
        let reasons = service.readiness.obstacles.map(\.reason)
        #expect(reasons.count == 1)
        #expect(reasons.first?.contains("6 partitions instead of 3") == true)
        #expect(reasons.first?.contains(PartitionCountChange.procedure) == true)
        #expect(try Self.post("grown", to: service)?.status == 200)
        let text = String(decoding: metrics.text(), as: UTF8.self)
        #expect(text.contains("tidings_ingress_partition_count_changes_total 1\n"))
    }
}
