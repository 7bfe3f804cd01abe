// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// kill -9 of a release, a dismissal and a redrive of several items, again and again at random places.
/// Running each again completes it.
@Suite("Releases and redrives that are killed", .serialized, .needsBroker)
struct ItemKillTests {
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1"
    private static let kills = isFull ? 100 : 5
    /// How many items one command resolves.
    private static let size = 4

    /// Where the kills struck, by how many items the command had resolved.
    private struct Strikes {
        var count = 0
        private var before = 0
        private var between = 0
        private var behind = 0

        mutating func add(resolved: Int) {
            count += 1
            switch resolved {
            case 0: before += 1
            case ItemKillTests.size: behind += 1
            default: between += 1
            }
        }

        func report(of command: String) {
            print(
                "\(command): \(count) kills, \(before) before the first item was resolved, "
                    + "\(between) between two, \(behind) behind the last")
        }
    }

    /// Kills a command that is at work: at a random time, counted from its start or from the end of one of
    /// its items. False where it had ended before.
    private static func kill(
        _ command: ChildProcess, doneWord: String, _ random: inout SeededRandom
    ) -> Bool {
        let items = Int.random(in: 0..<size, using: &random)
        if items > 0 {
            eventually {
                !command.isRunning || command.output.components(separatedBy: doneWord).count > items
            }
        }
        usleep(UInt32.random(in: 0..<(items > 0 ? 150_000 : 1_500_000), using: &random))
        let isAtWork = command.isRunning
        command.kill()
        return isAtWork
    }

    @Test("releases and dismissals lose and double nothing, and running them again completes them")
    func resolved() throws {
        let items = try ItemInstallation()
        var random = SeededRandom(91)
        var strikes = Strikes()
        var payments = 0
        var released = 0
        while strikes.count < Self.kills {
            let count = min(Self.kills - strikes.count, 25) * Self.size
            try items.hold((payments..<payments + count).map { "held-\($0)" })
            payments += count
            try items.runWorker()
            let held = try items.open("review")
            try #require(held.count == count)
            for start in stride(from: 0, to: count, by: Self.size) {
                let isDismissal = start / Self.size % 4 == 3
                let word = isDismissal ? "dismissed by" : "released by"
                let command =
                    ["review", isDismissal ? "dismiss" : "release"] + held[start..<start + Self.size]
                    + ["--reason", "killed"]
                let isKilled = Self.kill(try items.start(command), doneWord: word, &random)
                let again = try items.run(command)
                let done = again.output.components(separatedBy: word).count - 1
                let refused = again.errors.components(separatedBy: "was \(word)").count - 1
                #expect(done + refused == Self.size, "\(again.output)\n\(again.errors)")
                #expect(again.code == .exit(refused == 0 ? 0 : 1), "\(again.errors)")
                if !isDismissal { released += Self.size }
                if isKilled { strikes.add(resolved: refused) }
            }
            #expect(try items.open("review").isEmpty)
        }
        try items.runWorker()
        #expect(try items.events(of: "held").count == released)
        try items.expectProved()
        strikes.report(of: "review release and dismiss")
    }

    @Test("redrives lose and double nothing, and running them again completes them")
    func redriven() throws {
        let items = try ItemInstallation()
        var random = SeededRandom(92)
        var strikes = Strikes()
        var payments = 0
        while strikes.count < Self.kills {
            let count = min(Self.kills - strikes.count, 25) * Self.size
            try items.writeUnverified((payments..<payments + count).map { "dead-\($0)" })
            payments += count
            try items.runWorker(withNewKeys: false)
            let letters = try items.open("dead-letter")
            try #require(letters.count == count)
            for start in stride(from: 0, to: count, by: Self.size) {
                let positions = letters[start..<start + Self.size].joined(separator: ",")
                let command = ["dead-letter", "redrive", "--execute", "--position", positions]
                let isKilled = Self.kill(
                    try items.start(command, withNewKeys: true), doneWord: ": redriven", &random)
                let again = try items.run(command, withNewKeys: true)
                let done = again.output.components(separatedBy: ": redriven").count - 1
                #expect(again.code == .exit(0) && done <= Self.size, "\(again.errors)")
                if isKilled { strikes.add(resolved: Self.size - done) }
            }
            #expect(try items.open("dead-letter").isEmpty)
            try items.runWorker(withNewKeys: true)
        }
        #expect(try items.events(of: "dead").count == payments)
        try items.expectProved()
        strikes.report(of: "dead-letter redrive")
    }
}
