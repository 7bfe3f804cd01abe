// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments
internal import Telemetry

/// Where a partition's rebuild begins: where an earlier run ended, or at the beginning of the log.
extension PartitionRebuild {
    /// Reads the states that an earlier run has written; nil where there was none.
    ///
    /// - Throws: `target` where something else has written to the new topics.
    func restore() throws(ReplayError) -> PartitionProgress? {
        let found = try reading { () throws(TopicReadError) in
            (
                progress: try reader.progress(of: partition),
                committed: try reader.committed(reader.name(.callbacks, partition))
            )
        }
        guard let progress = found.progress else {
            for topic in Topic.outputs {
                let isEmpty = try reading { () throws(TopicReadError) in
                    try reader.open(topic, partition).next() == nil
                }
                guard isEmpty else { throw .target(refusal(topic, "has records that no rebuild wrote")) }
            }
            return nil
        }
        guard found.committed == progress.next else {
            throw .target(refusal(.changelog, "has the progress of workers, which would be disturbed"))
        }
        report.wasResumed = true
        try reading { () throws(TopicReadError) in
            try forEachState(of: reader.name(.changelog, partition)) { key, state in
                Failpoint.rebuildDuringRestore.reach()
                store.put(key.span.bytes, state?.span.bytes)
            }
            try store.apply()
        }
        return progress
    }

    /// Refuses to go on where callbacks were deleted since the earlier run: their records would be missing
    /// in the middle, and nothing would say so.
    func checkLog(from next: Int64) throws(ReplayError) {
        guard next < plan.start else { return }
        throw .target(
            refusal(
                .callbacks,
                "no longer has the callbacks \(next) to \(plan.start - 1), which were not processed yet"))
    }

    private func refusal(_ topic: Topic, _ fact: String) -> String {
        "\(settings.names[topic]) partition \(partition) \(fact): choose another prefix for --into"
    }

    /// Gives payments with a history before the log the state that the old changelog has of them.
    ///
    /// Which payments those are is found by deciding all callbacks once without any state: if the old
    /// changelog counts more events of a payment than that gives, its first callbacks are gone. It starts
    /// from its summary: its callbacks in the log are decided again, and its revisions go on. The state of a
    /// payment without any callback in the log is copied whole.
    func seed(_ position: PartitionProgress) throws(ReplayError) {
        try reading { () throws(TopicReadError) in
            let derived = try revisionsWithoutHistory()
            let old = try DerivedStateStore(in: settings.scratch, partition: partition)
            let name = TopicPartition(topic: settings.log.topics[.changelog], partition: partition)
            try forEachState(of: name) { key, state in old.put(key.span.bytes, state?.span.bytes) }
            try old.apply()
            try old.forEach { (key, state) throws(TopicReadError) in
                guard let seed = try seed(of: key, state, derived) else { return }
                store.put(key.span.bytes, seed.span.bytes)
            }
        }
        try publish(position)
        Failpoint.rebuildAfterSeed.reach()
    }

    private func seed(
        of key: [UInt8], _ state: [UInt8], _ derived: DerivedStateStore
    ) throws(TopicReadError) -> [UInt8]? {
        var found: [UInt8] = []
        let isInLog = try derived.lookUp(key.span.bytes, into: &found)
        guard isInLog else {
            report.copiedStates += 1
            return state
        }
        do throws(PaymentStateError) {
            var old = try PaymentState(decoding: state.span.bytes)
            let revision = found.isEmpty ? 0 : try PaymentState(decoding: found.span.bytes).revision
            guard old.revision > revision else { return nil }
            old.keepSummary()
            report.summaries += 1
            var summary: [UInt8] = []
            old.encode(into: &summary)
            return summary
        } catch {
            throw .paymentState(error)
        }
    }

    /// The states that the callbacks in the log lead to if nothing was before them.
    private func revisionsWithoutHistory() throws(TopicReadError) -> DerivedStateStore {
        let states = try DerivedStateStore(in: settings.scratch, partition: partition)
        var replayer = Replayer(
            settings.processor, partition: partition, partitionCount: reader.partitionCount,
            makeProcessor: makeProcessor)
        let source = try reader.open(.callbacks, partition, from: plan.start, to: plan.end)
        while let callback = try source.next() {
            let output = try replayer.replay(callback, by: states)
            if let state = output.state { states.put(output.key.span.bytes, state.span.bytes) }
            if states.batchCount > 1000 { try states.apply() }
        }
        try states.apply()
        return states
    }

    /// Lends the records of a changelog, without the progress.
    private func forEachState(
        of name: TopicPartition, _ visit: (_ key: [UInt8], _ state: [UInt8]?) -> Void
    ) throws(TopicReadError) {
        let bounds = try reader.bounds(name)
        let source = try reader.makeReader()
        try source.open(name, from: bounds.low, to: bounds.high)
        while let record = try source.next() {
            guard let key = record.keyBytes, !PartitionProgress.isKey(key.span.bytes) else { continue }
            visit(Array(key), record.valueBytes.map { Array($0) })
        }
    }
}
