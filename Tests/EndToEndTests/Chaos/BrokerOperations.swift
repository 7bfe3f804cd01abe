// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization
import TestSupport

/// Anyone who runs the broker, and looks now and then whether a transaction hangs in it: one that the
/// coordinator holds to be over, with its markers missing in some partition. Committed offsets and records
/// behind it are withheld until `kafka-transactions.sh abort` writes the markers; workers wait, as they must.
///
/// That should not happen, and an abort where the transaction was committed loses its records. It is looked
/// for so that a fault of the broker's shows as one in the table.
final class BrokerOperations: Sendable {
    private let hasEnded = Atomic<Bool>(false)
    private let aborted = Atomic<Int>(0)

    init(_ broker: Broker) {
        _ = BackgroundThread { [self] in
            // Kafka's tool is a process of Java's for each broker.
            let pause = Duration.seconds(30 * broker.brokerCount)
            var next = ContinuousClock.now + pause
            while !hasEnded.load(ordering: .relaxed) {
                usleep(100_000)
                guard next <= .now else { continue }
                // A broker that is away is asked again later.
                let count = (try? broker.abortHangingTransactions()) ?? 0
                aborted.add(count, ordering: .relaxed)
                next = .now + pause
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
