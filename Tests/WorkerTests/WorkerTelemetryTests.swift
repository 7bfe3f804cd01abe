// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

/// The lines that a worker would repeat while something fails again and again.
@Suite("WorkerTelemetry")
struct WorkerTelemetryTests {
    enum Line: String, CaseIterable {
        case aborted = "transaction aborted; the batch is tried again"
        case dropped = "batch dropped; it is read again"
        case failedCall = "call to Kafka failed; it is made again"

        /// Nil where the end of the transaction is counted, with its outcome.
        var metric: String? {
            switch self {
            case .aborted: nil
            case .dropped: "tidings_worker_batches_dropped_total"
            case .failedCall: "tidings_worker_failed_calls_total"
            }
        }

        func note(_ error: ClientError, in telemetry: WorkerTelemetry) {
            switch self {
            case .aborted: telemetry.batchAborted(error, records: 3, attempt: 1)
            case .dropped: telemetry.batchDropped(error)
            case .failedCall: telemetry.callFailed(error)
            }
        }
    }

    private final class Clock: Sendable {
        let milliseconds = Atomic<Int64>(0)
    }

    private static func error(_ name: String, _ message: String = "a sentence", topic: String? = nil)
        -> ClientError
    {
        ClientError(.abort, ClientError.Cause(name: name, message: message, topic: topic))
    }

    @Test(
        "a line is logged at the first of each reason and then once a minute with a count; metrics count all",
        arguments: Line.allCases)
    func limited(line: Line) throws {
        let file = try LogFile()
        let metrics = MetricsRegistry()
        let clock = Clock()
        let telemetry = WorkerTelemetry(
            log: file.log, metrics: metrics, logTime: { clock.milliseconds.load(ordering: .relaxed) })
        let timedOut = Self.error("_TIMED_OUT")
        for _ in 0..<100 { line.note(timedOut, in: telemetry) }
        #expect(file.lines(with: line.rawValue).count == 1)
        #expect(file.lines.count == 1)

        // Another sentence for the same error is the same reason, another topic or error is not.
        line.note(Self.error("_TIMED_OUT", "after 5001 ms"), in: telemetry)
        #expect(file.lines.count == 1)
        line.note(Self.error("_TRANSPORT"), in: telemetry)
        line.note(Self.error("_TIMED_OUT", topic: "payments.review.v1"), in: telemetry)
        #expect(file.lines.count == 3)

        clock.milliseconds.store(59_999, ordering: .relaxed)
        line.note(timedOut, in: telemetry)
        #expect(file.lines.count == 3)
        clock.milliseconds.store(60_000, ordering: .relaxed)
        line.note(timedOut, in: telemetry)
        #expect(file.lines.count == 4)
        #expect(file.lines.last?.contains("\"more_since_last_line\":101") == true)
        #expect(file.lines.last?.contains("_TIMED_OUT: a sentence") == true)
        let text = String(decoding: metrics.text(), as: UTF8.self)
        if let metric = line.metric { #expect(text.contains("\n\(metric) 105\n")) }
    }
}
