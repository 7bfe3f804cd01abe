// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
internal import Synchronization
internal import Telemetry

/// Writes reconciled callbacks to the callbacks topic, each with its receipt, and waits until the brokers
/// have confirmed them.
///
/// Confined to the thread that made it, apart from the reports. After a fatal error the next write makes
/// another producer.
final class CallbackWriter {
    struct Failure: Error {
        let reason: String
    }

    private let kafka: KafkaConfiguration
    private let settings: AcknowledgedProducer.Settings
    private let log: Log
    private let failures = Failures()
    private var producer: AcknowledgedProducer?
    private static let patience = Duration.seconds(30)

    init(topic: String, kafka: KafkaConfiguration, log: Log) {
        self.kafka = kafka
        self.log = log
        settings = AcknowledgedProducer.Settings(topic: topic, messageTimeout: Self.patience)
    }

    /// Writes the callbacks of one payment in their order. After a failure some of them may be in the topic:
    /// writing them again gives duplicates, which are decided as such.
    func write(
        _ callbacks: [AnswerCallbacks.Callback], paymentID: String, key: ReconcileKey, at now: Timestamp
    ) throws(Failure) {
        if callbacks.isEmpty { return }
        var partitionKey: [UInt8] = []
        PartitionKey.derive(
            projectID: key.projectID, paymentID: Array(paymentID.utf8).span, into: &partitionKey)
        do throws(KafkaError) {
            let producer = try currentProducer()
            failures.clear()
            for callback in callbacks {
                try producer.produce(
                    slot: 0, key: partitionKey.span.bytes, value: callback.body.span.bytes,
                    headers: Self.receipt(of: key, at: now), timestamp: now.milliseconds)
            }
            guard producer.flush(within: Self.patience + .seconds(5)) else {
                self.producer = nil
                throw KafkaError(.timedOut, severity: .retriable)
            }
        } catch {
            throw Failure(reason: error.naming(right).description)
        }
        guard let code = failures.first else { return }
        let missing = code.missingRight(among: right).map { " (the principal lacks \($0))" } ?? ""
        throw Failure(reason: code.name + missing)
    }

    private var right: KafkaRight { KafkaRight(.write, on: .topic(settings.topic)) }

    func close() { producer?.close(within: Self.patience) }

    private func currentProducer() throws(KafkaError) -> AcknowledgedProducer {
        if let producer, producer.fatalError == nil { return producer }
        let failures = failures
        let made = try AcknowledgedProducer(kafka, settings, log: log) { reports in
            for index in reports.indices { failures.note(reports[index].outcome) }
        }
        producer = made
        return made
    }

    private static func receipt(of key: ReconcileKey, at now: Timestamp) -> RecordHeaders {
        var headers = RecordHeaders()
        var receivedAt: [UInt8] = []
        now.append(to: &receivedAt, .milliseconds)
        headers.add(Receipt.Header.receivedAt, receivedAt.span.bytes)
        headers.add(Receipt.Header.keyID, Array(key.id.utf8).span.bytes)
        headers.add(Receipt.Header.rule, Array("\(SignatureRule.natural.name)".utf8).span.bytes)
        headers.add(Receipt.Header.projectID, Array("\(key.projectID)".utf8).span.bytes)
        headers.add(
            Receipt.Header.origin, Array("\(ReceiptOrigin.reconciliation.name)".utf8).span.bytes)
        return headers
    }

    /// Why callbacks were not confirmed; the report thread notes it.
    private final class Failures: Sendable {
        private let codes = Mutex<[KafkaError.Code]>([])

        var first: KafkaError.Code? { codes.withLock { $0.first } }

        func clear() { codes.withLock { $0.removeAll() } }

        func note(_ outcome: DeliveryReport.Outcome) {
            switch outcome {
            case .persisted: return
            case .possiblyPersisted(let code), .failed(let code):
                codes.withLock { $0.append(code) }
            }
        }
    }
}
