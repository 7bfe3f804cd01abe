// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// One case for each row of the table: the state of a partition, and what a restore does with it.
@Suite("ProgressComparison")
struct ProgressComparisonTests {
    @Test("each row of the table has its outcome", arguments: ProgressRows.rows + ProgressRows.moreRows)
    func table(row: ProgressRows.Row) {
        let outcome = row.facts.outcome(accepting: row.accepted, epoch: 7)
        #expect(ProgressRows.short(outcome) == row.outcome)
    }

    @Test("a key that belongs in another partition is refused, whatever its count")
    func elsewhere() {
        var keys = KeyDivisor()
        var fitting = 0
        for number in 0..<1000 {
            let key = Array("42:order_\(number)".utf8)
            guard Murmur2.partition(of: key.span.bytes, count: 3) == 2 else { continue }
            fitting += 1
            keys.add(key.span.bytes, in: 2)
        }
        #expect(fitting > 100 && keys.fit(2, of: 3) && !keys.fit(2, of: 6) && !keys.fit(2, of: 2))
        let outcome = ProgressRows.facts { $0.keys = keys }.outcome(accepting: AcceptedLosses(), epoch: 7)
        #expect(ProgressRows.short(outcome) == "40 asCommitted")
        let stranger = Array("42:order_0".utf8)
        let home = Int32(Murmur2.partition(of: stranger.span.bytes, count: 3))
        keys.add(stranger.span.bytes, in: (home + 1) % 3)
        let other = ProgressRows.facts { $0.keys = keys }.outcome(accepting: AcceptedLosses(), epoch: 7)
        #expect(ProgressRows.short(other) == "refuse other-partition-count")
    }

    @Test("a start writes what happened into the progress, and a flag that is gone may be used again")
    func written() {
        func progress(_ facts: ProgressComparison, _ accepted: AcceptedLosses) -> PartitionProgress? {
            guard case .start(let start) = facts.outcome(accepting: accepted, epoch: 7) else { return nil }
            return start.progress
        }
        let lost = progress(ProgressRows.facts { $0.callbacksLow = 64 }, AcceptedLosses())
        #expect(lost?.gaps == [PartitionProgress.Gap(.lost, from: 40, to: 64)] && lost?.epoch == 1)
        let committed = ProgressRows.accepted { $0.startAt = .committed }
        let skipped = progress(ProgressRows.facts { $0.committed = ProgressRows.moved(60) }, committed)
        #expect(skipped?.gaps == [PartitionProgress.Gap(.skipped, from: 40, to: 60)])
        #expect(skipped?.hasUsedStartAt == true)
        let used = ProgressRows.facts { $0.progress?.hasUsedStartAt = true }
        #expect(progress(used, committed)?.hasUsedStartAt == true)
        #expect(progress(used, AcceptedLosses())?.hasUsedStartAt == false)
        let begun = progress(
            ProgressRows.untouched { $0.committed = ProgressRows.ours(40) },
            ProgressRows.accepted { $0.changelog = [2: 40] })
        #expect(begun == PartitionProgress(next: 40, partitionCount: 3, epoch: 7))
        let callbacks = ProgressRows.accepted { $0.callbacks = [2: 40] }
        let recreated = ProgressRows.facts { $0.callbacksHigh = 5 }
        #expect(progress(recreated, callbacks)?.usedCallbacksLoss == 40)
        let usedCallbacks = ProgressRows.facts { $0.progress?.usedCallbacksLoss = 40 }
        #expect(progress(usedCallbacks, callbacks)?.usedCallbacksLoss == 40)
        #expect(progress(usedCallbacks, AcceptedLosses())?.usedCallbacksLoss == nil)
        let grown = ProgressRows.facts {
            $0.partitionCount = 6
            $0.committed = ProgressRows.ours(40)
        }
        #expect(progress(grown, AcceptedLosses())?.partitionCount == 3)
    }

    @Test("no start loses or doubles a callback unless a flag says so, over every combination of offsets")
    func exhaustive() {
        let offsets: [Int64] = [0, 3, 5, 7]
        for low in offsets {
            for high in offsets where high >= low {
                for next in offsets {
                    for committed in [nil]
                        + offsets.flatMap({ [ProgressRows.moved($0), ProgressRows.ours($0)] })
                    {
                        let facts = ProgressRows.facts {
                            ($0.callbacksLow, $0.callbacksHigh) = (low, high)
                            $0.progress?.next = next
                            $0.committed = committed
                        }
                        guard case .start(let start) = facts.outcome(accepting: AcceptedLosses(), epoch: 7)
                        else {
                            #expect(next > high || committed?.offset ?? 0 > next)
                            continue
                        }
                        #expect(start.progress.next == max(next, low) && start.skipped == nil)
                        #expect(start.lost?.count ?? 0 == max(0, low - next))
                        #expect(next <= high && committed?.offset ?? 0 <= next)
                    }
                }
            }
        }
    }
}
