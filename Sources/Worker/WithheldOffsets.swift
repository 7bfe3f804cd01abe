// SPDX-License-Identifier: Apache-2.0
package import Payments

/// Recognises offsets that an open transaction withholds from readers for longer than any transaction may be
/// open.
///
/// Under load the last stable offset is always behind the end, and moves. A transaction hangs where it does
/// not move: its producer is gone, and the broker does not end it (KIP-890, and the tool of KIP-664).
package struct WithheldOffsets {
    /// One partition of one topic.
    package struct Place: Hashable, Sendable {
        package var topic: Topic
        package var partition: Int32

        package init(_ topic: Topic, _ partition: Int32) { (self.topic, self.partition) = (topic, partition) }
    }

    /// Where the readers of a partition stop, and where it ends.
    package struct Ends: Equatable, Sendable {
        package var stable: Int64
        package var end: Int64

        package init(stable: Int64, end: Int64) { (self.stable, self.end) = (stable, end) }
    }

    /// Offsets that are withheld.
    package struct Finding: Equatable, Sendable {
        package var place: Place
        package var ends: Ends
        package var duration: Duration

        package var count: Int64 { ends.end - ends.stable }
    }

    private let limit: Duration
    private var seen: [Place: (stable: Int64, since: Duration)] = [:]

    /// - Parameter limit: the greatest transaction timeout and a margin.
    package init(limit: Duration) { self.limit = limit }

    /// Takes note of where all watched partitions are now.
    ///
    /// - Returns: what is withheld for longer than the limit, in the order of topics and partitions.
    package mutating func note(_ ends: [Place: Ends], at now: Duration) -> [Finding] {
        var findings: [Finding] = []
        var next: [Place: (stable: Int64, since: Duration)] = [:]
        for (place, ends) in ends where ends.stable < ends.end {
            var since = now
            if let known = seen[place], known.stable == ends.stable { since = known.since }
            next[place] = (ends.stable, since)
            guard now - since > limit else { continue }
            findings.append(Finding(place: place, ends: ends, duration: now - since))
        }
        seen = next
        return findings.sorted {
            ($0.place.partition, $0.place.topic.rawValue) < ($1.place.partition, $1.place.topic.rawValue)
        }
    }
}
