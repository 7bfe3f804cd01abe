// SPDX-License-Identifier: Apache-2.0
import Configuration
import HTTP
import Kafka
import Telemetry

/// The port for operators of a running service; nothing where its address is empty.
struct Management {
    private let server: ManagementServer?

    /// Listens immediately: a service that is not ready yet says so.
    ///
    /// - Parameter isAlive: false only where the process must be restarted.
    init(
        on address: BindAddress?, log: Log, metrics: MetricsRegistry,
        isAlive: @escaping @Sendable () -> Bool = { true },
        readiness: @escaping @Sendable () -> Readiness
    ) throws {
        guard let address else {
            server = nil
            return
        }
        let sources = ManagementServer.Sources(
            isAlive: isAlive, readiness: readiness,
            versions: (Build.facts + Build.libraries).map { ($0.name, $0.text) })
        let server = try ManagementServer(sources, log: log, metrics: metrics)
        try server.start(on: address)
        log.info("serving operators", ["port": .integer(Int(server.port))])
        self.server = server
    }

    func stop() { server?.stop() }
}
