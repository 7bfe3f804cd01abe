// SPDX-License-Identifier: Apache-2.0
import Payments

/// What a run of chaos led to; the reports of several parts are added up.
struct ChaosReport: Codable {
    private(set) var seeds: [UInt64]
    let brokers: Int
    var workerKills = 0
    var ingressKills = 0
    var brokerKills = 0
    var workerFreezes = 0
    var ingressFreezes = 0
    var brokerFreezes = 0
    /// Of the frozen workers, those in whose slot another was started meanwhile.
    var replacements = 0
    /// Partitions in which the broker had left a transaction open that it held to be over.
    var hangingTransactions = 0
    var duration = Duration.zero
    /// Callbacks posted to the ingress until it answered 200, and those of them that are not in the log.
    var confirmed = 0
    var confirmedAndLost = 0
    var callbacks = 0
    /// By the decision's name.
    var account: [String: Int] = [:]
    /// By the topic's name behind the prefix.
    var outputs: [String: OutputComparison] = [:]
    /// What was found wrong, each with its seed.
    var faults: [String] = []
    private var workers = WorkerSlot.Tally()

    init(seed: UInt64, brokers: Int) {
        seeds = [seed]
        self.brokers = brokers
    }

    var freezes: Int { workerFreezes + ingressFreezes + brokerFreezes }

    mutating func add(_ tally: WorkerSlot.Tally) {
        workers.add(tally)
        faults += tally.broken.map { "seed \(seeds): \($0)" }
    }

    /// What the topics finally hold, beside what the callbacks lead to.
    mutating func add(_ found: ExactlyOnce) {
        callbacks += found.expected.callbackCount
        for (decision, count) in found.expected.account { account["\(decision.name)", default: 0] += count }
        for (topic, comparison) in found.comparisons { outputs[topic.baseName] = comparison }
        for (topic, comparison) in found.comparisons where !comparison.isExact {
            faults.append("seed \(seeds): \(topic) \(comparison)")
        }
        if !found.isStateEqual { faults.append("seed \(seeds): the changelog differs") }
        if !found.isProved { faults.append("seed \(seeds): prove: \(found.proof.suffix(3000))") }
        if found.provedAccount != found.expected.account {
            faults.append("seed \(seeds): prove counts \(found.provedAccount)")
        }
    }

    mutating func add(_ other: ChaosReport) {
        seeds += other.seeds
        workerKills += other.workerKills
        ingressKills += other.ingressKills
        brokerKills += other.brokerKills
        workerFreezes += other.workerFreezes
        ingressFreezes += other.ingressFreezes
        brokerFreezes += other.brokerFreezes
        replacements += other.replacements
        hangingTransactions += other.hangingTransactions
        duration += other.duration
        confirmed += other.confirmed
        confirmedAndLost += other.confirmedAndLost
        callbacks += other.callbacks
        account.merge(other.account, uniquingKeysWith: +)
        outputs.merge(other.outputs, uniquingKeysWith: +)
        faults += other.faults
        workers.add(other.workers)
    }
}

/// For a person, and for the README: what was done, and what it led to.
extension ChaosReport {
    var table: String {
        let rows = [
            ("brokers, and replicas of each partition", "\(brokers)"),
            ("seeds of the parts", seeds.map(String.init).joined(separator: ", ")),
            ("workers killed (kill -9)", "\(workerKills)"),
            ("brokers killed and restarted", "\(brokerKills)"),
            ("ingress killed and restarted", "\(ingressKills)"),
            ("frozen for longer than a session", frozen),
            ("workers fenced, exit 1", "\(workers.fenced)"),
            ("partitions with a transaction that the broker left hanging", "\(hangingTransactions)"),
            ("callbacks in the log", "\(callbacks)"),
            ("posted until answered 200; of these not in the log", "\(confirmed); \(confirmedAndLost)"),
            ("events; review records; dead letters", counts(\.count)), ("doubled", counts(\.doubled)),
            ("missing", counts(\.missing)), ("unexpected", counts(\.unexpected)),
            ("out of order", counts(\.outOfOrder)),
            ("changelog, `tidings prove`", faults.isEmpty ? "as the callbacks lead to, holds" : "see below"),
            ("from a worker's start to its restored state", restarts),
            ("seconds", "\(duration.components.seconds)"),
        ]
        return "| chaos | |\n|---|---|\n" + rows.map { "| \($0) | \($1) |\n" }.joined()
            + faults.map { "fault: \($0)\n" }.joined()
    }

    private var frozen: String {
        "\(freezes): \(workerFreezes) workers (\(replacements) replaced), \(brokerFreezes) brokers, "
            + "\(ingressFreezes) ingress"
    }

    private func counts(_ part: KeyPath<OutputComparison, Int>) -> String {
        [Topic.status, .review, .deadLetter].map { "\(outputs[$0.baseName]?[keyPath: part] ?? 0)" }
            .joined(separator: "; ")
    }

    private var restarts: String {
        let sorted = workers.restarts.sorted()
        guard let longest = sorted.last else { return "none" }
        let (median, most) = (sorted[sorted.count / 2], sorted[sorted.count * 95 / 100])
        return "median \(median) ms, 95% below \(most) ms, longest \(longest) ms (\(sorted.count) starts)"
    }
}
