// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import TestSupport
import Testing

/// `tidings dead-letter redrive`: its limits, what it writes, and what `show` shows of a body.
@Suite("tidings dead-letter redrive", .serialized, .needsBroker)
struct RedriveTests {
    private static let headers = [
        "tidings-redriven-at", "tidings-redriven-attempt", "tidings-redriven-by", "tidings-redriven-from",
    ]

    private static func callbacks(_ items: ItemInstallation) throws -> [ReadRecord] {
        try readAll(
            items.installation.topics[.callbacks], at: items.installation.broker.bootstrapServers)
    }

    @Test("three attempts say who, when, from where and which; a fourth is refused and writes nothing")
    func attempts() throws {
        let items = try ItemInstallation()
        try items.writeUnverified(["dead-1"])
        let first = try #require(try Self.callbacks(items).first)
        var previous = first
        for attempt in 1...3 {
            // With the workers' keys of before, each becomes a dead letter again.
            try items.runWorker()
            #expect(try items.open("dead-letter") == ["\(previous.partition):\(previous.offset)"])
            let began = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            let done = try items.run(
                ["dead-letter", "redrive", "--execute", "--by", "anna", "--json"], withNewKeys: true)
            let ended = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            #expect(done.code == .exit(0), "\(done.errors)")
            let line = try #require(try jsonLines(done.output).first)
            #expect(line["redriven"] as? Bool == true && line["attempt"] as? Int == attempt)

            let written = try Self.callbacks(items).filter {
                $0.header("tidings-redriven-attempt") == "\(attempt)"
            }
            try #require(written.count == 1)
            try expectProvenance(of: written[0], from: previous, first, items)
            let text = Array((written[0].header("tidings-redriven-at") ?? "").utf8)
            let time = Timestamp(text.span.bytes) ?? Timestamp(milliseconds: 0)
            #expect(began <= time && time <= ended)
            previous = written[0]
        }
        try items.runWorker()
        try expectRefused(previous, items)
        try items.expectProved()
    }

    /// The record is the first one again, and says once where it comes from.
    private func expectProvenance(
        of record: ReadRecord, from previous: ReadRecord, _ first: ReadRecord, _ items: ItemInstallation
    ) throws {
        let redriven = record.headers.filter { $0.name.hasPrefix("tidings-redriven") }
        #expect(redriven.map(\.name).sorted() == Self.headers)
        #expect(record.header("tidings-redriven-by") == "anna")
        let topic = items.installation.topics[.callbacks]
        #expect(
            record.header("tidings-redriven-from")
                == "\(topic)/\(previous.partition)/\(previous.offset)")
        #expect(record.key == first.key && record.value == first.value)
        #expect(record.timestamp == first.timestamp && record.partition == first.partition)
    }

    /// The fourth attempt: nothing is written, and the dead letter stays open.
    private func expectRefused(_ previous: ReadRecord, _ items: ItemInstallation) throws {
        let count = try Self.callbacks(items).count
        let plan = try items.run(["dead-letter", "redrive"], withNewKeys: true)
        #expect(plan.output.contains("not redriven: it was redriven 3 times"), "\(plan.output)")
        let refused = try items.run(["dead-letter", "redrive", "--execute"], withNewKeys: true)
        #expect(refused.code == .exit(1), "\(refused.errors)")
        #expect(refused.output.contains("not redriven: it was redriven 3 times"))
        #expect(refused.output.contains("0 redriven, 1 refused (too-many-attempts)"))
        let json = try items.run(["dead-letter", "redrive", "--execute", "--json"], withNewKeys: true)
        let line = try #require(try jsonLines(json.output).first)
        #expect(json.code == .exit(1) && line["refusal"] as? String == "too-many-attempts")
        #expect(line["redriven"] as? Bool == false && line["attempt"] as? Int == 4)
        #expect(try Self.callbacks(items).count == count)
        #expect(try items.open("dead-letter") == ["\(previous.partition):\(previous.offset)"])
        let shown = try items.run(
            ["dead-letter", "show", "\(previous.partition):\(previous.offset)"])
        #expect(shown.output.contains("attempt 3, anna"), "\(shown.output)")
    }

    @Test("it stops after so many refusals of one kind, and a body is shown only where that is asked for")
    func stopped() throws {
        let items = try ItemInstallation()
        try items.writeUnverified((0..<5).map { "dead-\($0)" })
        try items.runWorker()
        let letters = try items.open("dead-letter")
        try #require(letters.count == 5)
        let count = try Self.callbacks(items).count
        for flags in [[], ["--execute"]] {
            let stopped = try items.run(["dead-letter", "redrive", "--stop-after", "3"] + flags)
            #expect(stopped.code == .exit(flags.isEmpty ? 0 : 1), "\(stopped.errors)")
            #expect(stopped.output.contains("3 refused (unverified)"), "\(stopped.output)")
            #expect(stopped.output.contains("stopped after 3 of unverified; 2 not looked at"))
            let refused = stopped.output.split(separator: "\n").filter { $0.contains("not redriven:") }
            #expect(refused.count == 3)
        }
        let all = try items.run(["dead-letter", "redrive", "--execute", "--stop-after", "6"])
        #expect(all.code == .exit(1) && all.output.contains("5 refused (unverified)"))
        #expect(!all.output.contains("stopped after"))
        #expect(try Self.callbacks(items).count == count)
        #expect(try items.open("dead-letter") == letters)
        try expectBody(of: letters[0], items)
    }

    /// Ids and statuses are shown with `--show-body`, everything else only with `--unmask` beside it.
    private func expectBody(of letter: String, _ items: ItemInstallation) throws {
        for format in [[], ["--json"]] {
            let show = { (flags: [String]) in
                try items.run(["dead-letter", "show", letter] + flags + format).output
            }
            let secret = "a secret thing"
            for flags in [[], ["--unmask"]] {
                let hidden = try show(flags)
                #expect(hidden.contains("unverified"))
                #expect(!hidden.contains("customer") && !hidden.contains(secret), "\(flags)")
            }
            let masked = try show(["--show-body"])
            #expect(masked.contains("operation:id") && masked.contains("90000"))
            #expect(masked.contains("***") && !masked.contains(secret))
            let whole = try show(["--show-body", "--unmask"])
            #expect(whole.contains(secret) && !whole.contains("***"))
        }
    }
}
