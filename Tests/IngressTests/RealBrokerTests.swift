// SPDX-License-Identifier: Apache-2.0
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
        on broker: Broker, topic: String, changelog: String? = nil, log: Log = .silent,
        metrics: MetricsRegistry = MetricsRegistry()
    ) throws -> IngressService {
        var settings = IngressService.Settings(
            address: BindAddress(host: "127.0.0.1", port: 0), kafka: try broker.configuration, topic: topic)
        settings.changelogTopic = changelog
        settings.server.deadlines.answer = .seconds(2)
        settings.drain = .seconds(1)
        let keys = try TestIngress.ring([SigningKey(id: "main", secret: Self.key)])
        let service = try IngressService(settings, keys: keys, log: log, metrics: metrics)
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
        .needsBrokerOfItsOwn, .timeLimit(.minutes(30)))
    func killed() throws {
        let broker = try Broker.start()
        let topic = "ingress-killed"
        let admin = try Admin(try broker.configuration, log: .silent)
        let outcomes = try admin.create(
            [NewTopic(topic, partitions: 3, replication: 1)], within: .seconds(120))
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
        "a broker that hangs is noticed within ten seconds, both ways", .needsBrokerOfItsOwn,
        .timeLimit(.minutes(30)))
    func paused() throws {
        let broker = try Broker.start()
        let topic = "ingress-paused"
        let admin = try Admin(try broker.configuration, log: .silent)
        _ = try admin.create([NewTopic(topic, partitions: 1, replication: 1)], within: .seconds(120))
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
        .needsBrokerOfItsOwn, .timeLimit(.minutes(30)))
    func partitionsAdded() throws {
        let broker = try Broker.shared()
        let topic = broker.unique("ingress-grown")
        let admin = try Admin(try broker.configuration, log: .silent)
        _ = try admin.create([NewTopic(topic, partitions: 3, replication: 1)], within: .seconds(120))
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
        #expect(text.contains("tidings_ingress_partition_count_differences_total 1\n"))
    }

    @Test(
        "an ingress that starts after partitions were added to the callbacks topic finds the changelog's count, is not ready and accepts",
        .needsBrokerOfItsOwn, .timeLimit(.minutes(30)))
    func partitionsAddedBefore() throws {
        let broker = try Broker.shared()
        try broker.withTopics([
            NewTopic("callbacks", partitions: 6), NewTopic("changelog", partitions: 3),
        ]) { names in
            let (metrics, log) = (MetricsRegistry(), try LogFile())
            let service = try Self.ingress(
                on: broker, topic: names[0], changelog: names[1], log: log.log, metrics: metrics)
            defer { service.stop() }
            // Not the reason of the first moment, that no broker has answered yet.
            eventually { service.readiness.obstacles.map(\.name) == ["partitions"] }
            let reason = service.readiness.obstacles.first?.reason ?? ""
            #expect(reason.contains("\(names[0]) has 6 partitions instead of 3"))
            #expect(reason.contains(PartitionCountChange.procedure))
            #expect(try Self.post("grown", to: service)?.status == 200)
            #expect(log.lines(with: "partition count of the callbacks topic differs").count == 1)
            let text = { String(decoding: metrics.text(), as: UTF8.self) }
            #expect(text().contains("tidings_ingress_partition_count_differences_total 1\n"))

            // The payments of before stay unprocessed, whatever grows later.
            _ = try broker.runTool(
                "kafka-topics.sh", ["--alter", "--topic", names[1], "--partitions", "6"])
            eventually { text().contains("tidings_ingress_partition_count_differences_total 2\n") }
            #expect(service.readiness.obstacles.map(\.name) == ["partitions"])
        }
    }

    @Test(
        "a changelog that is altered while the ingress runs makes it not ready; callbacks are accepted",
        .needsBrokerOfItsOwn, .timeLimit(.minutes(30)))
    func changelogAltered() throws {
        let broker = try Broker.shared()
        try broker.withTopics([
            NewTopic("callbacks", partitions: 3), NewTopic("changelog", partitions: 3),
        ]) { names in
            let service = try Self.ingress(on: broker, topic: names[0], changelog: names[1])
            defer { service.stop() }
            eventually { service.readiness.isReady }
            _ = try broker.runTool(
                "kafka-topics.sh", ["--alter", "--topic", names[1], "--partitions", "6"])
            eventually { service.readiness.obstacles.map(\.name) == ["partitions"] }
            let reason = service.readiness.obstacles.first?.reason ?? ""
            #expect(reason.contains("\(names[0]) has 3 partitions and \(names[1]) has 6"))
            #expect(try Self.post("altered", to: service)?.status == 200)
        }
    }

    @Test(
        "a changelog that the ingress may not see is named once in the log and costs nothing",
        .needsBrokerOfItsOwn, .timeLimit(.minutes(30)))
    func changelogNotVisible() throws {
        let broker = try Broker.shared()
        try broker.withTopic("callbacks", partitions: 3) { name in
            let log = try LogFile()
            let missing = broker.unique("no-changelog")
            let service = try Self.ingress(on: broker, topic: name, changelog: missing, log: log.log)
            defer { service.stop() }
            eventually { service.readiness.isReady }
            eventually { !log.lines(with: "the changelog is not visible").isEmpty }
            #expect(log.lines(with: missing).contains { $0.contains("UNKNOWN_TOPIC_OR_PART") })
            #expect(try Self.post("alone", to: service)?.status == 200)
            #expect(service.readiness.isReady)
        }
    }
}
