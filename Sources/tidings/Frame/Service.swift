// SPDX-License-Identifier: Apache-2.0
import Configuration
import HTTP
import Kafka
import Telemetry
import Tracing

/// What every service begins with: its log, its metrics, and the one stop that ends it.
struct Service {
    let log: Log
    let metrics = MetricsRegistry()
    let stop = Stop()
    private let environment: [String: String]

    /// Call it before any other thread is made.
    ///
    /// - Parameters:
    ///   - fields: what names this process in each line of its log.
    ///   - families: the metrics that this process has beyond those of every process.
    ///   - stopsWithLeave: whether SIGUSR1 asks for a stop that leaves the consumer group.
    init(
        _ call: Call, _ fields: KeyValuePairs<StaticString, LogValue>, metrics families: [MetricFamily],
        stopsWithLeave: Bool = false
    ) {
        environment = call.environment
        log = call.settings.log.with(fields).namingThreads()
        DescriptorLimit.raise()
        metrics.declare(families + ServiceMetrics.process)
        metrics.addLog(log)
        stop.listen(forLeave: stopsWithLeave)
        metrics.addProcess()
        Build.show(in: metrics)
        for variable in call.settings.unknownVariables {
            log.warning(
                "an environment variable names no setting", next: "it is ignored",
                advice: "correct or remove it",
                ["variable": .text(variable)])
        }
        if call.settings[CommonSettings.profile] == .development {
            log.debug("profile development: what could lose or expose payments is a warning, not an error")
        }
        log.info(
            "starting", ["version": .text(Version.text), "librdkafka": .text(KafkaVersion.text)])
    }

    /// Begins to send spans where the environment asks for it; nil where tracing is off.
    ///
    /// - Parameter name: `service.name` where the environment names none.
    func startTraces(_ call: Call, service name: String) throws -> TraceExporter? {
        let settings: TraceSettings?
        do throws(TraceVariableRefused) {
            settings = try TraceSettings(call.environment, service: name, version: Version.text)
        } catch {
            throw ConfigurationError("\(error)")
        }
        guard let settings else { return nil }
        let exporter = TraceExporter(settings, version: Version.text, log: log, metrics: metrics)
        exporter.start()
        return exporter
    }

    /// Reports to systemd, if it started this process; call it when the ports listen.
    func reportToServiceManager(
        isAlive: @escaping @Sendable () -> Bool, readiness: @escaping @Sendable () -> Readiness
    ) -> ServiceManager? {
        let manager = ServiceManager(environment, log: log)
        manager?.ready(isAlive: isAlive, readiness: readiness)
        return manager
    }

    /// Publishes how the connection to the brokers is protected, and warns where it is not.
    func note(_ kafka: KafkaConfiguration) {
        metrics.gauge(ServiceMetrics.tlsVerified).set(kafka.security.isVerified ? 1 : 0)
        let faults = kafka.security.faults.map { "\($0)" }
        if faults.isEmpty { return }
        log.warning(
            "the connection to Kafka is not protected", next: "profile production would refuse to start",
            advice: "configure TLS",
            ["reasons": .text(faults.joined(separator: "; "))])
    }
}
