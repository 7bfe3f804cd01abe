// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Why the comparison is not ready, by thread. Safe from any thread.
final class ShadowHealth: Sendable {
    private let reasons: Mutex<[String?]>

    init(threads: Int) {
        reasons = Mutex(Array(repeating: "the topics were not read yet", count: threads))
    }

    func note(_ thread: Int, failure: String) {
        reasons.withLock { $0[thread] = "cannot read the topics: \(failure)" }
    }

    /// - Parameter partitions: those that no worker has begun.
    func note(_ thread: Int, waitingFor partitions: [Int32]) {
        let names = partitions.map { "\($0)" }.joined(separator: ", ")
        let reason = names.isEmpty ? nil : "no worker has begun these partitions: \(names)"
        reasons.withLock { $0[thread] = reason }
    }

    var notReadyReasons: [String] { reasons.withLock { $0.compactMap { $0 } } }
}
