// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("The format of payment states, on a real broker", .serialized, .needsBroker)
struct StateFormatTests {
    @Test(
        "a partition whose changelog has another format is not processed, with the procedure; the others go on",
        arguments: [(UInt8(1), "tidings topics create"), (3, "start a version that reads format 3")])
    func refused(format: UInt8, procedure: String) throws {
        try WorkerField.with(partitions: 2) { field in
            let directory = try TemporaryDirectory()
            let first = try field.workers(state: directory.url.path)
            first.start()
            first.waitUntilReady()
            #expect(first.stop(within: .seconds(60)))
            let producer = try AcknowledgedProducer(
                field.broker.configuration,
                .init(topic: field.topics[.changelog], messageTimeout: .seconds(60)), log: .silent
            ) { _ in }
            let (key, value) = (Array("1234:order_1".utf8), [format, 0, 1, 0, 0, 0, 0, 0, 0, 0])
            try producer.produce(slot: 0, key: key.span.bytes, value: value.span.bytes)
            #expect(producer.close(within: .seconds(60)))
            for state in [nil, directory.url.path] {
                let workers = try field.workers(state: state)
                workers.start()
                eventually("\(workers.notReadyReasons)") {
                    workers.notReadyReasons.contains { reason in
                        reason.contains("is not processed: its changelog has format \(format)")
                            && reason.contains(procedure)
                    }
                }
                let before = try field.statuses().count
                let name = state == nil ? "memory" : "disk"
                try field.write(
                    (0..<20).map {
                        CallbackFixture(
                            payment: "\(name)-\($0)", operation: $0, status: "success",
                            date: Timestamp(seconds: Int64(time(nil))))
                    })
                try eventually("the other partition does not go on") {
                    try field.statuses().count > before
                }
                #expect(try field.statuses().count < before + 20)
                #expect(workers.stop(within: .seconds(60)))
            }
        }
    }
}
