// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Glibc
internal import Synchronization
internal import Telemetry

/// What the report thread of an `AcknowledgedProducer` does until it is stopped and nothing is left to
/// report.
final class ReportLoop: Sendable {
    private let client: Client
    private let queue: SharedHandle
    private let reports: AcknowledgedProducer.Reports
    private let stopping = Atomic<Bool>(false)
    /// Records taken and not reported. librdkafka's own count has its error events in it too.
    private let waiting = Atomic<Int>(0)

    init(_ client: Client, reports: @escaping AcknowledgedProducer.Reports) throws(KafkaError) {
        guard let main = rd_kafka_queue_get_main(client.pointer) else { throw KafkaError(.invalidState) }
        self.client = client
        self.reports = reports
        queue = SharedHandle(pointer: main)
        client.keep(queue)
    }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    var inFlight: Int { waiting.load(ordering: .relaxed) }

    func willProduce() { waiting.wrappingAdd(1, ordering: .relaxed) }
    func wasRefused() { waiting.wrappingSubtract(1, ordering: .relaxed) }

    /// Gives up what is not yet confirmed, and lets `run` end once that is reported.
    func stop() {
        stopping.store(true, ordering: .releasing)
        rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_queue_yield(queue.pointer)
    }

    func run() {
        var buffer: [DeliveryReport] = []
        while !(isStopping && rd_kafka_outq_len(client.pointer) == 0) {
            // Woken by the first event; the limit only bounds how long a missed `yield` could matter.
            guard let event = rd_kafka_queue_poll(queue.pointer, 500) else { continue }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_DR: report(event, through: &buffer)
            case RD_KAFKA_EVENT_ERROR: log(event)
            case RD_KAFKA_EVENT_STATS:
                guard let text = rd_kafka_event_stats(event) else { break }
                client.context.note(
                    statistics: UnsafeRawBufferPointer(start: text, count: strlen(text)))
            default: break
            }
            // The messages belong to the event, so it goes last.
            rd_kafka_event_destroy(event)
        }
    }

    private func report(_ event: OpaquePointer, through buffer: inout [DeliveryReport]) {
        buffer.removeAll(keepingCapacity: true)
        while let message = rd_kafka_event_message_next(event) { buffer.append(DeliveryReport(message)) }
        waiting.wrappingSubtract(buffer.count, ordering: .relaxed)
        if !buffer.isEmpty { reports(buffer.span) }
    }

    private func log(_ event: OpaquePointer) {
        let error = client.error(rd_kafka_event_error(event))
        let sentence = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? error.message
        client.context.logError(
            error.severity == .fatal ? .init(RD_KAFKA_RESP_ERR__FATAL) : error.code, sentence,
            of: String(cString: rd_kafka_name(client.pointer)))
    }
}
