// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// States of a partition, and what a restore does with each.
enum ProgressRows {
    /// A partition whose callbacks are at 0..<100, with progress and committed offset at 40.
    static func facts(_ change: (inout ProgressComparison) -> Void = { _ in }) -> ProgressComparison {
        var facts = ProgressComparison(
            partition: 2, partitionCount: 3,
            committed: CommittedPosition(offset: 40, metadata: OffsetMetadata(partitionCount: 3)),
            progress: PartitionProgress(next: 40, partitionCount: 3, epoch: 1), callbacksLow: 0,
            callbacksHigh: 100, changelogHigh: 90, storePosition: 90, isStateEmpty: false)
        change(&facts)
        return facts
    }

    /// The same before any worker has begun.
    static func untouched(
        _ change: (inout ProgressComparison) -> Void = { _ in }
    ) -> ProgressComparison {
        facts {
            $0.committed = nil
            $0.progress = nil
            ($0.changelogHigh, $0.storePosition) = (0, 0)
            $0.isStateEmpty = true
            $0.areOutputsEmpty = true
            change(&$0)
        }
    }

    static func moved(_ offset: Int64) -> CommittedPosition {
        CommittedPosition(offset: offset, metadata: nil)
    }

    static func ours(_ offset: Int64, of count: Int32 = 3) -> CommittedPosition {
        CommittedPosition(offset: offset, metadata: OffsetMetadata(partitionCount: count))
    }

    static func accepted(_ change: (inout AcceptedLosses) -> Void) -> AcceptedLosses {
        var accepted = AcceptedLosses()
        change(&accepted)
        return accepted
    }

    /// The outcome in short: where it starts and why, what was lost or skipped; or what it refuses with which
    /// flags.
    static func short(_ outcome: ProgressComparison.Outcome) -> String {
        switch outcome {
        case .wait(let conflict):
            return "wait for \(conflict.partition) of \(conflict.count.map { "\($0)" } ?? "unknown")"
        case .refuse(let refusal):
            return (["refuse \(refusal.name)"] + refusal.flags).joined(separator: " ")
        case .start(let start):
            var words = ["\(start.progress.next) \(start.cause)"]
            if let lost = start.lost { words.append("lost \(lost.from)..<\(lost.to)") }
            if let skipped = start.skipped { words.append("skipped \(skipped.from)..<\(skipped.to)") }
            return words.joined(separator: " ")
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var facts: ProgressComparison
        var accepted = AcceptedLosses()
        var outcome: String
        var testDescription: String { name }
    }

    static let changelogFlag = "--accept-changelog-loss 2:40"

    static let rows = [
        Row(name: "committed is the progress", facts: facts(), outcome: "40 asCommitted"),
        Row(
            name: "committed by a tool, at the progress", facts: facts { $0.committed = moved(40) },
            outcome: "40 asCommitted"),
        Row(
            name: "no committed offset", facts: facts { $0.committed = nil },
            outcome: "40 behind(committed: nil)"),
        Row(
            name: "committed behind the progress", facts: facts { $0.committed = moved(10) },
            outcome: "40 behind(committed: Optional(10))"),
        Row(
            name: "committed behind the progress, by the worker", facts: facts { $0.committed = ours(10) },
            outcome: "40 behind(committed: Optional(10))"),

        Row(
            name: "committed ahead, by the worker",
            facts: facts { $0.progress?.next = 30 }, outcome: "refuse changelog-loss \(changelogFlag)"),
        Row(
            name: "committed ahead, by the worker, accepted", facts: facts { $0.progress?.next = 30 },
            accepted: accepted { $0.changelog = [2: 40] }, outcome: "40 acceptedChangelogLoss"),
        Row(
            name: "committed ahead, by the worker, another loss accepted",
            facts: facts { $0.progress?.next = 30 }, accepted: accepted { $0.changelog = [2: 39, 1: 40] },
            outcome: "refuse changelog-loss \(changelogFlag)"),
        Row(
            name: "the changelog ends before the store", facts: facts { $0.changelogHigh = 89 },
            outcome: "refuse changelog-loss \(changelogFlag)"),
        Row(
            name: "the changelog ends before the store, accepted", facts: facts { $0.changelogHigh = 89 },
            accepted: accepted { $0.changelog = [2: 40] }, outcome: "40 acceptedChangelogLoss"),
        Row(
            name: "the changelog ends before the store, and the offsets are gone",
            facts: facts {
                $0.changelogHigh = 0
                $0.committed = nil
            }, outcome: "refuse changelog-loss \(changelogFlag)"),
        Row(
            name: "an empty changelog, no store, a committed offset",
            facts: untouched { $0.committed = ours(40) }, outcome: "refuse changelog-loss \(changelogFlag)"),
        Row(
            name: "an empty changelog, no store, a committed offset, accepted",
            facts: untouched { $0.committed = ours(40) }, accepted: accepted { $0.changelog = [2: 40] },
            outcome: "40 acceptedChangelogLoss"),
        Row(
            name: "an empty changelog, no store, no offset, but outputs",
            facts: untouched { $0.areOutputsEmpty = false },
            outcome: "refuse changelog-loss --accept-changelog-loss 2:0"),
        Row(
            name: "an empty changelog, the offset reset to the beginning, but outputs",
            facts: untouched {
                $0.committed = moved(0)
                $0.areOutputsEmpty = false
            }, outcome: "refuse changelog-loss --accept-changelog-loss 2:0"),
        Row(
            name: "a lost changelog and a recreated callbacks topic",
            facts: untouched {
                $0.committed = ours(40)
                $0.callbacksHigh = 5
            }, accepted: accepted { $0.changelog = [2: 40] },
            outcome: "refuse callbacks-loss --accept-callbacks-loss 2:40"),
        Row(
            name: "a lost changelog and retention past the committed offset",
            facts: untouched {
                $0.committed = ours(40)
                $0.callbacksLow = 64
                $0.areOutputsEmpty = false
            }, accepted: accepted { $0.changelog = [2: 40] },
            outcome: "64 acceptedChangelogLoss lost 40..<64"),
    ]

    static let moreRows = [
        Row(
            name: "committed ahead, by a tool", facts: facts { $0.committed = moved(60) },
            outcome: "refuse moved-ahead --start-at progress --start-at committed"),
        Row(
            name: "committed ahead, by a tool, start at the progress",
            facts: facts { $0.committed = moved(60) }, accepted: accepted { $0.startAt = .progress },
            outcome: "40 aheadProcessed(committed: 60)"),
        Row(
            name: "committed ahead, by a tool, start at the committed offset",
            facts: facts { $0.committed = moved(60) }, accepted: accepted { $0.startAt = .committed },
            outcome: "60 aheadSkipped(progress: 40) skipped 40..<60"),
        Row(
            name: "committed ahead a second time, with the flag left in place",
            facts: facts {
                $0.committed = moved(60)
                $0.progress?.hasUsedStartAt = true
            }, accepted: accepted { $0.startAt = .committed },
            outcome: "refuse moved-ahead --start-at progress --start-at committed"),
        Row(
            name: "committed ahead, by a tool, and retention in between",
            facts: facts {
                $0.committed = moved(60)
                $0.callbacksLow = 50
            }, accepted: accepted { $0.startAt = .committed },
            outcome: "60 aheadSkipped(progress: 40) lost 40..<50 skipped 50..<60"),
        Row(
            name: "the callbacks topic was recreated", facts: facts { $0.callbacksHigh = 5 },
            outcome: "refuse callbacks-loss --accept-callbacks-loss 2:40"),
        Row(
            name: "the callbacks topic was recreated, and its offsets deleted with it",
            facts: facts {
                $0.callbacksHigh = 5
                $0.committed = nil
            }, outcome: "refuse callbacks-loss --accept-callbacks-loss 2:40"),
        Row(
            name: "the callbacks topic was recreated, accepted", facts: facts { $0.callbacksHigh = 5 },
            accepted: accepted { $0.callbacks = [2: 40] },
            outcome: "0 acceptedCallbacksLoss(offset: 40) lost 5..<40"),
        Row(
            name: "the callbacks topic was recreated, another loss accepted",
            facts: facts { $0.callbacksHigh = 5 }, accepted: accepted { $0.callbacks = [2: 41] },
            outcome: "refuse callbacks-loss --accept-callbacks-loss 2:40"),
        Row(
            name: "recreated again at the same offset, with the flag left in place",
            facts: facts {
                $0.callbacksHigh = 5
                $0.progress?.usedCallbacksLoss = 40
            }, accepted: accepted { $0.callbacks = [2: 40] },
            outcome: "refuse callbacks-loss --accept-callbacks-loss 2:40"),
        Row(
            name: "truncated below a committed offset of a tool",
            facts: facts {
                $0.callbacksHigh = 50
                $0.committed = moved(60)
            }, outcome: "refuse callbacks-loss --accept-callbacks-loss 2:60"),
        Row(
            name: "retention overtook the worker", facts: facts { $0.callbacksLow = 64 },
            outcome: "64 asCommitted lost 40..<64"),
        Row(
            name: "retention overtook the worker, and its offset expired",
            facts: facts {
                $0.callbacksLow = 64
                $0.committed = nil
            }, outcome: "64 behind(committed: nil) lost 40..<64"),
        Row(name: "fresh", facts: untouched(), outcome: "0 fresh"),
        Row(
            name: "fresh, with an offset at the beginning",
            facts: untouched {
                $0.committed = ours(7)
                $0.callbacksLow = 7
            }, outcome: "7 fresh"),
        Row(
            name: "fresh, with callbacks that were deleted before any worker began",
            facts: untouched { $0.callbacksLow = 24 }, outcome: "24 fresh lost 0..<24"),
        Row(
            name: "fresh, and another partition was processed with another count",
            facts: untouched { $0.countConflict = .init(partition: 0, count: 2) }, outcome: "wait for 0 of 2"),
        Row(
            name: "fresh, and another partition has not committed yet",
            facts: untouched { $0.countConflict = .init(partition: 1, count: nil) },
            outcome: "wait for 1 of unknown"),
        Row(
            name: "processed with another count", facts: facts { $0.partitionCount = 6 },
            outcome: "40 asCommitted"),
        Row(
            name: "payments without progress",
            facts: facts {
                $0.progress = nil
                $0.committed = ours(40)
            }, outcome: "refuse no-progress"),
    ]
}
