import Configuration
import Kafka
import Telemetry
import Tracing

/// What every service begins with: its log, its metrics, and the one stop that ends it.
struct Service {
    let log: Log
    let metrics = MetricsRegistry()
    let stop = Stop()

    /// Call it before any other thread is made.
    init(_ call: Call) {
        log = call.settings.log
        DescriptorLimit.raise()
        metrics.addLog(log)
        stop.listen()
        metrics.addProcess(build: Build.labels)
        for variable in call.settings.unknownVariables {
            log.warning("an environment variable names no setting", ["variable": .text(variable)])
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

    /// Publishes how the connection to the brokers is protected, and warns where it is not.
    func note(_ kafka: KafkaConfiguration) {
        let gauge = metrics.gauge(
            "tidings_kafka_tls_verified",
            help:
                "Whether the connection to Kafka is TLS and the brokers' certificates and names are verified."
        )
        gauge.set(kafka.security.isVerified ? 1 : 0)
        for fault in kafka.security.faults {
            log.warning(
                "the connection to Kafka is not protected; profile production would refuse to start",
                ["reason": .text("\(fault)")])
        }
    }
}
