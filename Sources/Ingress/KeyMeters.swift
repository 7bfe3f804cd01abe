// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import Telemetry

/// The counters of every key in a ring, found without a dictionary: what verified, by key and rule.
struct KeyMeters {
    private struct Meter {
        let projectID: Int64
        /// Nil while the ring is being replaced and the project is new.
        let signatures: ProjectSignatures.Row?
        let keyID: String
        /// One for each rule.
        let verified: [Counter]
        let shadowed: [Counter]
    }

    /// In rising order of projects.
    private let meters: [Meter]

    /// The labels are bounded by the keys file: an operator writes it, not a sender of requests.
    init(_ ring: KeyRing, signatures: [ProjectSignatures.Row], metrics: MetricsRegistry) {
        var meters: [Meter] = []
        for projectID in ring.projectIDs {
            let row = signatures.first { $0.projectID == projectID }
            for key in ring.keys(of: projectID) ?? [] {
                meters.append(
                    Meter(
                        projectID: projectID, signatures: row, keyID: key.id,
                        verified: Self.counters(IngressMetrics.verified, projectID, key.id, metrics),
                        shadowed: Self.counters(IngressMetrics.shadowMatches, projectID, key.id, metrics)))
            }
        }
        self.meters = meters
    }

    func verified(_ match: Verification.Match) {
        guard let meter = meter(of: match) else { return }
        meter.verified[Int(match.rule.rawValue)].add()
        meter.signatures?.recordSuccess()
    }

    func shadowed(_ match: Verification.Match) {
        meter(of: match)?.shadowed[Int(match.rule.rawValue)].add()
    }

    private func meter(of match: Verification.Match) -> Meter? {
        var low = 0
        var high = meters.count
        while low < high {
            let middle = (low + high) / 2
            if meters[middle].projectID < match.projectID { low = middle + 1 } else { high = middle }
        }
        return meters[low...].first { $0.projectID != match.projectID || $0.keyID == match.keyID }
    }

    private static func counters(
        _ family: MetricFamily, _ projectID: Int64, _ keyID: String, _ metrics: MetricsRegistry
    ) -> [Counter] {
        SignatureRule.allCases.map { metrics.counter(family, "\(projectID)", keyID, "\($0.name)") }
    }
}
