// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// `tidings replay --into` where the beginning of the callbacks topic was deleted.
@Suite("tidings replay --into of a cut log", .serialized, .needsBroker)
struct CutRebuildTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"

    /// An installation whose callbacks were all processed.
    private static func processed(seed: UInt64) throws -> Installation {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: seed, payments: 20)
        try filler.write(installation.mixed(&traffic, 200))
        try installation.process()
        return installation
    }

    /// What retention does.
    private static func cut(_ installation: Installation, before offset: Int64) throws {
        let admin = try Admin(installation.broker.configuration, log: .silent)
        try admin.deleteRecords(
            before: (0..<installation.partitions).map {
                PartitionOffset(topic: installation.topics[.callbacks], partition: $0, offset: offset)
            }, within: .seconds(120))
    }

    private static func events(_ installation: Installation, prefix: String) throws -> [ReadRecord] {
        try readAll(prefix + installation.topics[.status], at: installation.broker.bootstrapServers)
    }

    private static func number(_ name: String, in event: ReadRecord) -> Int64? {
        let pattern = try? Regex("\"\(name)\":(\\d+)", as: (Substring, Substring).self)
        return pattern.flatMap { event.valueText?.firstMatch(of: $0) }.flatMap { Int64($0.output.1) }
    }

    /// The payments that a changelog remembers.
    private static func payments(_ installation: Installation, prefix: String) throws -> Set<[UInt8]> {
        let records = try readAll(
            prefix + installation.topics[.changelog], at: installation.broker.bootstrapServers)
        return Set(records.compactMap(\.key).filter { $0 != PartitionProgress.key })
    }

    @Test("the plan and the report say that the topics are incomplete and what is gone, with exit code 1")
    func incomplete() throws {
        let installation = try Self.processed(seed: 83)
        let whole = try installation.replayed(["--into", "v1.", "--execute", "--json"])
        #expect(try jsonLines(whole.output).last?["complete"] as? Bool == true)
        try Self.cut(installation, before: 40)
        let sentences = [
            "partition 0: the callbacks 0 to 39 are gone", "partition 1: the callbacks 0 to 39 are gone",
        ]
        let plan = try installation.replayed(["--into", "v2."], ending: .exit(1))
        #expect(plan.output.contains("the new topics would be incomplete"), "\(plan.output)")
        #expect(plan.output.contains("cut") && !plan.output.contains("whole"))
        for sentence in sentences { #expect(plan.output.contains(sentence)) }

        let built = try installation.replayed(
            ["--into", "v2.", "--execute", "--json"], ending: .exit(1))
        let report = try #require(try jsonLines(built.output).last)
        #expect(report["complete"] as? Bool == false)
        for partition in report["partitions"] as? [[String: Any]] ?? [] {
            let gone = partition["gone"] as? [[String: Int]]
            #expect(gone == [["from_offset": 0, "to_offset": 40]])
        }
        #expect(report["payments_from_summary"] as? Int ?? 0 > 0)
        // Run again, and of the topics that were complete, it claims nothing that the log cannot show.
        for prefix in ["v2.", "v1."] {
            let again = try installation.replayed(["--into", prefix, "--execute"], ending: .exit(1))
            #expect(again.output.contains("the new topics are incomplete"), "\(again.output)")
            for sentence in sentences { #expect(again.output.contains(sentence)) }
        }
        try expectContents(of: installation)
    }

    /// What is there comes from callbacks that are there, once each, with revisions that go on.
    private func expectContents(of installation: Installation) throws {
        let (old, new) = try (
            Self.events(installation, prefix: ""), Self.events(installation, prefix: "v2.")
        )
        #expect(!new.isEmpty && new.count < old.count)
        var sources: Set<String> = []
        var revisions: [String: Int64] = [:]
        for event in new {
            let offset = try #require(Self.number("offset", in: event))
            #expect(offset >= 40)
            #expect(sources.insert("\(event.partition) \(offset)").inserted)
            let (key, revision) = (event.keyText ?? "", Self.number("revision", in: event) ?? 0)
            #expect(revision > revisions[key] ?? 0, "\(key)")
            revisions[key] = revision
        }
        #expect(
            try Self.payments(installation, prefix: "v2.") == Self.payments(installation, prefix: ""))
    }

    @Test(
        "callbacks that were deleted before it came to them end the rebuild: nothing is left out unsaid",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func deletedMeanwhile() throws {
        let installation = try Self.processed(seed: 84)
        try Self.cut(installation, before: 20)
        try installation.killed(
            installation.replay(
                ["--into", "v2.", "--execute", "--threads", "1"], failpoint: "rebuild-after-seed:1"))
        try Self.cut(installation, before: 30)
        let refused = try installation.replayed(["--into", "v2.", "--execute"], ending: .exit(1))
        #expect(
            refused.errors.contains("no longer has the callbacks 20 to 29, which were not processed yet"),
            "\(refused.errors)")
        #expect(refused.errors.contains("choose another prefix for --into"))
        #expect(!refused.output.contains("built in"))
        let other = try installation.replayed(["--into", "v3.", "--execute"], ending: .exit(1))
        #expect(other.output.contains("the callbacks 0 to 29 are gone"), "\(other.output)")
    }
}
