import Payments

/// The callbacks of a partition that were written again, and the records that resolve their items: each
/// transaction of a release or a redrive wrote one of either.
struct ResolutionLedger {
    struct Repeated {
        var callback: RepeatedCallback
        var offset: Int64
    }

    /// A resolving record and where it is.
    struct Resolved {
        var resolution: Resolution
        var topic: Topic
        var offset: Int64
    }

    /// What does not fit together.
    struct Mismatch {
        var kind: Fault.Kind
        var callback: Int64
        var topic: Topic
        var offset: Int64?
    }

    private let topic: String
    private let partition: Int32
    private let repeated: [Repeated]
    let resolved: [Resolved]

    init(
        topic: String, partition: Int32, repeated: [Repeated],
        review: [(resolution: Resolution, offset: Int64)],
        deadLetter: [(resolution: Resolution, offset: Int64)]
    ) {
        self.topic = topic
        self.partition = partition
        self.repeated = repeated
        resolved =
            review.map { Resolved(resolution: $0.resolution, topic: .review, offset: $0.offset) }
            + deadLetter.map { Resolved(resolution: $0.resolution, topic: .deadLetter, offset: $0.offset) }
    }

    /// - Parameter horizons: for each topic the time before which it keeps nothing.
    func mismatches(horizons: [Topic: Timestamp]) -> [Mismatch] {
        var mismatches: [Mismatch] = []
        var resolvedPositions: Set<Int64> = []
        var unmatched: [Int64: Repeated] = [:]
        for entry in repeated where isHere(entry.callback.from) {
            if let before = unmatched.updateValue(entry, forKey: entry.callback.from.offset) {
                mismatches.append(missingResolution(of: before))
            }
        }
        for entry in resolved where isHere(entry.resolution.callback) {
            let callback = entry.resolution.callback.offset
            if !resolvedPositions.insert(callback).inserted {
                mismatches.append(
                    Mismatch(
                        kind: .resolvedTwice, callback: callback, topic: entry.topic, offset: entry.offset))
            }
            guard entry.resolution.kind.isRepeated else { continue }
            let match = unmatched.removeValue(forKey: callback)
            if match?.callback.kind != entry.resolution.kind {
                mismatches.append(
                    Mismatch(
                        kind: .repeatMissing(entry.resolution.kind), callback: callback, topic: .callbacks,
                        offset: nil))
            }
        }
        for entry in unmatched.values.sorted(by: { $0.offset < $1.offset }) {
            let mismatch = missingResolution(of: entry)
            if let horizon = horizons[mismatch.topic], entry.callback.at < horizon { continue }
            mismatches.append(mismatch)
        }
        return mismatches
    }

    private func missingResolution(of entry: Repeated) -> Mismatch {
        Mismatch(
            kind: .resolutionMissing(entry.callback.kind), callback: entry.offset,
            topic: entry.callback.kind == .redriven ? .deadLetter : .review, offset: nil)
    }

    private func isHere(_ position: CallbackPosition) -> Bool {
        position.topic == topic && position.partition == partition
    }
}
