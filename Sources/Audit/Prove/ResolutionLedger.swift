// SPDX-License-Identifier: Apache-2.0
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

    let topic: String
    let partition: Int32
    let repeated: [Repeated]
    let resolved: [Resolved]

    /// - Parameters:
    ///   - start: the first callback that was read. A callback is written again behind itself, so of those
    ///     from here on it was seen; of those before it is unknown.
    ///   - horizons: for each topic the time before which it keeps nothing.
    ///   - later: what was written while the topics were read. Of its callbacks nothing is asked.
    func mismatches(from start: Int64, horizons: [Topic: Timestamp], later: [Resolution]) -> [Mismatch] {
        var mismatches: [Mismatch] = []
        var resolvedPositions: Set<Int64> = []
        var unmatched: [Int64: [Repeated]] = [:]
        for entry in repeated where isHere(entry.callback.from) {
            unmatched[entry.callback.from.offset, default: []].append(entry)
        }
        for entry in resolved where isHere(entry.resolution.callback) {
            let (callback, kind) = (entry.resolution.callback.offset, entry.resolution.kind)
            if !resolvedPositions.insert(callback).inserted {
                mismatches.append(
                    Mismatch(
                        kind: .resolvedTwice, callback: callback, topic: entry.topic, offset: entry.offset))
            }
            guard kind.isRepeated else { continue }
            if let match = unmatched[callback]?.firstIndex(where: { $0.callback.kind == kind }) {
                unmatched[callback]?.remove(at: match)
            } else if callback >= start {
                mismatches.append(
                    Mismatch(
                        kind: .repeatMissing(kind), callback: callback, topic: .callbacks, offset: nil))
            }
        }
        for entry in unmatched.values.joined().sorted(by: { $0.offset < $1.offset }) {
            let mismatch = missingResolution(of: entry)
            if let horizon = horizons[mismatch.topic], entry.callback.at < horizon { continue }
            if later.contains(where: { $0.callback == entry.callback.from }) { continue }
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
