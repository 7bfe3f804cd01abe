import Glibc
import Synchronization
import TestSupport

/// Whoever runs the broker, and looks now and then whether a transaction hangs in it.
///
/// A broker that is killed with `kill -9` and started again has been seen to hold a transaction to be over, in
/// `__transaction_state`, whose markers are in none of its partitions (Kafka 4.3.0). Committed offsets and records
/// behind it are then withheld until `kafka-transactions.sh abort` writes the markers; workers wait, as they must.
final class BrokerOperations: Sendable {
    private let hasEnded = Atomic<Bool>(false)
    private let aborted = Atomic<Int>(0)

    init(_ broker: Broker) {
        _ = BackgroundThread { [self] in
            var next = ContinuousClock.now + .seconds(30)
            while !hasEnded.load(ordering: .relaxed) {
                usleep(100_000)
                guard next <= .now else { continue }
                // A broker that is away is asked again later.
                let count = (try? broker.abortHangingTransactions()) ?? 0
                aborted.add(count, ordering: .relaxed)
                next = .now + .seconds(30)
            }
        }
    }

    /// - Returns: how many were aborted, counted by partition.
    @discardableResult
    func end() -> Int {
        hasEnded.store(true, ordering: .relaxed)
        return aborted.load(ordering: .relaxed)
    }
}
