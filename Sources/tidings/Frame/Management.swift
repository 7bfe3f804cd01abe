import Configuration
import HTTP
import Kafka
import Telemetry

/// The port for operators of a running service; nothing where its address is empty.
struct Management {
    private let server: ManagementServer?

    /// Listens at once: a service that is not ready yet says so.
    init(
        on address: NetworkAddress?, log: Log, metrics: MetricsRegistry,
        isAlive: @escaping @Sendable () -> Bool = { true },
        readiness: @escaping @Sendable () -> Readiness
    ) throws {
        guard let address else {
            server = nil
            return
        }
        let sources = ManagementServer.Sources(
            isAlive: isAlive, readiness: readiness,
            versions: [("tidings", Version.text), ("librdkafka", KafkaVersion.text)])
        let server = try ManagementServer(sources, log: log, metrics: metrics)
        try server.start(on: BindAddress(host: address.host, port: address.port))
        log.info("serving operators", ["port": .integer(Int(server.port))])
        self.server = server
    }

    func stop() { server?.stop() }
}
