// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import TestSupport
import Testing

/// `tidings offsets show` as an operator runs it, also after Kafka's own tool moved the group's offsets.
@Suite("tidings offsets show", .serialized, .needsBrokerOfItsOwn)
struct OffsetsShowTests {
    /// One partition of the JSON.
    private struct Shown: Decodable {
        var partition: Int32
        var low: Int64
        var high: Int64
        var committed: Int64?
        var metadata: String?
        var progress: Int64?
        var lag: Int64
        var restart: String
        var description: String
        var flags: [String]
    }

    private struct Report: Decodable {
        var group: String
        var partitions: [Shown]
        var would_process_all: Bool
    }

    /// What it prints as JSON, held against its exit code and against the table.
    private static func show(_ installation: Installation, _ flags: [String] = []) throws -> Report {
        let arguments = ["offsets", "show", "--worker-group", installation.group] + flags
        let json = try installation.tidings(arguments + ["--json"])
        let ending = json.waitForEnd(within: .seconds(120))
        let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
        #expect(ending == .exit(report.would_process_all ? 0 : 1), "\(json.errors)")
        #expect(report.group == installation.group)
        #expect(report.partitions.map(\.partition) == Array(0..<installation.partitions))

        let table = try installation.tidings(arguments)
        #expect(table.waitForEnd(within: .seconds(120)) == ending)
        let lines = table.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "group \(installation.group)")
        let heading = lines.dropFirst().first?.split(separator: " ").map(String.init)
        #expect(
            heading == ["partition", "low", "high", "committed", "progress", "lag", "metadata", "restart"])
        for (shown, line) in zip(report.partitions, lines.dropFirst(2)) {
            let words = line.split(separator: " ").map(String.init)
            let offsets = [
                "\(shown.partition)", "\(shown.low)", "\(shown.high)",
                shown.committed.map { "\($0)" } ?? "none", shown.progress.map { "\($0)" } ?? "none",
                "\(shown.lag)",
            ]
            #expect(Array(words.prefix(6)) == offsets, "\(line)")
            #expect(words.last == shown.restart, "\(line)")
            #expect(lines.contains("partition \(shown.partition): \(shown.description)"))
        }
        return report
    }

    private static func processed(
        seed: UInt64, partitions: Int32
    ) throws -> (installation: Installation, filler: LogFiller, traffic: Traffic) {
        let installation = try Installation(on: try Broker.shared(), partitions: partitions)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: seed, payments: 20)
        try filler.write(installation.mixed(&traffic, 60))
        try installation.process()
        return (installation, filler, traffic)
    }

    @Test("before the first worker nothing is committed, and a worker would start at the beginning")
    func fresh() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 31, payments: 20)
        try filler.write(traffic.next(30))
        let report = try Self.show(installation)
        for shown in report.partitions {
            #expect(shown.committed == nil && shown.progress == nil && shown.metadata == nil)
            #expect(shown.low == 0 && shown.lag == shown.high)
            #expect(shown.restart == "start-fresh" && shown.flags.isEmpty)
            #expect(shown.description == "starts at 0; nothing was processed before")
        }
        #expect(report.partitions.reduce(0) { $0 + $1.high } == 30)
        #expect(report.would_process_all)
    }

    @Test(
        "committed offset, progress, watermarks and lag are shown, and offsets that were moved back or deleted"
    )
    func behind() throws {
        var (installation, filler, traffic) = try Self.processed(seed: 32, partitions: 2)
        let tools = KafkaOperator(installation)
        let ends = try (0..<2).map { try tools.end(of: .callbacks, $0) }
        try filler.write(traffic.next(20))
        let committed = try tools.committed()
        let report = try Self.show(installation)
        for (index, shown) in report.partitions.enumerated() {
            #expect(shown.committed == committed[index] && shown.progress == ends[index])
            #expect(shown.committed == ends[index] && shown.metadata?.isEmpty == false)
            #expect(shown.low == 0)
            #expect(try shown.high == tools.end(of: .callbacks, shown.partition))
            #expect(shown.lag == shown.high - ends[index])
            #expect(shown.restart == "start" && shown.description == "starts at \(ends[index])")
        }
        #expect(report.partitions.reduce(0) { $0 + $1.lag } == 20)
        // It joins no group and commits nothing.
        #expect(try tools.committed() == committed)

        try tools.resetOffsets(["--to-earliest"])
        let moved = try Self.show(installation)
        for (index, shown) in moved.partitions.enumerated() {
            #expect(shown.committed == 0 && shown.metadata == "" && shown.progress == ends[index])
            #expect(shown.restart == "start-at-progress" && shown.lag == shown.high - ends[index])
            #expect(shown.description.hasPrefix("starts at the progress \(ends[index]) and commits it"))
            #expect(shown.description.contains("the offset was moved back to 0"))
        }
        #expect(moved.would_process_all)
        try tools.deleteOffsets()
        let deleted = try Self.show(installation)
        for (index, shown) in deleted.partitions.enumerated() {
            #expect(shown.committed == nil && shown.progress == ends[index])
            #expect(shown.restart == "start-at-progress")
            #expect(shown.description.contains("the group has no offset"))
        }
        // The restart does what was shown.
        let before = try installation.outputCounts()
        try installation.process()
        let end = try Self.show(installation)
        for shown in end.partitions {
            #expect(shown.restart == "start" && shown.lag == 0 && shown.committed == shown.progress)
        }
        #expect(try installation.outputCounts()[0] > before[0])
        try expectExactlyOnce(in: installation)
    }

    @Test("offsets that were moved ahead are shown as refused, with the flags and what each would do")
    func ahead() throws {
        var (installation, filler, traffic) = try Self.processed(seed: 33, partitions: 1)
        let tools = KafkaOperator(installation)
        let end = try tools.end(of: .callbacks, 0)
        try filler.write(traffic.next(30))
        try tools.resetOffsets(["--to-latest"])
        let refused = try #require(try Self.show(installation).partitions.first)
        #expect(refused.committed == end + 30 && refused.progress == end && refused.lag == 30)
        #expect(refused.restart == "refuse")
        #expect(refused.flags == ["--start-at progress", "--start-at committed"])
        #expect(refused.description.hasPrefix("is not processed: "))
        let skipping = try #require(
            try Self.show(installation, ["--start-at", "committed"]).partitions.first)
        #expect(skipping.restart == "start-at-committed-as-accepted")
        #expect(skipping.description == "starts at \(end + 30) and skips the callbacks from \(end)")
        let processing = try #require(
            try Self.show(installation, ["--start-at", "progress"]).partitions.first)
        #expect(processing.restart == "start-at-progress-as-accepted")
        #expect(
            processing.description
                == "starts at the progress \(end) and processes the callbacks up to \(end + 30)")
        try installation.process(flags: ["--start-at", "progress"])
        let done = try #require(try Self.show(installation).partitions.first)
        #expect(done.restart == "start" && done.lag == 0)
        try expectExactlyOnce(in: installation)
    }

    @Test("callbacks that were deleted before they were processed are shown as lost")
    func lost() throws {
        var (installation, filler, traffic) = try Self.processed(seed: 34, partitions: 1)
        let tools = KafkaOperator(installation)
        let end = try tools.end(of: .callbacks, 0)
        try filler.write(traffic.next(10))
        try tools.truncate(.callbacks)
        let shown = try #require(try Self.show(installation).partitions.first)
        #expect(shown.low == end + 10 && shown.high == end + 10 && shown.lag == 0)
        #expect(shown.progress == end)
        #expect(
            shown.description.hasSuffix(
                "the offsets \(end) to \(end + 9) are lost: the topic no longer has them"))
    }
}
