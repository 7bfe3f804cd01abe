// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Telemetry

/// When keys in the mode `retiring` stop verifying, as a metric: callbacks that are signed with one later are
/// answered 403. A key that has left the keys file has no series any more. Any thread.
final class KeyExpiry: Sendable {
    private struct Key: Hashable {
        let projectID: Int64
        let keyID: String
    }

    private let metrics: MetricsRegistry
    private let shown = Mutex<Set<Key>>([])

    init(metrics: MetricsRegistry) {
        self.metrics = metrics
    }

    func show(_ projects: [ProjectKeys]) {
        var ends: [Key: Int64] = [:]
        for project in projects {
            for key in project.keys {
                switch key.mode {
                case .active, .shadow: break
                case .retiring(let end): ends[Key(projectID: project.projectID, keyID: key.id)] = end
                }
            }
        }
        shown.withLock { shown in
            for (key, end) in ends {
                metrics.timestamp(KeysMetrics.notAfter, "\(key.projectID)", key.keyID)
                    .set(milliseconds: end)
            }
            for key in shown where ends[key] == nil {
                metrics.remove(KeysMetrics.notAfter, "\(key.projectID)", key.keyID)
            }
            shown = Set(ends.keys)
        }
    }
}
