public import Payments
import State

/// The changelog against the memory that the callbacks lead to.
///
/// The worker trims and removes what has had its time when its sweep comes by; so both sides are compared after they
/// have forgotten all that has had its time at the partition's newest record.
extension PartitionProof where Memory: ~Copyable {
    /// Takes note of a callback behind the range: what the changelog remembers of its payment may be newer than what
    /// was derived.
    public func note(undecided callback: LoggedRecord) throws(LogError) {
        newest = max(newest ?? callback.time, callback.time)
        var file = try ask(callback, .configured).1
        if file == nil { file = try ask(callback, .all).1 }
        guard var file, !file.trail.isMoving else { return }
        file.trail.isMoving = true
        try keep(file)
    }

    /// Reads the partition's changelog, from its beginning to its end, and compares what it remembers in the end of
    /// each payment. After the last callback.
    ///
    /// - Parameter now: holds back what a record dated years ahead would make forgotten, as it does in the worker.
    public func compare(changelog: inout Source, now: Timestamp) throws(LogError) -> PaymentCounts {
        var memories = MemoryComparison(setup.judge.deduplication, at: min(newest ?? now, now))
        while let record = try changelog.next() { try note(record, &memories) }
        var counts = PaymentCounts()
        try trails.forEach { (key, trail) throws(LogError) in
            counts.add(trail)
            if trail.isMoving || trail.kind == .unknown { return }
            var file = File(key: key, trail: trail)
            try close(&file, &memories)
        }
        return counts
    }

    /// How many payments the range tells of, where the changelog is not compared.
    public func countPayments() throws(LogError) -> PaymentCounts {
        var counts = PaymentCounts()
        try trails.forEach { (_, trail) throws(LogError) in counts.add(trail) }
        return counts
    }

    /// The newest record of a key counts.
    private func note(_ record: LoggedRecord, _ memories: inout MemoryComparison) throws(LogError) {
        guard let keyRange = record.key else {
            return report(.unexpected(.noOrigin), topic: .changelog, offset: record.offset)
        }
        let key = record.bytes.span.bytes.extracting(keyRange)
        if PartitionProgress.isKey(key) { return }
        var trail: Trail
        if let known = try trails.trail(of: key) {
            trail = known
        } else {
            // With a history before the range the changelog knows more payments than the range.
            guard setup.isWholeLog else { return }
            trail = Trail(.stranger)
        }
        let before = trail
        let told = try memories.compare(trail.memory, with: record.valueBytes)
        trail.changelog = told.state
        trail.changelogRevision = told.revision
        if trail != before { try trails.set(trail, of: key) }
    }

    /// What the changelog says of one payment in the end.
    private func close(
        _ file: inout File, _ memories: inout MemoryComparison
    ) throws(LogError) {
        let trail = file.trail
        let isForgotten = try memories.isForgotten(trail.memory)
        switch (trail.changelog, isForgotten) {
        case (.agrees, _), (.unseen, true), (.empty, true): return
        case (.unseen, false), (.empty, false): report(.memoryMissing, topic: .changelog, key: file.key)
        case (.differs, true): report(.memoryUnexpected, topic: .changelog, key: file.key)
        case (.differs, false):
            guard trail.kind == .resumed else {
                return report(.memoryDiffers, topic: .changelog, key: file.key)
            }
            // Of its operations less is known here than there; the revisions still tell whether events are gone.
            let gap = trail.changelogRevision - (try revision(of: trail.memory))
            if gap > 0 { settleGap(gap, of: &file, before: nil) }
            if gap < 0 { report(.memoryDiffers, topic: .changelog, key: file.key) }
        }
    }
}
