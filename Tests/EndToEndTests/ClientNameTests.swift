// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("Client names", .serialized, .needsBrokerOfItsOwn)
struct ClientNameTests {
    @Test("brokers see which process and which slot a client belongs to")
    func clientID() throws {
        let broker = try Broker.shared()
        let installation = try Installation(on: broker, partitions: 2)
        let worker = try installation.worker(slot: 3, threads: 2)
        defer { worker.kill() }
        let kafka = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        var output = ""
        eventually(within: .seconds(240), "the group's members have other names") {
            let tool = try? ChildProcess(
                URL(fileURLWithPath: kafka).appendingPathComponent("bin/kafka-consumer-groups.sh"),
                [
                    "--bootstrap-server", broker.bootstrapServers, "--describe", "--members", "--group",
                    installation.group,
                ])
            _ = tool?.waitForEnd(within: .seconds(60))
            output = tool?.output ?? ""
            return output.contains("tidings-worker-3-0") && output.contains("tidings-worker-3-1")
        }
    }
}
