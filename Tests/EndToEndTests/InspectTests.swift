// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// `tidings inspect` as a person calls it.
@Suite("tidings inspect", .serialized, .needsBroker)
struct InspectTests {
    private struct History: Decodable {
        struct Callback: Decodable {
            struct Reported: Decodable {
                var topic: String
                var revision: Int?
                var payment_status: String?
            }
            var offset: Int64
            var decision: String?
            var output: Reported?
        }
        struct Read: Decodable {
            var partition: Int
            var callbacks: Int
            var records: Int
            var bytes: Int
            var whole_history: Bool
        }
        var key: String
        var callbacks: [Callback]
        var read: Read
    }

    @Test(
        "every callback of a payment, with its decision and event, as a table and as JSON, and how much was read"
    )
    func inspect() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        let now = Int64(Date().timeIntervalSince1970)
        let steps = [
            ("processing", 60), ("success", 40), ("success", 40), ("processing", 50), ("decline", 20),
        ]
        for (status, age) in steps {
            let other = Traffic.body("order-2", 2, status, now - Int64(age), "r1")
            let body = Traffic.body("Order-1", 1, status, now - Int64(age), "r1")
            try filler.write([("Order-1", body), ("order-2", other)])
        }
        let worker = try installation.worker(slot: 0)
        try installation.waitUntilDecided()
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")
        try filler.write([("Order-1", Traffic.body("Order-1", 1, "success", now, "r1"))])

        let history = try JSONDecoder().decode(
            History.self, from: Data(try run(["inspect", "1234", "ORDER-1", "--json"], installation).utf8))
        #expect(history.key == "1234:order-1")
        #expect(
            history.callbacks.map(\.decision) == [
                "advance", "advance", "duplicate", "late", "correction", nil,
            ])
        #expect(history.callbacks.map(\.offset) == history.callbacks.map(\.offset).sorted())
        #expect(history.callbacks.map(\.output?.revision) == [1, 2, nil, nil, 3, nil])
        #expect(
            history.callbacks.compactMap(\.output?.payment_status) == ["processing", "success", "decline"])
        #expect(history.read.callbacks >= 6 && history.read.records > history.read.callbacks)
        #expect(history.read.bytes > 6 * 500 && history.read.whole_history)

        let table = try run(["inspect", "1234:order-1"], installation)
        #expect(
            table.contains(
                "6 callbacks = 2 advance + 1 correction + 1 duplicate + 1 late + 1 not yet decided"))
        let read = "read partition \(history.read.partition) of 2: \(history.read.callbacks) callbacks, "
        #expect(table.contains(read + "\(history.read.records) records of all topics, "))
        #expect(table.contains("status") && table.contains("revision 3"))
    }

    private func run(_ arguments: [String], _ installation: Installation) throws -> String {
        let child = try installation.tidings(arguments + ["--worker-group", installation.group])
        #expect(child.waitForEnd(within: .seconds(120)) == .exit(0), "\(child.errors)")
        return child.output
    }
}
