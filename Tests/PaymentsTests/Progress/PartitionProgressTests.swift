// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("PartitionProgress")
struct PartitionProgressTests {
    private func decoded(_ text: String) throws(ProgressError) -> PartitionProgress {
        let bytes = Array(text.utf8)
        return try PartitionProgress(decoding: bytes.span.bytes)
    }

    @Test("what is written is read again, and is a line of text")
    func again() throws {
        var progress = PartitionProgress(next: 1250, partitionCount: 12, epoch: 1_790_000_000_000)
        #expect(
            String(decoding: progress.bytes, as: UTF8.self)
                == "tidings/2 next=1250 partitions=12 epoch=1790000000000")
        progress.add(.init(.lost, from: 100, to: 124))
        progress.add(.init(.skipped, from: 300, to: 310))
        progress.add(.init(.lost, from: 5, to: 5))
        progress.hasUsedStartAt = true
        progress.usedCallbacksLoss = 1300
        let text = String(decoding: progress.bytes, as: UTF8.self)
        #expect(
            text == "tidings/2 next=1250 partitions=12 epoch=1790000000000 lost=100-124 skipped=300-310 "
                + "used=start-at used=callbacks-loss:1300")
        #expect(try decoded(text) == progress)
    }

    @Test("another version, and what is not a progress, is refused")
    func refused() {
        #expect(throws: ProgressError.version("3")) { try decoded("tidings/3 next=1") }
        for text in [
            "", "next=1", "tidings/2", "tidings/2 next=-1 partitions=3 epoch=1",
            "tidings/2 next=1 partitions=0 epoch=1", "tidings/2 next=1 partitions=3",
            "tidings/2 next=1 partitions=3 epoch=1 lost=5-5",
            "tidings/2 next=1 partitions=3 epoch=1 lost=5",
            "tidings/2 next=1 partitions=3 epoch=1 found=1-2",
            "tidings/2 next=1 partitions=3 epoch=1 used=up",
            "tidings/2  next=1 partitions=3 epoch=1",
        ] {
            #expect(throws: ProgressError.malformed, "\(text)") { try decoded(text) }
        }
    }

    @Test("the record stays small: the oldest gaps are merged, and none is forgotten")
    func gaps() {
        var progress = PartitionProgress(next: 100_000, partitionCount: 1, epoch: 1)
        for number in 0..<1000 as Range<Int64> {
            let cause: PartitionProgress.Gap.Cause = number % 2 == 0 ? .lost : .skipped
            progress.add(.init(cause, from: number * 10, to: number * 10 + 5))
        }
        #expect(progress.gaps.count == PartitionProgress.mostGaps)
        #expect(progress.gaps.first?.from == 0 && progress.gaps.first?.cause == .lost)
        #expect(progress.gaps.last == .init(.skipped, from: 9990, to: 9995))
        for number in 0..<1000 as Range<Int64> {
            #expect(progress.gaps.contains { $0.from <= number * 10 && number * 10 + 5 <= $0.to })
        }
    }

    @Test("only the progress's own key is its key")
    func key() {
        for (text, isKey) in [
            ("!progress", true), ("!progres", false), ("!progresses", false), ("42:a", false),
        ] {
            let key = Array(text.utf8)
            #expect(PartitionProgress.isKey(key.span.bytes) == isKey)
        }
    }

    @Test("metadata of a committed offset is ours or unknown")
    func metadata() {
        #expect(OffsetMetadata(partitionCount: 12).text == "tidings/2 partitions=12")
        #expect(OffsetMetadata("tidings/2 partitions=12") == OffsetMetadata(partitionCount: 12))
        for text in ["", "tidings/2 partitions=", "tidings/2 partitions=0", "tidings/3 partitions=12", "x"] {
            #expect(OffsetMetadata(text) == nil)
        }
    }

    @Test("the flags of several refusals name all of them")
    func flags() {
        let refusals = (0..<3 as Range<Int32>).compactMap {
            partition -> (Int32, ProgressComparison.Refusal)? in
            let facts = ProgressComparison(
                partition: partition, partitionCount: 3,
                committed: CommittedPosition(
                    offset: Int64(partition) + 7, metadata: OffsetMetadata(partitionCount: 3)),
                progress: nil, callbacksLow: 0, callbacksHigh: 20, changelogHigh: 0, isStateEmpty: true)
            guard case .refuse(let refusal) = facts.outcome(accepting: AcceptedLosses(), epoch: 1) else {
                return nil
            }
            return (partition, refusal)
        }
        #expect(
            AcceptedLosses.flags(for: refusals.map { (partition: $0.0, refusal: $0.1) })
                == ["--accept-changelog-loss 0:7,1:8,2:9"])
    }
}
