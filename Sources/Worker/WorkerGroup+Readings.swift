// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import Telemetry

extension WorkerGroup {
    /// Adds what is asked of the workers at each scrape.
    func addReadings(to metrics: MetricsRegistry) {
        let healths = healths
        let patience = settings.patience
        let sum = { (family: MetricFamily, value: @escaping @Sendable (WorkerReadings.State) -> Int) in
            metrics.read(family) { Double(healths.reduce(0) { $0 + value($1.readings.current) }) }
        }
        metrics.read(WorkerMetrics.partitions) { [weak self] in
            Double(self?.knownPartitionCount ?? 0)
        }
        metrics.read(WorkerMetrics.readyThreads) {
            Double(healths.count { $0.notReadyReason(patience: patience) == nil })
        }
        metrics.read(WorkerMetrics.restoringThreads) {
            Double(healths.count { $0.standing == .restoring })
        }
        sum(WorkerMetrics.ownedPartitions) { $0.partitions.count }
        sum(WorkerMetrics.statePayments) { $0.payments }
        sum(WorkerMetrics.stateBytes) { $0.stateBytes }
        sum(WorkerMetrics.restoreOffsetsLeft) { Int($0.restoreOffsetsLeft) }
        let collect = {
            (family: MetricFamily, value: @escaping @Sendable (WorkerReadings.Partition) -> Double?) in
            metrics.collect(family) {
                healths.flatMap { health in
                    health.readings.current.partitions.sorted { $0.key < $1.key }.compactMap {
                        number, found in
                        value(found).map { MetricSample("\(number)", value: $0) }
                    }
                }
            }
        }
        let transactions = transactions
        metrics.collect(WorkerMetrics.withheldOffsets) {
            let findings = transactions.findings
            return healths.flatMap { $0.readings.current.partitions.keys.sorted() }.map { partition in
                let found = findings.filter { $0.place.partition == partition }
                return MetricSample("\(partition)", value: Double(found.reduce(0) { $0 + $1.count }))
            }
        }
        collect(WorkerMetrics.lag) { $0.lag.map { Double($0) } }
        collect(WorkerMetrics.oldest) { $0.oldestUnprocessed?.unixSeconds }
        collect(WorkerMetrics.lastCommit) { $0.lastCommit?.unixSeconds }
        collect(WorkerMetrics.refusedPartitions) { $0.isRefused ? 1 : 0 }
    }
}

extension Timestamp {
    fileprivate var unixSeconds: Double { Double(milliseconds) / 1000 }
}
