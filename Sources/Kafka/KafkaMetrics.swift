// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
public import Telemetry

/// A chosen set of librdkafka's statistics, summed over the clients of the process.
///
/// A client reports every 10 s, from the thread that polls it. Readers of a changelog and administration
/// clients are not measured: they live for a moment.
public final class KafkaMetrics: Sendable {
    /// The clients that are measured.
    public enum Kind: String, CaseIterable, Sendable {
        case consumer
        case producer
    }

    /// How often librdkafka reports, unless `statistics.interval.ms` is configured.
    static let interval = Duration.seconds(10)

    private struct State {
        var nextID = 0
        var live: [Int: (kind: Kind, statistics: ClientStatistics)] = [:]
        /// What clients that are gone have counted.
        var past: [Kind: ClientStatistics] = [:]

        func total(of kind: Kind) -> ClientStatistics {
            var total = past[kind] ?? ClientStatistics()
            for client in live.values where client.kind == kind { total.add(client.statistics) }
            return total
        }
    }

    private let state = Mutex(State())

    /// - Parameter kinds: the clients that this process has.
    public init(_ metrics: MetricsRegistry, of kinds: [Kind]) {
        metrics.declare(Self.families)
        let read = { (family: MetricFamily, value: @escaping @Sendable (ClientStatistics) -> Double) in
            metrics.collect(family) { [self] in
                kinds.map { kind in
                    MetricSample(kind.rawValue, value: value(state.withLock { $0.total(of: kind) }))
                }
            }
        }
        read(Self.requests) { Double($0.requests) }
        read(Self.sentBytes) { Double($0.sentBytes) }
        read(Self.receivedBytes) { Double($0.receivedBytes) }
        read(Self.timeouts) { Double($0.timedOutRequests) }
        read(Self.retries) { Double($0.retriedRequests) }
        read(Self.connectionAttempts) { Double($0.connectionAttempts) }
        read(Self.disconnects) { Double($0.disconnects) }
        metrics.collect(Self.queuedRecords) { [self] in
            let total = state.withLock { $0.total(of: .producer) }
            return [MetricSample(Kind.producer.rawValue, value: Double(total.queuedRecords))]
        }
        read(Self.roundTrip) { Double($0.roundTripMicroseconds) / 1e6 }
    }

    /// - Returns: what the client reports with.
    func add(_ kind: Kind) -> Int {
        state.withLock { state in
            state.nextID += 1
            state.live[state.nextID] = (kind, ClientStatistics())
            return state.nextID
        }
    }

    func update(_ id: Int, _ statistics: ClientStatistics) {
        state.withLock { $0.live[id]?.statistics = statistics }
    }

    func remove(_ id: Int) {
        state.withLock { state in
            guard let (kind, statistics) = state.live.removeValue(forKey: id) else { return }
            state.past[kind, default: ClientStatistics()].addTotals(of: statistics)
        }
    }
}

extension KafkaMetrics {
    private static let client = MetricFamily.Label.closed("client", Kind.allCases.map(\.rawValue))

    private static let requests = MetricFamily.counter(
        "tidings_kafka_requests_total", "Requests that librdkafka sent to brokers.", client)
    private static let sentBytes = MetricFamily.counter(
        "tidings_kafka_sent_bytes_total", "Bytes that librdkafka sent to brokers.", client)
    private static let receivedBytes = MetricFamily.counter(
        "tidings_kafka_received_bytes_total", "Bytes that librdkafka received from brokers.", client)
    private static let timeouts = MetricFamily.counter(
        "tidings_kafka_request_timeouts_total", "Requests that a broker did not answer in time.", client)
    private static let retries = MetricFamily.counter(
        "tidings_kafka_request_retries_total", "Requests that librdkafka sent again.", client)
    private static let connectionAttempts = MetricFamily.counter(
        "tidings_kafka_connection_attempts_total", "Attempts to connect to a broker.", client)
    private static let disconnects = MetricFamily.counter(
        "tidings_kafka_disconnects_total", "Connections to brokers that ended, by either side.", client)
    private static let queuedRecords = MetricFamily.gauge(
        "tidings_kafka_queued_records", "Records that wait for a broker or for its answer.", client)
    private static let roundTrip = MetricFamily.gauge(
        "tidings_kafka_round_trip_seconds",
        "Average time until an answer of the slowest broker, in the last 10 s.", client)

    /// Every metric of librdkafka's clients.
    public static let families = [
        requests, sentBytes, receivedBytes, timeouts, retries, connectionAttempts, disconnects, queuedRecords,
        roundTrip,
    ]
}
