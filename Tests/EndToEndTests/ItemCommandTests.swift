// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// `tidings review` and `tidings dead-letter` as an operator runs them, and killed while they run.
@Suite("Review and dead letters", .serialized, .needsBroker)
struct ItemCommandTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"
    private static let failpoints = [
        "before-resolution", "between-resolution-records", "before-resolution-commit",
        "during-resolution-commit", "after-resolution-commit",
    ]

    @Test("items are listed, shown, released and dismissed once, and the audit holds")
    func review() throws {
        let items = try ItemInstallation()
        try items.hold(["held-1", "held-2"])
        try items.runWorker()
        let held = try items.open("review")
        #expect(held.count == 2)
        let first = try #require(held.first)

        let shown = try items.run(["review", "show", first])
        #expect(shown.code == .exit(0), "\(shown.errors)")
        #expect(shown.output.contains("ambiguous link payment_amount"))
        #expect(shown.output.contains("would publish (advance)"))
        #expect(shown.output.contains("***") && !shown.output.contains("a secret thing"))
        let unmasked = try items.run(["review", "show", first, "--unmask"])
        #expect(unmasked.output.contains("a secret thing"))

        let release = ["review", "release", first, "--reason", "the bank confirms it", "--by", "anna"]
        #expect(try items.run(release).code == .exit(0))
        let again = try items.run(release)
        #expect(again.code == .exit(1) && again.errors.contains("was released by anna"))
        #expect(try items.run(["review", "dismiss", held[1], "--reason", "a test"]).code == .exit(0))
        #expect(try items.run(["review", "release", held[1], "--reason", "late"]).code == .exit(1))
        #expect(try items.run(["review", "list"]).code == .exit(0))

        try items.runWorker()
        let events = try items.events(of: "held")
        #expect(events.count == 1)
        #expect(events.first?.contains(#""released_by":"anna""#) == true)
        try items.expectProved()
    }

    @Test("a dead letter is planned, redriven once, and refused while its cause is there")
    func redrive() throws {
        let items = try ItemInstallation()
        try items.writeUnverified(["dead-1"])
        try items.runWorker()
        let letter = try #require(try items.open("dead-letter").first)

        let hidden = try items.run(["dead-letter", "show", letter])
        #expect(hidden.output.contains("unverified") && !hidden.output.contains("operation:id"))
        let body = try items.run(["dead-letter", "show", letter, "--show-body"])
        #expect(body.output.contains("operation:id") && !body.output.contains("a secret thing"))

        let refused = try items.run(["dead-letter", "redrive", "--execute"])
        #expect(refused.code == .exit(1) && refused.output.contains("dead letter again (unverified)"))
        let plan = try items.run(["dead-letter", "redrive"], withNewKeys: true)
        #expect(plan.code == .exit(0) && plan.output.contains("1 to be redriven"))
        #expect(try items.open("dead-letter") == [letter])
        let done = try items.run(["dead-letter", "redrive", "--execute"], withNewKeys: true)
        #expect(done.code == .exit(0) && done.output.contains("1 redriven"), "\(done.errors)")
        #expect(try items.run(["dead-letter", "list"]).code == .exit(0))

        try items.runWorker(withNewKeys: true)
        #expect(try items.events(of: "dead").count == 1)
        try items.expectProved()
    }

    @Test(
        "a release killed at any place, and run again, publishes its callback once",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func releaseKilled() throws {
        let items = try ItemInstallation()
        let count = Self.failpoints.count
        try items.hold((0..<count).map { "held-\($0)" })
        try items.runWorker()
        let held = try items.open("review")
        #expect(held.count == count)
        for (failpoint, item) in zip(Self.failpoints, held) {
            let command = ["review", "release", item, "--reason", "killed"]
            try items.kill(command, at: failpoint)
            let again = try items.run(command)
            #expect(
                again.code == .exit(0) || again.errors.contains("was released by"), "\(again.errors)")
        }
        #expect(try items.open("review").isEmpty)
        try items.runWorker()
        #expect(try items.events(of: "held").count == count)
        try items.expectProved()
    }

    @Test(
        "a redrive killed at any place, and run again, writes each callback again once",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func redriveKilled() throws {
        let items = try ItemInstallation()
        let count = Self.failpoints.count * 2
        try items.writeUnverified((0..<count).map { "dead-\($0)" })
        try items.runWorker()
        #expect(try items.open("dead-letter").count == count)
        let command = ["dead-letter", "redrive", "--execute"]
        for failpoint in Self.failpoints { try items.kill(command, at: failpoint, withNewKeys: true) }
        let last = try items.run(command, withNewKeys: true)
        #expect(last.code == .exit(0), "\(last.errors)")
        #expect(try items.open("dead-letter").isEmpty)
        try items.runWorker(withNewKeys: true)
        #expect(try items.events(of: "dead").count == count)
        try items.expectProved()
    }
}
