// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing
import Worker

@Suite("WorkerGroup on a small disk", .serialized, .needsBroker, .needsSmallDisk)
struct DiskTests {
    private static let date = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600)

    private func bodies(
        _ payments: Range<Int>, _ status: String, after seconds: Int64 = 0
    ) -> [CallbackFixture] {
        payments.map {
            CallbackFixture(
                payment: "order_\($0)", operation: $0, status: status,
                date: Timestamp(seconds: Self.date.seconds + seconds))
        }
    }

    @Test(
        "a worker whose disk is full is not ready and says why, goes on once there is room, and reports all once"
    )
    func full() throws {
        try WorkerField.with(partitions: 1) { field in
            // A store begins with four megabytes, and these payments need more.
            let disk = try SmallDisk(megabytes: 6)
            let workers = try field.workers(state: disk.url.path)
            workers.start()
            let payments = 0..<25_000
            for start in stride(from: 0, to: payments.count, by: 5000) {
                try field.write(bodies(start..<start + 5000, "success"))
            }
            eventually("not noticed: \(workers.notReadyReasons)") {
                workers.notReadyReasons.contains { $0.contains("no space left for the state") }
            }
            try disk.resize(megabytes: 64)
            try field.waitUntilDecided()
            workers.waitUntilReady()
            // Repeats: what was published before the disk was full is remembered after.
            try field.write(bodies(0..<100, "success") + bodies(24_900..<25_000, "success"))
            try field.waitUntilDecided()
            #expect(workers.stop(within: .seconds(120)))
            let seen = try field.statuses()
            #expect(seen.count == payments.count)
            #expect(seen.values.allSatisfy { $0 == ["success"] })
        }
    }

    @Test(
        "a worker without room for its state leaves its partitions to the others, and is back once there is room"
    )
    func partitionsMove() throws {
        try WorkerField.with(partitions: 2) { field in
            // Two stores need eight megabytes.
            let disk = try SmallDisk(megabytes: 6)
            let folder = try TemporaryDirectory()
            // Nothing but leaving moves a partition.
            let workers = { (slot: String, state: String) in
                try field.workers(
                    slot: slot, state: state, configure: { $0.client.sessionTimeout = .seconds(280) })
            }
            let starved = try workers("0", disk.url.path)
            starved.start()
            eventually("not noticed: \(starved.notReadyReasons)") {
                starved.notReadyReasons.contains { $0.contains("no space left for the state") }
            }
            let other = try workers("1", folder.url.path)
            other.start()
            try field.write(bodies(0..<200, "success"))
            try field.waitUntilDecided()
            #expect(!starved.notReadyReasons.isEmpty && other.notReadyReasons.isEmpty)

            try disk.resize(megabytes: 64)
            starved.waitUntilReady()
            try field.write(bodies(100..<300, "success"))
            try field.waitUntilDecided()
            for group in [starved, other] { #expect(group.stop(within: .seconds(120))) }
            let seen = try field.statuses()
            #expect(seen.count == 300 && seen.values.allSatisfy { $0 == ["success"] })
        }
    }

    @Test("a worker whose folder may not be written is not ready and says why, and goes on once it may")
    func readOnly() throws {
        try WorkerField.with(partitions: 1) { field in
            let disk = try SmallDisk(megabytes: 16)
            let workers = try field.workers(state: disk.url.path)
            try disk.makeReadOnly()
            workers.start()
            try field.write(bodies(0..<20, "success"))
            eventually("not noticed: \(workers.notReadyReasons)") {
                workers.notReadyReasons.contains { $0.contains("cannot be used: Read-only file system") }
            }
            #expect(try field.statuses() == [:])
            try disk.resize(megabytes: 16)
            try field.waitUntilDecided()
            workers.waitUntilReady()
            #expect(workers.stop(within: .seconds(120)))
            #expect(try field.statuses().count == 20)
        }
    }
}
