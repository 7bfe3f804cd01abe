internal import Payments
internal import Synchronization
internal import Telemetry

/// When keys in the mode `retiring` stop to verify, as a metric: anyone who sends with one afterwards is
/// answered 403. A key that has left the keys file has no series any more. Any thread.
final class KeyExpiry: Sendable {
    private static let name: StaticString = "tidings_key_not_after_timestamp_seconds"
    private static let help: StaticString = "When a retiring key stops to verify, in Unix seconds."

    private struct Key: Hashable {
        let projectID: Int64
        let keyID: String
    }

    private let metrics: MetricsRegistry
    private let shown = Mutex<Set<Key>>([])

    init(_ ring: KeyRing, metrics: MetricsRegistry) {
        self.metrics = metrics
        metrics.declareGauge(Self.name, help: Self.help)
        replaceKeys(ring)
    }

    func replaceKeys(_ ring: KeyRing) {
        var ends: [Key: Int] = [:]
        for projectID in ring.projectIDs {
            for key in ring.keys(of: projectID) ?? [] {
                switch key.mode {
                case .active, .shadow: break
                case .retiring(let end):
                    ends[Key(projectID: projectID, keyID: key.id)] = Int(end.milliseconds / 1000)
                }
            }
        }
        shown.withLock { shown in
            for (key, end) in ends {
                metrics.gauge(
                    Self.name, help: Self.help, labels: ["project": "\(key.projectID)", "key": key.keyID]
                ).set(end)
            }
            for key in shown where ends[key] == nil {
                metrics.removeGauge(
                    Self.name, labels: ["project": "\(key.projectID)", "key": key.keyID])
            }
            shown = Set(ends.keys)
        }
    }
}
