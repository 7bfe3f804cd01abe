// SPDX-License-Identifier: Apache-2.0

/// What is kept of the statistics of one client.
package struct ClientStatistics: Equatable, Sendable {
    package var requests = 0
    package var sentBytes = 0
    package var receivedBytes = 0
    package var timedOutRequests = 0
    package var retriedRequests = 0
    package var connectionAttempts = 0
    package var disconnects = 0
    /// Records that wait for a broker or for its answer.
    package var queuedRecords = 0
    /// The average of the broker that was the slowest in the last interval.
    package var roundTripMicroseconds = 0

    package init() {}

    /// - Parameter text: librdkafka's JSON.
    package init(_ text: UnsafeRawBufferPointer) {
        self.init()
        var reader = StatisticsReader(text)
        reader.members { reader, name in
            switch name {
            case "tx": requests = reader.integer()
            case "tx_bytes": sentBytes = reader.integer()
            case "rx_bytes": receivedBytes = reader.integer()
            case "msg_cnt": queuedRecords = reader.integer()
            case "brokers": reader.members { reader, _ in addBroker(from: &reader) }
            default: reader.skip()
            }
        }
    }

    private mutating func addBroker(from reader: inout StatisticsReader) {
        reader.members { reader, name in
            switch name {
            case "req_timeouts": timedOutRequests += reader.integer()
            case "txretries": retriedRequests += reader.integer()
            case "connects": connectionAttempts += reader.integer()
            case "disconnects": disconnects += reader.integer()
            case "rtt":
                reader.members { reader, name in
                    guard name == "avg" else { return reader.skip() }
                    roundTripMicroseconds = max(roundTripMicroseconds, reader.integer())
                }
            default: reader.skip()
            }
        }
    }

    /// Adds what counts from the start of a client, and so stays when the client is gone.
    mutating func addTotals(of other: ClientStatistics) {
        requests += other.requests
        sentBytes += other.sentBytes
        receivedBytes += other.receivedBytes
        timedOutRequests += other.timedOutRequests
        retriedRequests += other.retriedRequests
        connectionAttempts += other.connectionAttempts
        disconnects += other.disconnects
    }

    mutating func add(_ other: ClientStatistics) {
        addTotals(of: other)
        queuedRecords += other.queuedRecords
        roundTripMicroseconds = max(roundTripMicroseconds, other.roundTripMicroseconds)
    }
}
