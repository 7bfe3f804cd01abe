// SPDX-License-Identifier: Apache-2.0
import Configuration
import HTTP
import Ingress
import Kafka
import Payments
import Telemetry
import Tracing

/// `tidings ingress`.
enum IngressCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let frame = Service(
            call, ["service": "ingress"], metrics: ServiceMetrics.services + ServiceMetrics.ingress)
        let (log, metrics, stop) = (frame.log, frame.metrics, frame.stop)
        let keys = try WatchedKeys(call.settings[CallbackSettings.keysFile], call)
        let certificate = try WatchedCertificate(call.settings)
        var settings = try call.settings.ingressSettings(tls: certificate?.tls)
        settings.kafka.metrics = KafkaMetrics(metrics, of: [.producer])
        frame.note(settings.kafka)
        try DescriptorLimit.check(sockets: settings.server.sockets, call.settings)
        let traces = try frame.startTraces(call, service: "tidings-ingress")
        let service = try IngressService(
            settings, keys: keys.ring, log: log, metrics: metrics, tracer: traces?.tracer)
        certificate?.watch(until: stop, log: log, metrics: metrics) { try service.replaceTLS($0) }
        keys.watch(until: stop, log: log, metrics: metrics) { service.replaceKeys($0) }
        let management = try Management(
            on: call.settings[IngressSettings.managementAddress], log: log, metrics: metrics,
            isAlive: { service.isAlive }, readiness: { service.readiness })
        try service.start()
        let manager = frame.reportToServiceManager(
            isAlive: { service.isAlive }, readiness: { service.readiness })
        let exitCode = stop.wait()
        stop.exitWithin(settings.stopDelay + settings.drain + .seconds(2), log: log)
        manager?.stopping()
        log.info("stopping")
        Failpoint.duringStop.reach()
        service.stop()
        traces?.stop(within: .seconds(1))
        management.stop()
        return exitCode
    }
}
