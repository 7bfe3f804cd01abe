// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTP
import Ingress
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// An ingress on a separate embedded cluster, for as long as it is kept.
final class TestIngress {
    static let secret = Array("secret of 1234".utf8)
    static let topic = "payments.callbacks.v1"

    let cluster: EmbeddedCluster
    let metrics = MetricsRegistry()
    let service: IngressService
    private var isStopped = false

    enum Brokers {
        case up
        case down
        /// The first producer is not authorised, which is fatal for it.
        case refusing
    }

    /// - Parameters:
    ///   - brokers: what they are like when their first client comes.
    ///   - clock: of the lines that are logged once a minute.
    ///   - change: what a test wants other than the defaults.
    init(
        keys: KeyRing? = nil, partitions: Int = 4,
        brokers: Brokers = .up, log: Log = .silent, clock: LogClock = LogClock(),
        _ change: (inout IngressService.Settings) -> Void = { _ in }
    ) throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create(Self.topic, partitions: partitions)
        switch brokers {
        case .up: break
        case .down: cluster.takeDown()
        // CLUSTER_AUTHORIZATION_FAILED: nothing that may be tried again.
        case .refusing: cluster.answer(.initProducerID, with: [KafkaError.Code(rawValue: 31)])
        }
        var settings = IngressService.Settings(
            address: BindAddress(host: "127.0.0.1", port: 0),
            kafka: try KafkaConfiguration(bootstrapServers: cluster.bootstrapServers), topic: Self.topic)
        change(&settings)
        self.cluster = cluster
        service = try IngressService(
            settings, keys: try keys ?? Self.ring([try SigningKey(id: "main", secret: Self.secret)]),
            log: log, metrics: metrics, logTime: { clock.now })
        try service.start()
    }

    deinit {
        stop()
    }

    func stop() {
        if !isStopped { service.stop() }
        isStopped = true
    }

    static func ring(_ keys: [SigningKey], project: Int64 = 1234) throws -> KeyRing {
        try KeyRing([KeyRing.Project(id: project, keys: keys)])
    }

    func connect() throws -> RawHTTP { try RawHTTP(port: service.port) }

    /// Posts a body on a separate connection.
    func post(
        _ body: [UInt8], to path: String = "/callbacks", headers: [(String, String)] = []
    ) throws -> RawHTTP.Answer? {
        let client = try connect()
        client.post(path, body, headers: headers)
        return client.answer()
    }

    func records() throws -> [ReadRecord] {
        try readAll(Self.topic, at: cluster.bootstrapServers, isolation: .readUncommitted)
    }

    /// The value of one line of the metrics text, without its fraction; nil where there is no such line.
    func metric(_ line: String) -> Int? {
        String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(line + " ") }
            .flatMap { Double($0.dropFirst(line.utf8.count + 1)) }.map { Int($0) }
    }

    func outcome(_ name: String) -> Int {
        metric("tidings_ingress_callbacks_total{outcome=\"\(name)\"}") ?? 0
    }
}

/// A callback as the platform sends it, without its signature.
func callback(
    payment: String = "payment_47", operation: Int = 47, project: String = "1234", extra: String = ""
) -> [UInt8] {
    var body = CallbackFixture()
    body.project = project
    body.payment = payment
    body.operation = operation
    body.extra = extra
    body.signature = nil
    return body.bytes
}

/// The body with its signature put in.
func signed(_ body: [UInt8], secret: [UInt8] = TestIngress.secret) throws -> [UInt8] {
    try CallbackFixture.signed(body, by: secret)
}

/// Posts callbacks, each of which is to be answered 503, until the ingress is not ready because nothing is
/// written.
///
/// - Returns: its reason; nil if it stays ready.
func reasonOfRefusal(by service: IngressService) -> String? {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
        let client = try? RawHTTP(port: service.port)
        client?.post("/callbacks", (try? signed(callback())) ?? [])
        let status = client?.answer(within: .seconds(60))?.status
        // A busy machine may not even accept the connection in time; an answer, however, is always a 503.
        #expect(status == nil || status == 503)
        for obstacle in service.readiness.obstacles where obstacle.name == "write" { return obstacle.reason }
    }
    return nil
}
