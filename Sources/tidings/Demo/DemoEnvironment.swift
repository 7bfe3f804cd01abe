// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Kafka
import Payments
import Platform
import Synchronization
import Telemetry
import WebClient
import Worker

/// Ingress, worker and a simulated platform in one process, on librdkafka's cluster in memory, each on a free
/// port.
struct DemoEnvironment: ~Copyable {
    static let partitions: Int32 = 4
    static let topics = TopicNames()
    /// A demo's secret: the page that the callbacks come from shortens its own signatures.
    static let secret = Array("demo secret".utf8)

    private let cluster: EmbeddedCluster
    private let ingress: IngressService
    private let workers: WorkerGroup
    private let platform: PlatformService
    let metrics = MetricsRegistry()
    let kafka: KafkaConfiguration
    let log: Log

    /// - Parameter report: of the simulated platform, from several threads.
    init(
        log: Log, report: @escaping @Sendable (PlatformEvent) -> Void,
        whenEnded: @escaping @Sendable (WorkerEnd) -> Void
    ) throws {
        let cluster = try EmbeddedCluster(log: log)
        for topic in Topic.allCases {
            try cluster.create(Self.topics[topic], partitions: Int(Self.partitions))
        }
        let kafka = try KafkaConfiguration([("bootstrap.servers", cluster.bootstrapServers)])
        let key = try SigningKey(id: "demo", secret: Self.secret)
        let keys = try KeyRing([.init(id: Int64(DemoCallback.projectID), keys: [key])])
        var settings = IngressService.Settings(
            address: BindAddress(host: "127.0.0.1", port: 0), kafka: kafka, topic: Self.topics[.callbacks])
        settings.changelogTopic = Self.topics[.changelog]
        let ingress = try IngressService(settings, keys: keys, log: log, metrics: metrics)
        let client = KafkaWorkerClient.Settings(
            kafka: kafka, topics: Self.topics, group: "tidings", place: "demo")
        let workers = WorkerGroup(
            WorkerGroup.Settings(
                client: client, cluster: ClusterFacts(id: "embedded", partitionCount: Self.partitions),
                stateDirectory: nil),
            log: log, metrics: metrics,
            makeProcessor: { RecordProcessor(settings: ProcessorSettings(topics: Self.topics), keys: keys) },
            whenEnded: whenEnded)
        try ingress.start()
        workers.start()
        // Fast enough for a person who waits: a redelivery comes after a tenth of a second.
        let platform = try PlatformService(
            .init(
                address: BindAddress(host: "127.0.0.1", port: 0),
                callbackURL: try WebAddress("http://127.0.0.1:\(ingress.port)/callbacks"), keys: keys,
                secrets: [Int64(DemoCallback.projectID): Self.secret],
                scenarios: try PlatformCommand.builtInScenarios(), timeScale: 0.01),
            log: log, metrics: metrics, report: report)
        try platform.start()
        self.cluster = cluster
        self.kafka = kafka
        self.log = log
        self.ingress = ingress
        self.workers = workers
        self.platform = platform
    }

    var bootstrapServers: String { cluster.bootstrapServers }
    /// Where the simulated platform serves Gate.
    var platformURL: String { "http://127.0.0.1:\(platform.port)" }
    var url: String { "http://127.0.0.1:\(ingress.port)/callbacks" }

    /// Why it cannot work yet; empty once it can.
    var notReadyReasons: [String] { workers.notReadyReasons + ingress.readiness.obstacles.map(\.reason) }

    func stop() {
        platform.stop()
        ingress.stop()
        workers.stop(within: .seconds(5))
    }
}
