// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

@Suite("librdkafka's line about a partition that was not added to a transaction")
struct RefusedTopicLineTests {
    private static let start = "[thrd:TxnCoordinator]: TxnCoordinator/1: Failed to add partition "

    @Test("names the topic that was refused")
    func refused() {
        let line =
            Self.start + "\"payments.review.v1\" [3] to transaction: Broker: Topic authorization failed"
        #expect(RefusedTopicLine(facility: "ADDPARTS", line: line)?.topic == "payments.review.v1")
    }

    @Test("is not read where the partition was left out because of another's error, nor in another line")
    func others() {
        let left = Self.start + "\"payments.status.v1\" [3] to transaction: Broker: Operation not attempted"
        #expect(RefusedTopicLine(facility: "ADDPARTS", line: left) == nil)
        #expect(RefusedTopicLine(facility: "FAIL", line: Self.start + "\"a\" [3] to transaction: x") == nil)
        #expect(RefusedTopicLine(facility: "ADDPARTS", line: "Failed to add partition") == nil)
    }
}
