// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("KafkaError")
struct KafkaErrorTests {
    @Test("one property answers what the caller does next")
    func properties() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let admin = try Admin(cluster.configuration(), log: .silent)
        cluster.takeDown()
        do throws(KafkaError) {
            _ = try admin.describe("in", within: .milliseconds(200))
            Issue.record("a cluster that is down described a topic")
        } catch {
            #expect(error.isUnreachable)
            #expect(error.severity == .retriable)
            #expect(!error.isFenced && !error.isStaleGeneration && error.code != .queueFull)
            #expect(error.name.hasPrefix("_"))
            #expect(!error.message.isEmpty)
            #expect("\(error)".contains("retriable"))
        }
    }

    @Test("a code has the name of the protocol's table")
    func names() {
        #expect(KafkaError.Code.producerFenced.name == "PRODUCER_FENCED")
        #expect(KafkaError.Code.queueFull.name == "_QUEUE_FULL")
        #expect(KafkaError.Code(rawValue: 22) == .illegalGeneration)
    }

    @Test("an error object with none of the three flags is fatal")
    func flags() {
        typealias Severity = KafkaError.Severity
        #expect(Severity(isFatal: false, requiresAbort: false, isRetriable: false) == .fatal)
        #expect(Severity(isFatal: false, requiresAbort: false, isRetriable: true) == .retriable)
        #expect(Severity(isFatal: false, requiresAbort: true, isRetriable: false) == .abortable)
        #expect(Severity(isFatal: false, requiresAbort: true, isRetriable: true) == .abortable)
        #expect(Severity(isFatal: true, requiresAbort: true, isRetriable: true) == .fatal)
    }
}
