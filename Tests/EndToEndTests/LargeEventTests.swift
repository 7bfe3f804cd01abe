// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// Callbacks that the ingress accepts and whose events no broker would.
@Suite("Large events", .serialized, .needsBroker)
struct LargeEventTests {
    /// An action with one key of so many characters and so many members: the event repeats the key for each.
    private static func body(key: String, members: Int) -> String {
        let fields = (0..<members).map { "\"m\($0)\":\"v\"" }.joined(separator: ",")
        let status = "awaiting clarification"
        return Traffic.body("large", 1, status, Int64(Date().timeIntervalSince1970) - 60, "r1")
            .replacing(
                ",\"signature\":\"x\"",
                with: ",\"clarification_fields\":{\"\(key)\":{\(fields)}},\"signature\":\"x\"")
    }

    @Test(
        "a callback whose event would be too large goes to review, and its partition goes on",
        arguments: [
            // Control characters take six bytes each in JSON: 4.5 MB of event.
            body(key: String(repeating: "\\u0001", count: 1500), members: 500),
            // Plain letters: 1.01 MB, above librdkafka's limit and below the broker's.
            body(key: String(repeating: "k", count: 1990), members: 500),
        ])
    func goesOn(large: String) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let port = try freePort()
        let ingress = try installation.ingress(port: port)
        let worker = try installation.worker(slot: 0)
        let platform = Platform()
        #expect(large.utf8.count < 20_000)
        #expect(platform.post(try platform.sign(large), to: port) == 200)
        let now = Int64(Date().timeIntervalSince1970)
        for number in 0..<6 {
            let text = Traffic.body("after-\(number)", 10 + number, "success", now - 60, "r1")
            #expect(platform.post(try platform.sign(text), to: port) == 200)
        }
        try installation.waitUntilDecided(by: [worker])

        let found = try expectExactlyOnce(in: installation)
        #expect(found.expected.account == [.unknownShape: 1, .advance: 6])
        let review = try readAll(
            installation.topics[.review], at: installation.broker.bootstrapServers)
        #expect(review.map { $0.header("tidings-rule") } == ["too-large"])
        for process in [ingress, worker] {
            process.send(SIGTERM)
            #expect(process.waitForEnd(within: .seconds(120)) == .exit(0))
        }
    }
}
