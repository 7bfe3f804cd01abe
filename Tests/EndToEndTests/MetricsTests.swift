// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// What the processes export, compared with what is documented.
@Suite("Metrics of the processes", .serialized)
struct MetricsTests {
    private static let promtool = Program.find("promtool")

    private static func reference(_ words: String) throws -> String {
        let command = try ChildProcess.tidings(["config", "metrics", words])
        #expect(command.waitForEnd(within: .seconds(60)) == .exit(0), "\(command.errors)")
        return command.output
    }

    /// Names and kinds of the families under these headings of the reference.
    private static func documented(_ headings: Set<String>, in words: String) throws -> [String: String] {
        var found: [String: String] = [:]
        var isWanted = false
        for line in try reference(words).split(separator: "\n") {
            if let heading = line.wholeMatch(of: /## (.*)/) { isWanted = headings.contains("\(heading.1)") }
            guard isWanted, let row = line.wholeMatch(of: /\| `(\w+)` \| (\w+) \| .*/) else { continue }
            found["\(row.1)"] = "\(row.2)"
        }
        return found
    }

    @Test(
        "the references in the repository are those that tidings prints",
        arguments: [("services", "metrics.md"), ("tools", "metrics-tools.md")])
    func reference(words: String, file: String) throws {
        let text = try String(contentsOf: Repository.file("deploy/docs/\(file)"), encoding: .utf8)
        #expect(
            try Self.reference(words) == text, "run: tidings config metrics \(words) > deploy/docs/\(file)")
    }

    /// The first scrape has exactly the documented families, each with help and type.
    private func expectDocumented(
        _ scrape: Scrape, _ headings: Set<String>, in words: String = "services"
    ) throws {
        let documented = try Self.documented(headings, in: words)
        #expect(documented.count > 20)
        #expect(Set(scrape.families.keys) == Set(documented.keys))
        for (name, family) in scrape.families {
            #expect(family.kind == documented[name] && !family.help.isEmpty, "\(name)")
            let isSecondsSeries = name.hasSuffix("_timestamp_seconds") || name.hasPrefix("process_")
            for series in family.series where family.kind == "counter" && !isSecondsSeries {
                #expect(series.value >= 0, "\(name)")
            }
        }
    }

    private func expectCleanByPromtool(_ scrape: Scrape) throws {
        let promtool = try #require(Self.promtool)
        let folder = try TemporaryDirectory()
        try Data(scrape.text.utf8).write(to: folder.file("metrics"))
        let check = try ChildProcess(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "'\(promtool.path)' check metrics < '\(folder.file("metrics").path)'"])
        #expect(check.waitForEnd(within: .seconds(60)) == .exit(0), "\(check.output)\(check.errors)")
        #expect(check.output.isEmpty && check.errors.isEmpty, "\(check.output)\(check.errors)")
    }

    @Test("the first scrape of an ingress has every documented metric, and closed sets at 0")
    func ingress() throws {
        let folder = try TemporaryDirectory()
        try Data("a secret of the ingress".utf8).write(to: folder.file("secret"))
        let keys = "projects: {1234: {keys: [{id: main, secret_file: secret}]}}"
        try Data(keys.utf8).write(to: folder.file("keys.yaml"))
        let port = try freePort()
        let process = try ChildProcess.tidings([
            "ingress", "--ingress-address", "127.0.0.1:0", "--kafka-bootstrap-servers", "127.0.0.1:1",
            "--keys-file", folder.file("keys.yaml").path, "--management-address", "127.0.0.1:\(port)",
        ])
        let scrape = try Scrape.first(of: port, by: process)
        try expectDocumented(scrape, ["Both services", "Ingress"])
        if Self.promtool != nil { try expectCleanByPromtool(scrape) }
        #expect(scrape.value("tidings_ingress_callbacks_total", #"outcome="unavailable""#) == 0)
        #expect(scrape.value("tidings_ingress_unwritten_total", #"reason="_MSG_TIMED_OUT""#) == 0)
        #expect(scrape.families["tidings_ingress_callbacks_total"]?.series.count == 11)
        let accepted = try #require(
            scrape.value("tidings_ingress_last_accepted_timestamp_seconds", #"project="1234""#))
        let started = try #require(scrape.value("process_start_time_seconds"))
        #expect(abs(accepted - started) < 300)
        #expect(scrape.families["tidings_key_not_after_timestamp_seconds"]?.series.isEmpty == true)
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(60)) == .exit(0))
    }

    @Test("the first scrape of a simulator has every documented metric")
    func platform() throws {
        let port = try freePort()
        let process = try ChildProcess.tidings([
            "platform", "listen", "--forward-to", "http://127.0.0.1:1/", "--platform-address",
            "127.0.0.1:\(port)",
        ])
        let scrape = try Scrape.first(of: port, by: process)
        try expectDocumented(scrape, ["reconcile and platform", "platform"], in: "tools")
        if Self.promtool != nil { try expectCleanByPromtool(scrape) }
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(60)) == .exit(0))
    }

    @Test("the first scrape of a reconciliation as a service has every documented metric", .needsBroker)
    func reconcile() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let port = try freePort()
        let process = try installation.tidings(
            [
                "reconcile", "--execute", "--continuous", "--gate-url", "http://127.0.0.1:1",
                "--management-address", "127.0.0.1:\(port)",
            ])
        let scrape = try Scrape.first(of: port, by: process)
        try expectDocumented(scrape, ["reconcile and platform", "reconcile"], in: "tools")
        if Self.promtool != nil { try expectCleanByPromtool(scrape) }
        #expect(scrape.families["tidings_reconcile_requests_total"]?.series.count == 7)
        #expect(scrape.value("tidings_reconcile_operations_total", #"result="written""#) == 0)
        #expect(scrape.value("tidings_kafka_requests_total", #"client="producer""#) == 0)
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(60)) == .exit(0), "\(process.errors.suffix(2000))")
    }

    @Test("the first scrape of a worker has every documented metric, and closed sets at 0", .needsBroker)
    func worker() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        let port = try freePort()
        let process = try installation.worker(slot: 0, management: port)
        let first = try Scrape.first(of: port, by: process)
        try expectDocumented(first, ["Both services", "Worker"])
        if Self.promtool != nil { try expectCleanByPromtool(first) }
        let review = try #require(first.families["tidings_worker_review_total"])
        #expect(review.series.count == 38 && review.series.allSatisfy { $0.value == 0 })
        #expect(
            first.value("tidings_worker_review_total", #"decision="conflict",reason="conflict""#) == 0)
        #expect(first.value("tidings_worker_transactions_total", #"outcome="fenced""#) == 0)
        #expect(first.value("tidings_worker_state_failures_total") == 0)

        // A day's work adds series of partitions and keys only.
        var traffic = Traffic(seed: 7, payments: 20)
        try LogFiller(installation).write(traffic.next(200))
        try installation.waitUntilDecided(by: [process])
        var last = first
        try eventually("\(process.errors.suffix(2000))") {
            last = try Scrape.first(of: port, by: process)
            let lags = last.families["tidings_worker_lag_records"]?.series ?? []
            return lags.count == 3 && lags.allSatisfy { $0.value == 0 }
                && (last.value("tidings_worker_state_payments") ?? 0) == 20
        }
        let series = { (scrape: Scrape) in
            Set(scrape.families.flatMap { name, family in family.series.map { "\(name){\($0.labels)}" } })
        }
        let added = series(last).subtracting(series(first))
        #expect(added.allSatisfy { $0.contains("{partition=") || $0.contains("project=") }, "\(added)")
        try expectCounted(last)
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(60)) == .exit(0))
    }

    /// 200 callbacks of 20 payments were decided in three partitions.
    private func expectCounted(_ scrape: Scrape) throws {
        let decided = scrape.families["tidings_worker_callbacks_total"]?.series.reduce(0) { $0 + $1.value }
        #expect(decided == 200)
        let family = try #require(scrape.families["tidings_worker_receipt_to_commit_seconds"])
        #expect(family.series.last?.value == 200)
        #expect(scrape.value("tidings_worker_partitions") == 3)
        #expect(scrape.value("tidings_worker_owned_partitions") == 3)
        #expect(scrape.value("tidings_worker_restoring_threads") == 0)
        #expect((scrape.value("tidings_worker_state_bytes") ?? 0) > 0)
        #expect((scrape.value("tidings_worker_transactions_total", #"outcome="committed""#) ?? 0) > 1)
        #expect(scrape.families["tidings_worker_last_commit_timestamp_seconds"]?.series.count == 3)
        #expect(
            scrape.families["tidings_worker_oldest_unprocessed_timestamp_seconds"]?.series.isEmpty == true)
        for partition in 0..<3 {
            let labels = "partition=\"\(partition)\""
            #expect(scrape.value("tidings_worker_refused_partitions", labels) == 0)
        }
    }
}
