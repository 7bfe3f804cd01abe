import Foundation
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("The format of payment states, on a real broker", .serialized, .needsBroker)
struct StateFormatTests {
    private final class End: Sendable {
        let reason = Mutex<String?>(nil)
    }

    @Test("a changelog with payment states of format 1 ends the worker, and the reason names the procedure")
    func refused() throws {
        try WorkerField.with(partitions: 1) { field in
            let producer = try AcknowledgedProducer(
                field.broker.configuration,
                .init(topic: field.topics[.changelog], messageTimeout: .seconds(60)), log: .silent
            ) { _ in }
            let (key, value) = (Array("42:order_1".utf8), [UInt8]([1, 0, 1, 0, 0, 0, 0, 0, 0, 0]))
            try producer.produce(slot: 0, key: key.span.bytes, value: value.span.bytes)
            #expect(producer.close(within: .seconds(60)))
            let directory = try TemporaryDirectory()
            for state in [nil, directory.url.path] {
                let end = End()
                let workers = try field.workers(state: state) { ended in
                    end.reason.withLock { $0 = ended.reason }
                }
                workers.start()
                eventually(within: .seconds(120), "the worker goes on") { end.reason.withLock { $0 } != nil }
                let reason = end.reason.withLock { $0 } ?? ""
                #expect(reason.contains("partition 0 has payment states of format 1"), "\(reason)")
                #expect(reason.contains("tidings topics create"), "\(reason)")
                #expect(workers.stop(within: .seconds(60)))
            }
        }
    }
}
