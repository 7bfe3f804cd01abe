// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The procedures of the runbook for held callbacks, dead letters and missing records.
@Suite("The runbook: review, redrive and replay", .serialized, .needsBroker)
struct RunbookItemTests {
    /// Runs the command lines of a section, each to the exit code that is expected of it.
    private static func run(_ title: String, in shell: OperatorShell, exits codes: [Int32]) throws -> [String]
    {
        let commands = try RunbookSection(title).commands
        try #require(commands.count == codes.count, "\(commands)")
        return try zip(commands, codes).map { try shell.run($0, exit: $1) }
    }

    @Test("one item is released and one dismissed, and the release is published once")
    func review() throws {
        let items = try ItemInstallation()
        try items.hold(["held-1", "held-2"])
        try items.runWorker()
        let held = try items.open("review")
        try #require(held.count == 2)
        let shell = try OperatorShell(
            items.installation,
            [
                ("dismiss 3:1042", "dismiss \(held[1])"), ("3:1042", held[0]),
            ])
        let answers = try Self.run("Review", in: shell, exits: [1, 0, 0, 0])
        #expect(held.allSatisfy { answers[0].contains($0) })
        #expect(answers[1].contains("would publish (advance)"))
        #expect(try items.open("review").isEmpty)
        try items.runWorker()
        #expect(try items.events(of: "held").count == 1)
        try items.expectProved()
    }

    @Test("dead letters are written again once their cause is gone")
    func redrive() throws {
        let items = try ItemInstallation()
        try items.writeUnverified(["dead-1", "dead-2"])
        try items.runWorker()
        let letters = try items.open("dead-letter")
        try #require(letters.count == 2)
        let shell = try OperatorShell(
            items.installation, [("3:1042", letters[0]), ("keys.yaml", items.newKeysFile)])
        let answers = try Self.run("Redrive", in: shell, exits: [1, 0, 0, 0])
        #expect(answers[1].contains("operation:id"))
        #expect(answers[2].contains("2 to be redriven") && answers[3].contains("2 redriven"))
        #expect(try items.open("dead-letter").isEmpty)
        try items.runWorker(withNewKeys: true)
        #expect(try items.events(of: "dead").count == 2)
        try items.expectProved()
    }

    /// An installation whose callbacks were all processed.
    private static func processed(seed: UInt64) throws -> Installation {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: seed, payments: 20)
        try filler.write(installation.mixed(&traffic, 100))
        try installation.process()
        return installation
    }

    private static let verification = ["TIDINGS_WORKER_VERIFY": "never"]

    @Test("records that are missing are published again by the exported plan, and prove holds")
    func replay() throws {
        let installation = try Self.processed(seed: 91)
        let known = try KnownOutputs(installation)
        try known.lose { _, index in index % 3 == 0 }
        let shell = try OperatorShell(installation, environment: Self.verification)
        let answers = try Self.run("Replay what is missing", in: shell, exits: [0, 1, 0, 0])
        #expect(answers[1].contains("records are missing") && answers[1].contains("nothing was changed"))
        #expect(try !shell.text(of: "plan.jsonl").isEmpty)
        #expect(try known.expectRestored() > 0)
    }

    @Test("the same settings derive what was published; others give lines of differences and exit code 1")
    func compare() throws {
        let installation = try Self.processed(seed: 92)
        let title = "Compare before changed rules are released"
        let shell = try OperatorShell(installation, environment: Self.verification)
        _ = try Self.run(title, in: shell, exits: [0])
        let same = try jsonLines(shell.text(of: "differences.jsonl"))
        #expect(same.last?["differences"] as? Int == 0)
        let other = try OperatorShell(
            installation, environment: Self.verification.merging(["TIDINGS_EVENT_SOURCE": "/other"]) { $1 })
        _ = try Self.run(title, in: other, exits: [1])
        let differing = try jsonLines(other.text(of: "differences.jsonl"))
        #expect(differing.count > 1 && (differing.last?["differences"] as? Int ?? 0) > 0)
    }
}
