// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The readers of `deploy/examples`, run as their page says.
enum ExampleReader: CaseIterable {
    case python
    case java

    /// Kafka's client for Python is among the checks that `deploy/test` installs.
    static let inPython = OutsideTool("deploy/examples/reader.py", modules: ["confluent_kafka"])
    static let canRunJava = kafkaHome != nil && Program.find("javac") != nil
    static let howToRunJava: Comment =
        "needs KAFKA_HOME for its libraries, and a JDK: deploy/test installs one where KAFKA_HOME is set"

    private static let kafkaHome = ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap {
        $0.isEmpty ? nil : $0
    }

    enum Kind: String, CaseIterable {
        case payment
        case operation
    }

    /// A row that a reader ends with, of a payment or of an operation.
    struct Row: Decodable, Hashable {
        var key: String
        /// Nil for a payment.
        var operation: Int64?
        var status: String?
        var amount: Int64?
        var currency: String?
        var as_of: String?
        var revision: Int64

        /// Without a date it is the oldest.
        var age: (String, Int64) { (as_of ?? "", revision) }
    }

    struct Result {
        var ending: ChildProcess.Ending?
        var rows: [Row]
        var errors: String
    }

    /// A consumer group and the file of a table: where a reader goes on after a kill.
    struct Table {
        let group: String
        let path: String
    }

    /// Starts a reader of a topic.
    func start(
        _ kind: Kind, _ topic: String, at bootstrapServers: String, into table: Table? = nil, untilEnd: Bool
    ) throws -> ChildProcess {
        var arguments = ["--bootstrap", bootstrapServers, "--topic", topic, "--per", kind.rawValue]
        if let table { arguments += ["--group", table.group, "--table", table.path] }
        if untilEnd { arguments.append("--until-end") }
        switch self {
        case .python: return try Self.inPython.start(arguments)
        case .java:
            let libraries = try "\(#require(Self.kafkaHome))/libs/*"
            let source = Repository.file("deploy/examples/Reader.java").path
            return try ChildProcess(
                #require(Program.find("java")), ["-cp", libraries, source] + arguments)
        }
    }

    /// Reads a topic to its end.
    func read(
        _ kind: Kind, _ topic: String, at bootstrapServers: String, into table: Table? = nil
    ) throws -> Result {
        let reader = try start(kind, topic, at: bootstrapServers, into: table, untilEnd: true)
        let ending = reader.waitForEnd(within: .seconds(180))
        let rows = try reader.output.split(separator: "\n").map {
            try JSONDecoder().decode(Row.self, from: Data($0.utf8))
        }
        return Result(ending: ending, rows: rows, errors: reader.errors)
    }

    /// The rows that a reader must end with, worked out from the records in whatever order they are given.
    static func rows(of records: [ReadRecord], _ kind: Kind) throws -> [Row] {
        var newest: [String: Row] = [:]
        for record in records {
            let (key, value) = (try #require(record.keyText), try #require(record.value))
            let event = try JSONDecoder().decode(Event.self, from: Data(value))
            guard let payment = event.payment else { continue }
            var row = Row(
                key: key, status: payment.status, amount: payment.amount, currency: payment.currency,
                as_of: payment.as_of, revision: event.revision)
            if kind == .operation {
                guard let operation = event.operation, operation.superseded != true else { continue }
                row.operation = operation.id
                row.status = operation.status
                row.amount = operation.sum_initial?.amount
                row.currency = operation.sum_initial?.currency
            }
            let name = "\(key) \(row.operation ?? 0)"
            if let kept = newest[name], kept.age > row.age { continue }
            newest[name] = row
        }
        return newest.values.sorted { ($0.key, $0.operation ?? 0) < ($1.key, $1.operation ?? 0) }
    }

    private struct Event: Decodable {
        struct Payment: Decodable {
            var status: String?
            var amount: Int64?
            var currency: String?
            var as_of: String?
        }

        struct Operation: Decodable {
            struct Sum: Decodable {
                var amount: Int64
                var currency: String
            }

            var id: Int64
            var status: String
            var sum_initial: Sum?
            var superseded: Bool?
        }

        var revision: Int64
        /// Nil for tokens and recurring registrations.
        var payment: Payment?
        var operation: Operation?
    }
}
