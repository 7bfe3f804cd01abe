// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

extension Installation {
    /// `tidings replay` with the settings of the workers.
    func replay(_ arguments: [String], failpoint: String? = nil) throws -> ChildProcess {
        try tidings(
            ["replay", "--worker-group", group, "--worker-verify", "never"] + arguments,
            failpoint.map { ["TIDINGS_FAILPOINT": $0] } ?? [:])
    }

    /// The same, to its end.
    @discardableResult
    func replayed(_ arguments: [String], ending: ChildProcess.Ending = .exit(0)) throws -> ChildProcess {
        let process = try replay(arguments)
        let end = process.waitForEnd(within: .seconds(300))
        #expect(end == ending, "\(process.output.suffix(2000))\n\(process.errors.suffix(3000))")
        return process
    }

    /// Starts a command that stops at a failpoint, and kills it there.
    func killed(_ process: ChildProcess) throws {
        let isStopped = eventually {
            process.errors.contains("failpoint reached") || !process.isRunning
        }
        try #require(isStopped && process.isRunning, "\(process.output)\n\(process.errors.suffix(3000))")
        process.kill()
    }
}

/// The three topics that readers read, as a test remembers them before it loses some of their records.
struct KnownOutputs {
    static let topics = [Topic.status, .review, .deadLetter]

    /// A record without its offset and its time: what a reader gets.
    struct Output: Hashable {
        var partition: Int32
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [ReadRecord.Header]

        init(_ record: ReadRecord) {
            partition = record.partition
            key = record.key
            value = record.value
            headers = record.headers
        }
    }

    private let installation: Installation
    private(set) var records: [Topic: [ReadRecord]] = [:]

    init(_ installation: Installation) throws {
        self.installation = installation
        for topic in Self.topics {
            records[topic] = try readAll(installation.topics[topic], at: installation.broker.bootstrapServers)
        }
    }

    var count: Int { records.values.reduce(0) { $0 + $1.count } }

    /// Deletes all records of the topics and writes those again that are to be kept.
    func lose(where isLost: (Topic, Int) -> Bool) throws {
        for topic in Self.topics {
            let all = records[topic] ?? []
            try rewrite(topic, all.enumerated().filter { !isLost(topic, $0.offset) }.map(\.element))
        }
    }

    /// Deletes all records of a topic and writes these, each in its partition.
    func rewrite(_ topic: Topic, _ kept: [ReadRecord]) throws {
        try KafkaOperator(installation).truncate(topic)
        guard !kept.isEmpty else { return }
        let name = installation.topics[topic]
        let producer = try TransactionalProducer(
            installation.broker.configuration,
            .init(transactionalID: installation.broker.unique("rewrite"), topics: [name]), log: .silent)
        let transaction = try producer.begin()
        for record in kept {
            let (key, value) = (record.key ?? [], record.value ?? [])
            try transaction.produce(
                to: producer.topic(name), partition: record.partition,
                key: record.key == nil ? nil : key.span.bytes,
                value: record.value == nil ? nil : value.span.bytes, headers: RecordHeaders(of: record),
                timestamp: record.timestamp)
        }
        guard case .committed = transaction.commit() else {
            throw Installation.Broken("the rest of \(name) was not written")
        }
        producer.close()
    }

    /// Compares what is there now: the same records byte for byte, once each; those that were replayed have
    /// one header more.
    ///
    /// - Returns: how many were replayed.
    @discardableResult
    func expectRestored() throws -> Int {
        var replayed = 0
        for topic in Self.topics {
            var wanted: [Output: Int] = [:]
            for record in records[topic] ?? [] { wanted[Output(record), default: 0] += 1 }
            let found = try readAll(
                installation.topics[topic], at: installation.broker.bootstrapServers)
            for record in found {
                var output = Output(record)
                if output.headers.last?.name == "tidings-replayed" {
                    replayed += 1
                    output.headers.removeLast()
                }
                wanted[output, default: 0] -= 1
            }
            #expect(wanted.values.count { $0 > 0 } == 0, "\(topic): lost")
            #expect(wanted.values.count { $0 < 0 } == 0, "\(topic): doubled, or not as they were")
        }
        return replayed
    }
}

/// The lines of a report that a command wrote as JSON.
func jsonLines(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
}
