// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("A partition that moves, on a real broker", .serialized, .needsBroker)
struct MovedPartitionTests {
    private static let date = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600)

    /// What one stay of the partition on a host came to.
    private struct Stay {
        var metrics: String

        func value(_ line: String) -> Int? {
            metrics.split(separator: "\n").first { $0.hasPrefix(line + " ") }
                .flatMap { Int($0.split(separator: " ")[1]) }
        }

        /// State stores opened with this result.
        func stores(_ output: String) -> Int {
            value("tidings_worker_stores_opened_total{result=\"\(output)\"}") ?? 0
        }
    }

    /// Lets the host whose folder is `state` have the partition until it has decided 20 payments' callbacks.
    private func stay(_ field: WorkerField, on state: URL, _ status: String, after seconds: Int64) throws
        -> Stay
    {
        let metrics = MetricsRegistry()
        let workers = try field.workers(state: state.path, metrics: metrics)
        workers.start()
        try field.write(
            (0..<20).map {
                CallbackFixture(
                    payment: "order_\($0)", operation: $0, status: status,
                    date: Timestamp(seconds: Self.date.seconds + seconds))
            })
        try field.waitUntilDecided()
        workers.waitUntilReady()
        #expect(workers.stop(within: .seconds(120)))
        return Stay(metrics: String(decoding: metrics.text(), as: UTF8.self))
    }

    @Test(
        "is rebuilt on the host it comes to, and rolled forward where it was before; metrics report how much")
    func moved() throws {
        try WorkerField.with(partitions: 1) { field in
            let directory = try TemporaryDirectory()
            let (first, second) = (directory.file("first"), directory.file("second"))
            let fresh = try stay(field, on: first, "processing", after: 0)
            #expect(fresh.stores("missing") == 1)
            #expect(fresh.value("tidings_worker_restored_records_total") == 0)

            let away = try stay(field, on: second, "awaiting 3ds result", after: 10)
            #expect(away.stores("missing") == 1)
            #expect(away.value("tidings_worker_restored_records_total") == 20)

            let back = try stay(field, on: first, "success", after: 20)
            #expect(back.stores("rolled-forward") == 1)
            #expect(back.stores("missing") == 0)
            // What the other host wrote, and nothing of what was here already.
            #expect(back.value("tidings_worker_restored_records_total") == 20)
            #expect(back.value("tidings_worker_restore_records_left") == 0)
            #expect(back.value("tidings_worker_restore_duration_seconds_count") == 1)

            let seen = try field.statuses()
            #expect(seen.count == 20)
            #expect(seen.values.allSatisfy { $0 == ["processing", "awaiting 3ds result", "success"] })
        }
    }
}
