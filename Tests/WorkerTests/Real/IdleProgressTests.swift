// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing
import Worker

@Suite("The progress of idle partitions, on a real broker", .serialized, .needsBroker)
struct IdleProgressTests {
    private func progress(_ field: WorkerField) throws -> [[PartitionProgress]] {
        var found: [[PartitionProgress]] = [[], []]
        for record in try readAll(field.topics[.changelog], at: field.broker.bootstrapServers)
        where record.key == PartitionProgress.key {
            let value = record.value ?? []
            found[Int(record.partition)].append(try PartitionProgress(decoding: value.span.bytes))
        }
        return found
    }

    @Test("each assigned partition gets its progress at the first restore, and again when that grows old")
    func renewed() throws {
        try WorkerField.with { field in
            var settings = WorkerSettings()
            settings.idleCommitInterval = .milliseconds(100)
            settings.progressInterval = .milliseconds(500)
            let workers = try field.workers(state: nil, worker: settings)
            workers.start()
            workers.waitUntilReady()
            try eventually(within: .seconds(60)) {
                try progress(field).allSatisfy { $0.count >= 4 && $0.allSatisfy { $0.next == 0 } }
            }
            try field.write(
                (0..<20).map {
                    CallbackFixture(
                        payment: "order_\($0)", operation: $0, status: "success",
                        date: Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600))
                })
            try field.waitUntilDecided()
            #expect(workers.stop(within: .seconds(120)))
            let found = try progress(field)
            #expect(found.reduce(0) { $0 + ($1.last?.next ?? 0) } == 20)
            #expect(found.allSatisfy { $0.allSatisfy { $0.partitionCount == 2 && $0.gaps.isEmpty } })
            #expect(Set(found.joined().map(\.epoch)).count == 1)
        }
    }

    @Test("a progress is written once where nothing is old")
    func once() throws {
        try WorkerField.with { field in
            for round in 1...3 {
                let workers = try field.workers(state: nil)
                workers.start()
                workers.waitUntilReady()
                #expect(workers.stop(within: .seconds(120)))
                #expect(try progress(field).map(\.count) == [round, round])
            }
        }
    }
}
