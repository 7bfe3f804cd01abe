// SPDX-License-Identifier: Apache-2.0
import Glibc
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport

/// Watches whether the workers come forward in every partition: kills among workers that do nothing would
/// show nothing.
final class ProgressWatch: Sendable {
    private let patience = Duration.seconds(180)
    private let hasEnded = Atomic<Bool>(false)
    private let found = Mutex<String?>(nil)

    /// Callbacks must be coming in all the while.
    init(_ installation: Installation) throws {
        let all = (0..<installation.partitions).map {
            TopicPartition(topic: installation.topics[.callbacks], partition: $0)
        }
        let (configuration, group) = (try installation.broker.configuration, installation.group)
        _ = BackgroundThread { [self] in
            guard let consumer = try? Consumer(configuration, group: .init(id: group), log: .silent) else {
                return
            }
            var seen = all.map { _ in (offset: Int64(0), at: ContinuousClock.now) }
            while !hasEnded.load(ordering: .relaxed) {
                for (index, place) in all.enumerated() {
                    // One by one, so that a partition that gives no answer does not hide what the others do.
                    let answer = Result { try consumer.committed([place], within: .seconds(2))[0] ?? 0 }
                    if let offset = try? answer.get(), offset > seen[index].offset {
                        seen[index] = (offset, .now)
                    } else if ContinuousClock.now - seen[index].at > patience {
                        let state = "\(place) stays at \(seen[index].offset): \(answer)"
                        found.withLock { $0 = $0 ?? state }
                    }
                }
                usleep(1_000_000)
            }
        }
    }

    /// Where nothing was committed for three minutes; nil as long as all goes on.
    var stall: String? { found.withLock { $0 } }

    func end() { hasEnded.store(true, ordering: .relaxed) }
}
