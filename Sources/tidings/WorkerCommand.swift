// SPDX-License-Identifier: Apache-2.0
import Configuration
import Dispatch
import HTTP
import Kafka
import Payments
import Telemetry
import Tracing
import Worker

/// `tidings worker`.
enum WorkerCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        if settings[StartOptions.shadow] { return try ShadowCommand.run(call) }
        let frame = Service(
            call, ["service": "worker", "slot": .text(settings[Configuration.WorkerSettings.slot])],
            metrics: ServiceMetrics.services + ServiceMetrics.worker, stopsWithLeave: true)
        let (log, metrics, stop) = (frame.log, frame.metrics, frame.stop)
        let keys = try keys(call)
        let processor = try settings.processorSettings()
        var workers = try settings.workerSettings()
        workers.client.kafka.metrics = KafkaMetrics(metrics, of: KafkaMetrics.Kind.allCases)
        let traces = try frame.startTraces(call, service: "tidings-worker")
        frame.note(workers.client.kafka)
        let group = WorkerGroup(
            workers, log: log, metrics: metrics,
            makeProcessor: { RecordProcessor(settings: processor, keys: keys?.ring) },
            whenEnded: { end in
                StandardError.write("tidings: \(end.reason)\n")
                stop.request(.wrong)
            }, tracer: traces?.tracer)
        var start = try settings.workerStart()
        start.failsFast = settings[StartOptions.failFast]
        let service = WorkerService(start, group: group, log: log) { refusal in
            stop.request(report(refusal))
        }
        stop.onLeave { service.leaveOnStop() }
        keys?.watch(until: stop, log: log, metrics: metrics) { service.replaceKeys($0) }
        let readiness: @Sendable () -> Readiness = {
            Readiness(service.notReadyReasons.map { Readiness.Obstacle("worker", $0) })
        }
        let management = try Management(
            on: settings[Configuration.WorkerSettings.managementAddress], log: log, metrics: metrics,
            isAlive: { service.isAlive }, readiness: readiness)
        service.start()
        let manager = frame.reportToServiceManager(isAlive: { service.isAlive }, readiness: readiness)
        let exitCode = stop.wait()
        stop.exitWithin(workers.stopDeadline + .seconds(2), log: log)
        manager?.stopping()
        log.info("stopping", ["leaving_group": .flag(workers.leavesOnStop || stop.isLeaveRequested)])
        Failpoint.duringStop.reach()
        if !service.stop() {
            // Safe at any point: the next owner of the partitions reads again what was not committed.
            log.warning(
                "a worker did not end in time and is left behind", next: "ending the process",
                advice: "nothing is lost; raise worker.stop_deadline if it repeats")
        }
        traces?.stop(within: .seconds(1))
        management.stop()
        return exitCode
    }

    /// Prints why the workers do not start.
    private static func report(_ refusal: StartupCheck.Refusal) -> ExitCode {
        switch refusal {
        case .unreachable(let error):
            let cause = error.isUnreachable ? "Kafka cannot be reached: \(error.message)" : error.description
            StandardError.write("tidings: \(cause)\n")
            return error.isUnreachable ? .unreachable : .wrong
        case .missingTopics(let sentence):
            StandardError.write("tidings: \(sentence)\n")
            return .wrong
        case .unfit(let faults):
            for fault in faults { StandardError.write("tidings: \(fault)\n") }
            return .wrong
        }
    }

    /// Nil for a worker that verifies nothing.
    private static func keys(_ call: Call) throws -> WatchedKeys? {
        guard call.settings[Configuration.WorkerSettings.verification] != .never else { return nil }
        guard let path = call.settings[CallbackSettings.optionalKeysFile] else {
            throw call.settings.refusal(
                of: CallbackSettings.optionalKeysFile,
                "is needed: with worker.verify missing or always a worker verifies by these keys")
        }
        return try WatchedKeys(path, call)
    }
}
