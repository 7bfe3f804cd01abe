// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
internal import Telemetry

/// What a client's callbacks reach: its one opaque, kept alive until after the client is destroyed.
///
/// librdkafka's threads call `log` and set `refusedTopic` and `refusedConnection`; all else is touched by the
/// thread that polls the client, inside its calls.
final class ClientContext: Sendable {
    let log: Log
    /// A consumer's partitions.
    let assignment = Mutex(Assignment())
    /// The first record of the open transaction that could not be delivered: the reason behind the error that
    /// the commit then reports.
    let failedDelivery = Mutex<FailedDelivery?>(nil)
    /// The topic that the coordinator did not add to the open transaction. No error of librdkafka's carries
    /// it.
    let refusedTopic = Mutex<String?>(nil)
    /// Why a broker or this client last refused a connection, until a broker answered: credentials or a
    /// certificate. No error of a call carries it.
    let refusedConnection = Mutex<String?>(nil)
    /// Where a followed topic's records of this producer end.
    let acknowledged = Mutex(AcknowledgedEnds())
    /// True for a consumer that has left its group.
    let isClosed = Atomic<Bool>(false)

    /// Where tokens for SASL OAUTHBEARER come from; nil for another mechanism.
    let tokenSource: OAuthTokenSource?
    /// What the client's statistics are added to, and under which number.
    private let metrics: (sum: KafkaMetrics, id: Int)?

    init(log: Log, tokens: OAuthTokenSource?, metrics: KafkaMetrics?, kind: KafkaMetrics.Kind) {
        self.log = log
        tokenSource = tokens
        self.metrics = metrics.map { ($0, $0.add(kind)) }
    }

    deinit {
        if let metrics { metrics.sum.remove(metrics.id) }
    }

    /// - Parameter text: librdkafka's statistics, as JSON.
    func note(statistics text: UnsafeRawBufferPointer) {
        guard let metrics else { return }
        metrics.sum.update(metrics.id, ClientStatistics(text))
    }

    static func behind(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// `stats_cb`. Zero lets librdkafka free the text.
func noteStatistics(
    client: OpaquePointer?, text: UnsafeMutablePointer<CChar>?, length: Int, opaque: UnsafeMutableRawPointer?
) -> Int32 {
    if let text, let context = ClientContext.behind(opaque) {
        context.note(statistics: UnsafeRawBufferPointer(start: text, count: length))
    }
    return 0
}

/// A record that could not be delivered.
struct FailedDelivery {
    /// Of `KafkaError.Code`.
    var code: Int32
    /// The address of librdkafka's handle of the topic.
    var topic: Int
}

/// For each partition of one topic the offset behind the last record that a broker acknowledged.
struct AcknowledgedEnds {
    /// The address of librdkafka's handle of the topic; 0 follows none.
    var topic = 0
    private var ends: [Int64] = []

    subscript(partition: Int32) -> Int64? {
        let index = Int(partition)
        return ends.indices.contains(index) && ends[index] > 0 ? ends[index] : nil
    }

    mutating func note(topic: Int, partition: Int32, offset: Int64) {
        guard topic == self.topic, partition >= 0, offset >= 0 else { return }
        let index = Int(partition)
        while ends.count <= index { ends.append(0) }
        ends[index] = max(ends[index], offset + 1)
    }
}
