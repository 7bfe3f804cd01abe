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
        let frame = Service(call)
        let (log, metrics, stop) = (frame.log, frame.metrics, frame.stop)
        let keys = try keys(call)
        let processor = try settings.processorSettings()
        // Each question to the cluster may take seconds, and a stop does not wait for them.
        let checked = try stop.waitForResult { try check(settings, log: log) }
        guard let checked else {
            log.info("stopped during the start-up check")
            return stop.wait()
        }
        guard let cluster = checked else { return .wrong }
        let workers = try settings.workerSettings(on: cluster)
        let traces = try frame.startTraces(call, service: "tidings-worker")
        frame.note(workers.client.kafka)
        let service = WorkerGroup(
            workers, log: log, metrics: metrics,
            makeProcessor: { RecordProcessor(settings: processor, keys: keys?.ring) },
            whenEnded: { end in
                StandardError.write("tidings: \(end.reason)\n")
                stop.request(.wrong)
            }, tracer: traces?.tracer)
        keys?.watch(until: stop, log: log, metrics: metrics) { service.replaceKeys($0) }
        let management = try Management(
            on: settings[Configuration.WorkerSettings.managementAddress], log: log, metrics: metrics,
            isAlive: { service.isAlive }
        ) { Readiness(service.notReadyReasons.map { Readiness.Obstacle("worker", $0) }) }
        service.start()
        let exitCode = stop.wait()
        log.info("stopping")
        if !service.stop(within: .seconds(20)) {
            // Safe at any point: what was not committed is read again by anyone who has the partitions next.
            log.warning("a worker did not end in time and is left behind")
        }
        traces?.stop(within: .seconds(1))
        management.stop()
        return exitCode
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

    /// Nil where the cluster or the state is not as it must be, after saying why.
    private static func check(_ settings: Settings, log: Log) throws -> ClusterFacts? {
        let slot = settings[Configuration.WorkerSettings.slot]
        let kafka = try settings.kafkaConfiguration(client: "worker-\(slot)")
        var check = try settings.startupCheck()
        check.messages = settings.messageLimits(kafka)
        let admin = try Admin(kafka, log: log)
        do throws(StartupCheck.Refusal) {
            let finding = try check.run(admin)
            for warning in finding.warnings {
                log.warning("not fit for production", ["reason": .text(warning)])
            }
            return finding.cluster
        } catch {
            switch error {
            case .unreachable(let cause): throw cause
            case .unfit(let faults):
                for fault in faults { StandardError.write("tidings: \(fault)\n") }
                return nil
            }
        }
    }
}
