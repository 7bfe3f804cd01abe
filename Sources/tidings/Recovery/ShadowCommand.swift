// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import HTTP
import Payments
import Recovery
import Telemetry

/// `tidings worker --shadow`.
enum ShadowCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        try check(settings)
        let frame = Service(
            call, ["service": "shadow"], metrics: ServiceMetrics.services + ServiceMetrics.shadow)
        let (log, metrics, stop) = (frame.log, frame.metrics, frame.stop)
        let basis = try AuditBasis(call, client: "shadow")
        frame.note(basis.reading.kafka)
        let service = ShadowService(
            ShadowService.Settings(
                log: basis.reading, processor: basis.processor, scratch: settings[AuditOptions.scratch],
                threads: settings[Configuration.WorkerSettings.threads]),
            log: log, metrics: metrics, makeProcessor: { basis.makeProcessor($0) })
        let readiness: @Sendable () -> Readiness = {
            Readiness(service.notReadyReasons.map { Readiness.Obstacle("shadow", $0) })
        }
        let management = try Management(
            on: settings[Configuration.WorkerSettings.managementAddress], log: log, metrics: metrics,
            readiness: readiness)
        service.start()
        let manager = frame.reportToServiceManager(isAlive: { true }, readiness: readiness)
        let exitCode = stop.wait()
        let deadline = settings[Configuration.WorkerSettings.stopDeadline]
        stop.exitWithin(deadline + .seconds(2), log: log)
        manager?.stopping()
        log.info("stopping")
        // It changes nothing, so the process may end at any point.
        if !service.stop(within: deadline) {
            log.warning(
                "a comparison did not end in time and is left behind", next: "ending the process",
                advice: "nothing to do: it changes nothing")
        }
        management.stop()
        return exitCode
    }

    private static func check(_ settings: Settings) throws(ConfigurationError) {
        let accepts =
            !settings[AcceptedLossOptions.changelog].isEmpty
            || !settings[AcceptedLossOptions.callbacks].isEmpty
            || settings[AcceptedLossOptions.startAt] != nil
        if accepts || settings[StartOptions.failFast] {
            throw ConfigurationError(
                "--shadow processes nothing: --fail-fast, --start-at and the flags that accept a loss have no "
                    + "meaning with it")
        }
    }
}
