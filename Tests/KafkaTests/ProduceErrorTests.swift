// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

/// Whose error it is when a record was not written.
@Suite("Produce errors")
struct ProduceErrorTests {
    @Test("every error has a name of Kafka's, and no two have the same")
    func names() {
        let names = ProduceError.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.wholeMatch(of: /_?[A-Z][A-Z0-9_]*/) != nil, "\(name) is not a name of librdkafka's")
        }
    }

    @Test(
        "what lasts until a topic is changed is an error of the topic",
        arguments: [
            "TOPIC_AUTHORIZATION_FAILED", "UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION",
            "POLICY_VIOLATION", "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
            "MSG_SIZE_TOO_LARGE", "RECORD_LIST_TOO_LARGE", "INVALID_TIMESTAMP", "KAFKA_STORAGE_ERROR",
        ])
    func topic(name: String) throws {
        let error = try #require(ProduceError.allCases.first { $0.name == name })
        #expect(error.scope == .topic && error.code.produceScope == .topic)
    }

    @Test(
        "the other scopes hold what ends otherwise",
        arguments: [
            ("_MSG_TIMED_OUT", ProduceError.Scope.cluster), ("_TRANSPORT", .cluster),
            ("CLUSTER_AUTHORIZATION_FAILED", .cluster), ("_AUTHENTICATION", .cluster),
            ("PRODUCER_FENCED", .producer), ("INVALID_PRODUCER_EPOCH", .producer), ("_FATAL", .producer),
            ("OUT_OF_ORDER_SEQUENCE_NUMBER", .producer), ("_STATE", .producer), ("_PURGE_QUEUE", .producer),
            ("INVALID_RECORD", .record), ("INVALID_MSG", .record),
        ])
    func others(name: String, scope: ProduceError.Scope) throws {
        #expect(try #require(ProduceError.allCases.first { $0.name == name }).scope == scope)
    }

    @Test("a code that is not in the table is treated as an error of the producer")
    func unknown() {
        let code = KafkaError.Code(rawValue: 29_999)
        #expect(ProduceError(code) == nil && code.produceScope == .producer)
    }
}
