// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import TestSupport
import Testing

/// `tidings replay --execute --plan`, hours after the plan was exported.
@Suite("An approved plan that is old", .serialized, .needsBroker)
struct OldPlanTests {
    private typealias Output = KnownOutputs.Output

    /// How often each record is on the output topics, without the header of a replay.
    private static func outputs(_ installation: Installation) throws -> [Output: Int] {
        var counts: [Output: Int] = [:]
        for record in try KnownOutputs(installation).records.values.joined() {
            counts[stripped(record), default: 0] += 1
        }
        return counts
    }

    private static func stripped(_ record: ReadRecord) -> Output {
        var output = Output(record)
        if output.headers.last?.name == "tidings-replayed" { output.headers.removeLast() }
        return output
    }

    /// Writes into the file that the plan was made hours ago.
    private static func age(_ file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        var past: [UInt8] = []
        Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 6 * 3600).append(to: &past, .milliseconds)
        let created = try #require(text.firstMatch(of: /"created_at":"([^"]+)"/))
        let aged = text.replacing(created.output.1, with: String(decoding: past, as: UTF8.self))
        try Data(aged.utf8).write(to: file)
    }

    @Test(
        "publishes what was approved and is still missing, beside whatever the workers published since, once"
    )
    func old() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 64, payments: 10)
        try filler.write(installation.mixed(&traffic, 150))
        try installation.process()
        let known = try KnownOutputs(installation)
        let all = try Self.outputs(installation)
        try known.lose { _, index in index % 3 == 0 }
        let folder = try TemporaryDirectory()
        let file = folder.file("plan.jsonl")
        let planned = try installation.replayed(["--export", file.path], ending: .exit(1))
        let count = all.values.reduce(0, +) - (try Self.outputs(installation)).values.reduce(0, +)
        #expect(count > 20 && planned.output.contains("\(count) records are missing"), "\(planned.output)")
        try Self.age(file)

        // Since then: more callbacks of the same payments, and another replay of a part.
        try filler.write(installation.mixed(&traffic, 150))
        try installation.process()
        let part = try installation.replayed(["--execute", "--to-offsets", "0:30", "--json"])
        let present = try #require(try jsonLines(part.output).last?["published"] as? Int)
        #expect(present > 0 && present < count)
        // And records that are not in the plan are lost.
        let later = try KnownOutputs(installation)
        let status = later.records[.status] ?? []
        let unplanned = Set(
            status.indices.filter { all[Self.stripped(status[$0])] == nil }.prefix(4))
        try #require(unplanned.count == 4)
        let whole = try Self.outputs(installation)
        try later.lose { topic, index in topic == .status && unplanned.contains(index) }

        let executed = try installation.replayed(["--execute", "--plan", file.path, "--json"])
        let report = try #require(try jsonLines(executed.output).last)
        #expect(report["planned"] as? Int == count)
        #expect(report["already_there"] as? Int == present)
        #expect(report["published"] as? Int == count - present)
        #expect(report["not_in_plan"] as? Int == 4 && report["gone"] as? Int == 0)

        // Of what there was before, everything once; of what came later, everything once but the four.
        var expected = all
        for (output, count) in whole { expected[output] = count }
        for index in unplanned { expected[Self.stripped(status[index])] = nil }
        #expect(expected.values.allSatisfy { $0 == 1 })
        #expect(try Self.outputs(installation) == expected)
        try expectRest(of: installation, file, count, expected, unplanned.map { Self.stripped(status[$0]) })
    }

    /// The others are missing still. They are published without the plan, which has nothing left to do.
    private func expectRest(
        of installation: Installation, _ file: URL, _ count: Int, _ planned: [Output: Int],
        _ unplanned: [Output]
    ) throws {
        let missing = try ProveReport(installation)
        #expect(missing.kinds == Array(repeating: "missing", count: 4), "\(missing.text)")

        let again = try installation.replayed(["--execute", "--plan", file.path, "--json"])
        #expect(try jsonLines(again.output).last?["already_there"] as? Int == count)
        let rest = try installation.replayed(["--execute", "--json"])
        #expect(try jsonLines(rest.output).last?["published"] as? Int == 4)
        var expected = planned
        for output in unplanned { expected[output] = 1 }
        #expect(try Self.outputs(installation) == expected)
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(0), "\(proof.text)")
    }
}
