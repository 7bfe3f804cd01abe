import Configuration
import Kafka
import Telemetry

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
        metrics.addProcess(versions: [("tidings", Version.text), ("librdkafka", KafkaVersion.text)])
        for variable in call.settings.unknownVariables {
            log.warning("an environment variable names no setting", ["variable": .text(variable)])
        }
        log.info(
            "starting", ["version": .text(Version.text), "librdkafka": .text(KafkaVersion.text)])
    }
}
