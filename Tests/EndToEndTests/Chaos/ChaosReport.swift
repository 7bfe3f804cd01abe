import Payments

/// What a run of chaos came to.
struct ChaosReport {
    let seed: UInt64
    var workerKills = 0
    var ingressKills = 0
    var freezes = 0
    /// Of the frozen, those in whose slot another was started meanwhile.
    var replacements = 0
    var brokerKills = 0
    /// Partitions in which the broker had left a transaction open that it held to be over.
    var hangingTransactions = 0
    var duration = Duration.zero
    /// Callbacks posted to the ingress and answered 200, and those of them that are not in the log.
    var confirmed = 0
    var confirmedAndLost = 0
    var found: ExactlyOnce?
    /// Ends of processes that nobody meant.
    var broken: [String] = []
    private var workers = WorkerSlot.Tally()

    init(seed: UInt64) { self.seed = seed }

    mutating func add(_ tally: WorkerSlot.Tally) {
        workers.fenced += tally.fenced
        workers.unreachable += tally.unreachable
        workers.restarts += tally.restarts
        broken += tally.broken
    }

    /// For a person, and for the README: what was done, and what it led to.
    var table: String {
        let rows: [(String, String)] = [
            ("seed", "\(seed)"),
            ("workers killed (kill -9)", "\(workerKills)"),
            ("workers frozen for longer than their session", "\(freezes), \(replacements) of them replaced"),
            ("workers fenced, exit 1", "\(workers.fenced)"),
            ("workers started without a broker, exit 3", "\(workers.unreachable)"),
            ("ingress killed", "\(ingressKills)"),
            ("broker killed and restarted", "\(brokerKills)"),
            ("partitions with a transaction that the broker left hanging", "\(hangingTransactions)"),
            ("callbacks in the log", "\(found?.expected.callbackCount ?? 0)"),
            ("posted and answered 200; of these not in the log", "\(confirmed); \(confirmedAndLost)"),
            ("events", "\(found?.comparisons[.status]?.count ?? 0)"),
            (
                "records for review and dead letters",
                "\(sum(\.count) - (found?.comparisons[.status]?.count ?? 0))"
            ),
            ("doubled", "\(sum(\.doubled))"), ("missing", "\(sum(\.missing))"),
            ("unexpected", "\(sum(\.unexpected))"), ("out of order", "\(sum(\.outOfOrder))"),
            ("changelog", found?.isMemoryEqual == true ? "what the callbacks lead to" : "differs"),
            ("tidings prove", found?.isProved == true ? "holds" : "finds faults"),
            ("from a worker's start to its whole memory", restarts),
            ("seconds", "\(duration.components.seconds)"),
        ]
        return "| chaos | |\n|---|---|\n" + rows.map { "| \($0) | \($1) |\n" }.joined()
    }

    private func sum(_ part: KeyPath<OutputComparison, Int>) -> Int {
        found?.comparisons.values.reduce(0) { $0 + $1[keyPath: part] } ?? 0
    }

    private var restarts: String {
        let sorted = workers.restarts.sorted()
        guard let longest = sorted.last else { return "none" }
        let (median, most) = (sorted[sorted.count / 2], sorted[sorted.count * 95 / 100])
        return "median \(median) ms, 95% below \(most) ms, longest \(longest) ms (\(sorted.count) starts)"
    }
}
