// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
internal import System
internal import Telemetry

/// When a callback of each project was last accepted, as a metric: a project that has gone silent is
/// otherwise not seen.
///
/// A project without one starts at the start of the process. Safe from any thread.
final class LastAccepted: Sendable {
    private struct Row {
        let projectID: Int64
        let time: TimestampGauge
    }

    private let metrics: MetricsRegistry
    private let startedAt = WallClock.milliseconds
    /// In rising order of projects.
    private let rows = Mutex<[Row]>([])

    init(projectIDs: [Int64], metrics: MetricsRegistry) {
        self.metrics = metrics
        replaceProjects(projectIDs)
    }

    /// - Parameter projectIDs: in rising order; the labels are bounded by the keys file.
    func replaceProjects(_ projectIDs: [Int64]) {
        let made = projectIDs.map { projectID in
            // The registry gives a project that it knows already the same gauge again.
            let time = metrics.timestamp(IngressMetrics.lastAccepted, "\(projectID)")
            if time.milliseconds == nil { time.set(milliseconds: startedAt) }
            return Row(projectID: projectID, time: time)
        }
        rows.withLock { $0 = made }
    }

    func recordAcceptance(of projectID: Int64) {
        let now = WallClock.milliseconds
        rows.withLock { rows in
            var range = rows.indices
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                if rows[middle].projectID == projectID { return rows[middle].time.set(milliseconds: now) }
                range =
                    rows[middle].projectID < projectID
                    ? middle + 1..<range.upperBound : range.lowerBound..<middle
            }
        }
    }
}
