// SPDX-License-Identifier: Apache-2.0
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport

/// Follows how many callbacks the group has not committed yet.
final class LagWatch: Sendable {
    private final class State: Sendable {
        let greatest = Atomic<Int64>(0)
        let isOver = Atomic<Bool>(false)
    }

    private let state = State()
    private let thread: BackgroundThread<Void>

    init(_ installation: Installation) {
        let state = state
        thread = BackgroundThread {
            let partitions = (0..<installation.partitions).map {
                TopicPartition(topic: installation.topics[.callbacks], partition: $0)
            }
            guard
                let consumer = try? Consumer(
                    installation.broker.configuration, group: .init(id: installation.group), log: .silent)
            else { return }
            while !state.isOver.load(ordering: .relaxed) {
                guard
                    let ends = try? partitions.map({
                        try consumer.watermarks(of: $0, within: .seconds(60)).high
                    }),
                    let committed = try? consumer.committed(partitions, within: .seconds(60))
                else { continue }
                let lag = zip(ends, committed).reduce(0) { $0 + max(0, $1.0 - ($1.1 ?? 0)) }
                state.greatest.max(lag, ordering: .relaxed)
            }
            consumer.close()
        }
    }

    /// The greatest since the last reset, in callbacks of all partitions.
    var greatest: Int64 { state.greatest.load(ordering: .relaxed) }

    func reset() { state.greatest.store(0, ordering: .relaxed) }

    func stop() {
        state.isOver.store(true, ordering: .relaxed)
        thread.wait()
    }
}
