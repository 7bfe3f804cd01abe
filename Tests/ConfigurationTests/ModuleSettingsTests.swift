// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Foundation
import HTTP
import Ingress
import Kafka
import Payments
import Testing
import Worker

@Suite("Module settings")
struct ModuleSettingsTests {
    private static let bounded = SettingsTable.rows.filter { $0.form.bounds != nil }

    @Test(
        "every module's settings build, or are refused with a sentence, at each setting's least and greatest value",
        arguments: bounded.map(\.name))
    func bounds(name: String) throws {
        let row = try #require(SettingsTable.rows.first { $0.name == name })
        let bounds = try #require(row.form.bounds)
        for text in [bounds.lowest, bounds.highest] {
            do {
                try buildAll([row.flag, text])
            } catch let error as ConfigurationError {
                // Only a contradiction with another setting may refuse a value within its bounds, and it
                // names both.
                for problem in error.problems {
                    #expect(
                        problem.message.contains(row.name) || problem.message.contains(row.flag), "\(problem)"
                    )
                    #expect(problem.message.contains("must be at"), "\(problem)")
                }
            }
        }
    }

    @Test("the modules' settings build at the bounds of all settings together", arguments: [true, false])
    func allBounds(atLeast: Bool) throws {
        // These contradict the others' bounds and are covered above.
        let contradicting = ["deduplication.max_age", "deduplication.future_tolerance", "ingress.linger"]
        var arguments: [String] = []
        for row in Self.bounded where !contradicting.contains(row.name) {
            guard let bounds = row.form.bounds else { continue }
            let text = atLeast ? bounds.lowest : bounds.highest
            // The least window is shorter than what the defaults of its parts allow.
            if row.name.hasPrefix("deduplication."), atLeast, text.hasSuffix("ms") { continue }
            arguments += [row.flag, text]
        }
        try buildAll(arguments + (atLeast ? ["--ingress-linger", "0ms"] : []))
    }

    @Test("a value just outside its bounds is refused by name", arguments: bounded.map(\.name))
    func outside(name: String) throws {
        let row = try #require(SettingsTable.rows.first { $0.name == name })
        let texts: [String] =
            switch row.form {
            case .integer(let range): ["\(range.lowerBound - 1)", "\(range.upperBound + 1)"]
            case .byteCount(let range): ["\(range.lowerBound - 1)B", "\(range.upperBound + 1)B"]
            case .duration(let range):
                ["\(Int(range.upperBound / .milliseconds(1)) + 1)ms"]
            case .text, .path, .name, .prefix, .toggle, .choice, .address, .list, .pairs: []
            }
        for text in texts where !text.hasPrefix("-") {
            let error = #expect(throws: ConfigurationError.self, "\(text)") {
                try buildAll([row.flag, text])
            }
            #expect(error?.description.contains(row.flag) == true, "\(text): \(String(describing: error))")
        }
    }

    @Test("a setting changes the modules' settings", arguments: bounded.map(\.name))
    func reach(name: String) throws {
        let row = try #require(SettingsTable.rows.first { $0.name == name })
        // One is read by a command itself; the others' bounds contradict defaults, and `fields` covers them.
        guard name != "keys.check_interval", !name.hasPrefix("deduplication.") else { return }
        let bounds = try #require(row.form.bounds)
        let usual = try description([])
        let changed = [bounds.lowest, bounds.highest].compactMap { try? description([row.flag, $0]) }
        #expect(!changed.isEmpty)
        #expect(changed.contains { $0 != usual }, "\(name) changes nothing")
    }

    @Test("each setting reaches the field that it names")
    func fields() throws {
        let settings = try read([
            "--worker-threads", "3", "--worker-group", "g", "--worker-slot", "7", "--worker-state-dir", "d",
            "--worker-commit-interval", "20ms", "--worker-batch-records", "11",
            "--worker-batch-bytes", "1MiB", "--worker-session-timeout", "9s",
            "--worker-transaction-timeout", "8s", "--worker-verify", "always", "--event-encoding", "protobuf",
            "--event-source", "urn:x", "--event-schema-id", "89791762-2336-4186-9674-299B90A802E2",
            "--event-data-schema", "urn:schema", "--deduplication-window", "50d",
            "--deduplication-summary-retention", "60d",
            "--deduplication-max-age", "20d", "--deduplication-date-tolerance", "4s",
            "--deduplication-future-tolerance", "2d", "--deduplication-operations-per-payment", "5",
            "--deduplication-fingerprints-per-operation", "6", "--deduplication-undated-per-payment", "7",
        ])
        let worker = try settings.workerSettings()
        #expect(worker.threads == 3 && worker.stateDirectory == "d")
        #expect(worker.client.identity == "g-7")
        #expect(worker.worker.batch == BatchLimit(count: 11, bytes: 1 << 20))
        #expect(worker.worker.commitInterval == .milliseconds(20))
        #expect(
            worker.client.sessionTimeout == .seconds(9) && worker.client.transactionTimeout == .seconds(8))
        let processor = try settings.processorSettings()
        #expect(
            processor.verification == .always && processor.encoding == .protobuf
                && processor.source == "urn:x")
        #expect(processor.schemaID?.description == "89791762-2336-4186-9674-299b90a802e2")
        #expect(processor.dataSchema == "urn:schema")
        let deduplication = try settings.deduplication()
        #expect(
            deduplication.window == .days(50) && deduplication.summaryRetention == .days(60)
                && deduplication.maxAge == .days(20))
        #expect(deduplication.dateTolerance == .seconds(4) && deduplication.futureTolerance == .days(2))
        #expect(deduplication.operationsPerPayment == 5 && deduplication.fingerprintsPerOperation == 6)
        #expect(deduplication.undatedPerPayment == 7)
    }

    @Test("without settings each module has its own defaults")
    func defaults() throws {
        let settings = try read([])
        #expect(try settings.deduplication() == .standard)
        #expect(settings.jsonLimits == JSONLimits())
        let ingress = try settings.ingressSettings()
        var server = ServerSettings()
        server.name = ingress.server.name
        #expect(ingress.server == server)
        let worker = try settings.workerSettings()
        #expect(worker.worker.batch == BatchLimit(count: 8000, bytes: 8 << 20))
    }

    @Test(
        "the largest header limit and the largest URI limit build a server that starts", arguments: ["1MiB"])
    func headerLimit(limit: String) throws {
        let settings = try read(["--ingress-header-limit", limit, "--ingress-uri-limit", "64KiB"])
        let ingress = try settings.ingressSettings()
        #expect(ingress.server.limits.headerBytes == 1 << 20)
        #expect(throws: Never.self) { try ingress.server.validate() }
    }

    private func read(_ arguments: [String]) throws -> Settings {
        try readSettings(["config", "check", "--gate-url", "https://gate.example"] + arguments)
            .assumingBrokers
    }

    private func buildAll(_ arguments: [String]) throws {
        _ = try description(arguments)
    }

    /// Everything that is built, as text; librdkafka's clients too.
    private func description(_ arguments: [String]) throws -> String {
        let settings = try read(arguments)
        let client = try settings.workerSettings().client
        try client.kafka.makeTrialClients(
            sessionTimeout: client.sessionTimeout, transactionTimeout: client.transactionTimeout)
        let check = try settings.workerStart().check
        return [
            "\(try settings.ingressSettings())", "\(try settings.workerSettings())",
            "\(try settings.processorSettings())", "\(try settings.topicPlan().entries)", "\(check)",
            "\(settings.jsonLimits)", "\(settings.gate())", "\(settings.requestSchedule)",
        ].joined(separator: "\n")
    }
}
