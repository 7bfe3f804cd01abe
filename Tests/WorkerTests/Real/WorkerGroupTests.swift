// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import StateStore
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("WorkerGroup on a real broker", .serialized, .needsBroker)
struct WorkerGroupTests {
    private static let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600)

    private func body(_ payment: Int, _ status: String, after seconds: Int64) -> CallbackFixture {
        CallbackFixture(
            payment: "order_\(payment)", operation: payment, status: status,
            date: Timestamp(seconds: Self.now.seconds + seconds))
    }

    @Test("each callback is reported once, over a restart, with the store and without it")
    func restart() throws {
        try WorkerField.with { field in
            let directory = try TemporaryDirectory()
            let payments = 0..<50
            var expected: [String: [String]] = [:]
            for (round, status) in ["processing", "awaiting 3ds result", "success"].enumerated() {
                let state = directory.url.path
                if round == 2 { try FileManager.default.removeItem(atPath: state) }
                let workers = try field.workers(state: state)
                workers.start()
                let bodies = payments.map { body($0, status, after: Int64(round)) }
                try field.write(bodies + bodies)
                try field.waitUntilDecided()
                workers.waitUntilReady()
                #expect(workers.stop(within: .seconds(120)))
                for payment in payments { expected["1234:order_\(payment)", default: []].append(status) }
                #expect(try field.statuses() == expected)
            }
        }
    }

    @Test("two processes share the partitions, and one that leaves gives its own to the other")
    func rebalance() throws {
        try WorkerField.with(partitions: 4) { field in
            let directory = try TemporaryDirectory()
            let first = try field.workers(slot: "0", state: directory.file("first").path)
            first.start()
            try field.write((0..<40).map { body($0, "processing", after: 0) })
            try field.waitUntilDecided()
            let second = try field.workers(slot: "1", threads: 2, state: directory.file("second").path)
            second.start()
            first.waitUntilReady()
            second.waitUntilReady()
            try field.write((0..<40).map { body($0, "awaiting 3ds result", after: 1) })
            try field.waitUntilDecided()
            // Its place is given away when the session time-out has passed.
            #expect(first.stop(within: .seconds(120)))
            try field.write((0..<40).map { body($0, "success", after: 2) })
            try field.waitUntilDecided()
            #expect(second.stop(within: .seconds(120)))
            let seen = try field.statuses()
            #expect(seen.count == 40)
            #expect(seen.values.allSatisfy { $0 == ["processing", "awaiting 3ds result", "success"] })
        }
    }

    @Test("of two live processes with one slot one ends and reports why, and nothing is published twice")
    func twin() throws {
        try WorkerField.with { field in
            let directory = try TemporaryDirectory()
            let ends = Mutex<[(name: String, end: WorkerEnd)]>([])
            let twins = try ["older", "newer"].map { name in
                try field.workers(state: directory.file(name).path) { end in
                    ends.withLock { $0.append((name, end)) }
                }
            }
            twins[0].start()
            try field.write((0..<20).map { body($0, "processing", after: 0) })
            try field.waitUntilDecided()
            twins[1].start()
            try field.write((0..<20).map { body($0, "success", after: 1) })
            eventually(within: .seconds(180), "both go on") { ends.withLock { !$0.isEmpty } }
            let first = try #require(ends.withLock { $0.first })
            guard case .fenced = first.end else {
                Issue.record("the \(first.name) one ended otherwise: \(first.end)")
                return
            }
            let (ended, other) = first.name == "older" ? (twins[0], twins[1]) : (twins[1], twins[0])
            try field.write((20..<40).map { body($0, "success", after: 1) })
            try field.waitUntilDecided()
            other.waitUntilReady()
            #expect(!ended.notReadyReasons.isEmpty)
            #expect(ends.withLock { $0.count } == 1)
            #expect(other.stop(within: .seconds(60)))
            let seen = try field.statuses()
            for payment in 0..<40 {
                let wanted = payment < 20 ? ["processing", "success"] : ["success"]
                #expect(seen["1234:order_\(payment)"] == wanted)
            }
        }
    }

    @Test("stores that cannot be written make a worker unready, and nothing is lost")
    func unwritable() throws {
        try WorkerField.with { field in
            let directory = try TemporaryDirectory()
            let state = directory.file("state")
            let workers = try field.workers(state: state.path)
            // A file is where the folder of partition 0 should be.
            try Data().write(to: state.appendingPathComponent("0"))
            workers.start()
            try field.write((0..<20).map { body($0, "success", after: 0) })
            eventually("not noticed: \(workers.notReadyReasons)") {
                workers.notReadyReasons.contains { $0.contains("cannot be used") }
            }
            #expect(try field.statuses() == [:])
            try FileManager.default.removeItem(at: state.appendingPathComponent("0"))
            try field.waitUntilDecided()
            workers.waitUntilReady()
            #expect(workers.stop(within: .seconds(120)))
            #expect(try field.statuses().count == 20)
        }
    }
}
