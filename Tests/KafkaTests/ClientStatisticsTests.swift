// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

@Suite("Statistics of librdkafka")
struct ClientStatisticsTests {
    private static func read(_ text: String) -> ClientStatistics {
        var text = text
        return text.withUTF8 { ClientStatistics(UnsafeRawBufferPointer($0)) }
    }

    @Test("the chosen numbers are read, summed over the brokers, and all else is passed over")
    func chosen() {
        let found = Self.read(
            #"""
            { "name": "a\"}#1", "ts": 5, "replyq": 0, "msg_cnt": 7, "tx": 40, "tx_bytes": 4096, "rx": 39, "rx_bytes": 999,
              "brokers": {
                "h:1/1": {"name": "h:1/1", "state": "UP", "req_timeouts": 1, "txretries": 2, "connects": 3, "disconnects": 4,
                  "rtt": {"min": 1, "max": 9, "avg": 5, "p99": 8}, "toppars": {"t-0": {"topic": "t", "partition": 0}}},
                "h:2/2": {"rtt": {"avg": 1500}, "req_timeouts": 10, "req": {"Fetch": 4}, "connects": 30}
              },
              "topics": {"t": {"topic": "t", "partitions": {"0": {"txmsgs": 4, "connects": 77}}, "list": [1, {"tx": 2}]}},
              "rxmsgs": -1, "tx_unknown": {"tx": 3} }
            """#)
        var expected = ClientStatistics()
        expected.requests = 40
        expected.sentBytes = 4096
        expected.receivedBytes = 999
        expected.queuedRecords = 7
        expected.timedOutRequests = 11
        expected.retriedRequests = 2
        expected.connectionAttempts = 33
        expected.disconnects = 4
        expected.roundTripMicroseconds = 1500
        #expect(found == expected)
    }

    @Test(
        "a text that ends early or is something else is read as far as it goes",
        arguments: [
            "", "{", "[]", "7", #"{"tx""#, #"{"tx":"#, #"{"tx":"x"}"#, #"{"brokers":[1,2]}"#, #"{"a":"\"#,
        ])
    func incomplete(text: String) {
        #expect(Self.read(text) == ClientStatistics())
    }
}
