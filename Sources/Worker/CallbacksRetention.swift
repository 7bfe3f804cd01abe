// SPDX-License-Identifier: Apache-2.0

/// How long the callbacks topic keeps what no worker has processed yet.
struct CallbacksRetention {
    /// The platform retries for 11 days, and an outage of the workers must be over before callbacks are
    /// deleted.
    static let leastDays: Int64 = 14
    private static let day: Int64 = 86_400_000

    private let settings: [String: String]

    /// - Parameter settings: of the topic, as the broker describes it.
    init(_ settings: [String: String]) {
        self.settings = settings
    }

    /// What could delete an accepted callback before it is processed, each a sentence with what to do.
    func faults(_ topic: String) -> [String] {
        var faults: [String] = []
        if let policy = settings["cleanup.policy"], policy.contains("compact") {
            faults.append("\(topic) must not be compacted (cleanup.policy is \(policy)): set it to delete")
        }
        if let kept = settings["retention.ms"].flatMap(Int64.init), kept >= 0,
            kept < Self.leastDays * Self.day
        {
            faults.append(
                "\(topic) keeps callbacks for \(kept / Self.day) days, fewer than \(Self.leastDays): raise retention.ms, "
                    + "or callbacks are deleted before they are processed")
        }
        if let size = settings["retention.bytes"].flatMap(Int64.init), size >= 0 {
            faults.append("\(topic) drops callbacks by size (retention.bytes is \(size)): set it to -1")
        }
        return faults
    }
}
