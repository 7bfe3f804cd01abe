// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Gate
import HTTP
import Kafka
import Payments
import Reconcile
import Telemetry

/// `tidings reconcile`.
enum ReconcileCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let isContinuous = settings[ReconcileSettings.continuous]
        guard settings[ReconcileSettings.execute] else {
            if isContinuous { throw ConfigurationError("--continuous needs --execute") }
            return try plan(call)
        }
        return isContinuous ? try runContinuously(call) : try runOnce(call)
    }

    private static func plan(_ call: Call) throws -> ExitCode {
        let plan = try make(call, .init(log: call.settings.log, metrics: MetricsRegistry())).plan()
        if call.settings[ReconcileSettings.json] {
            for payment in plan { StandardOutput.write(ReconcileReport.json(payment)) }
        } else {
            StandardOutput.write(ReconcileReport.text(plan))
        }
        return .done
    }

    private static func runOnce(_ call: Call) throws -> ExitCode {
        let reconciliation = try make(call, .init(log: call.settings.log, metrics: MetricsRegistry()))
        var hasFault = false
        let isComplete = try reconciliation.runOnce { payment, result in
            hasFault = hasFault || result.isFault
            print(payment, result, call.settings)
        }
        if !isComplete {
            StandardError.write("tidings: the platform goes on limiting requests; run it again later\n")
        }
        return isComplete && !hasFault ? .done : .wrong
    }

    private static func runContinuously(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let frame = Service(call, ["service": "reconcile"], metrics: ServiceMetrics.reconcile)
        let (log, metrics, stop) = (frame.log, frame.metrics, frame.stop)
        let status = ReconcileStatus()
        let (keys, file) = try Self.keys(call)
        var kafka = try settings.kafkaConfiguration(client: "reconcile")
        frame.note(kafka)
        kafka.metrics = KafkaMetrics(metrics, of: [.producer])
        let reconciliation = try make(
            call, ReconcileTelemetry(log: log, metrics: metrics), kafka: kafka, keys: keys, status: status)
        file.watch(
            at: settings[CallbackSettings.keysFile], environment: call.environment,
            every: settings[CallbackSettings.keysCheckInterval], until: stop, log: log, metrics: metrics
        ) { (projects) throws(ConfigurationError) in
            keys.replace(by: try signingKeys(projects, settings))
        }
        let management = try Management(
            on: settings[ReconcileSettings.managementAddress], log: log, metrics: metrics
        ) { Readiness(status.notReadyReason.map { [Readiness.Obstacle("reconcile", $0)] } ?? []) }
        defer { management.stop() }
        try reconciliation.run(isStopping: { stop.isRequested }) { payment, result in
            print(payment, result, settings)
        }
        return stop.wait()
    }

    private static func print(_ payment: WaitingPayment, _ result: ReconcileResult, _ settings: Settings) {
        let isJSON = settings[ReconcileSettings.json]
        let line =
            isJSON
            ? ReconcileReport.json(payment, result) : Array(ReconcileReport.text(payment, result).utf8)
        // A service goes on without a reader: its log has each result.
        if settings[ReconcileSettings.continuous] {
            _ = StandardOutput.offer(line)
        } else {
            StandardOutput.write(line)
        }
    }

    private static func make(
        _ call: Call, _ telemetry: ReconcileTelemetry, kafka: KafkaConfiguration? = nil,
        keys: ReconcileKeys? = nil, status: ReconcileStatus = ReconcileStatus()
    ) throws -> Reconciliation {
        let settings = call.settings
        settings.warnOfPlainGate()
        return Reconciliation(
            .init(
                kafka: try kafka ?? settings.kafkaConfiguration(client: "reconcile"),
                topics: settings.topicNames,
                schedule: settings.requestSchedule, gate: settings.gate(), limits: settings.jsonLimits,
                bodyLimit: settings[CallbackSettings.bodyLimit],
                dateTolerance: settings[DeduplicationSettings.dateTolerance]),
            keys: try keys ?? self.keys(call).keys, list: try list(settings), telemetry: telemetry,
            status: status, now: { .now })
    }

    private static func keys(_ call: Call) throws -> (keys: ReconcileKeys, file: KeysFile) {
        let file = try KeysFile.read(call.settings[CallbackSettings.keysFile], environment: call.environment)
        return (ReconcileKeys(try signingKeys(file.projects, call.settings)), file)
    }

    /// The key of each project that signs: its active one, or that of `--key`.
    private static func signingKeys(
        _ projects: [ProjectKeys], _ settings: Settings
    ) throws(ConfigurationError) -> [ReconcileKey] {
        let path = settings[CallbackSettings.keysFile]
        let wanted = settings[GateOptions.key]
        var signing: [ReconcileKey] = []
        for project in projects {
            let active = project.keys.filter { $0.mode == .active }
            let chosen = active.count > 1 ? active.filter { $0.id == wanted } : active
            if active.count > 1, chosen.isEmpty {
                let ids = active.map(\.id).joined(separator: ", ")
                throw ConfigurationError(
                    "project \(project.projectID) has several active keys (\(ids)); --key says which one signs",
                    file: path)
            }
            guard let key = chosen.first else { continue }
            signing.append(
                ReconcileKey(projectID: project.projectID, id: key.id, secret: key.secret.bytes))
        }
        return signing
    }

    /// The merchant's list: `PROJECT:ID` a line; empty lines and those that begin with `#` are left out.
    private static func list(_ settings: Settings) throws(ConfigurationError) -> [PaymentReference] {
        guard let path = settings[ReconcileSettings.payments] else { return [] }
        let text = String(decoding: try FileBytes.read(path, atMost: 64 << 20), as: UTF8.self)
        var payments: [PaymentReference] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let payment = PaymentReference([String(line)]) else {
                throw ConfigurationError([
                    .init("is not a payment like 1234:payment_47", file: path, line: index + 1)
                ])
            }
            payments.append(payment)
        }
        return payments
    }
}
